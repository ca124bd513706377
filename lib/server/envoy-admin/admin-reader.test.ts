import { createServer } from 'node:http'
import { connect } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { createAdminReader } from './admin-reader'

const closers: (() => unknown)[] = []
afterEach(() => { for (const close of closers.splice(0)) close() })

it('takes 404 for having none only where an Envoy may have none: static parts, and routes without an HTTP listener', async () => {
  const server = createServer((_, reply) => { reply.writeHead(404).end('not found in config dump') })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  const reader = createAdminReader({ open: () => Promise.resolve(connect(port, '127.0.0.1')), count: () => 0 })
  closers.push(() => reader.stop(), () => server.close())
  for (const path of ['routes', 'staticRoutes', 'staticListeners', 'staticClusters'] as const) expect((await reader.read('a', 'tcp-only', path)).value).toEqual({})
  for (const path of ['listeners', 'clusters', 'hosts', 'serverInfo'] as const) await expect(reader.read('a', 'tcp-only', path)).rejects.toMatchObject({ code: 'envoy-unreachable' })
})
