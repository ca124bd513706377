import { createServer, request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Json } from '@/lib/std/json'
import type { PlaceNames } from './place-names'

/** Stands before a real Envoy's admin port: counts what is asked, and puts the mesh's names back into the answers. */
export interface AdminFront {
  readonly port: number
  requests(): ReadonlyMap<string, number>
  close(): Promise<void>
}

/** Starts the front on a free loopback port. */
export async function startAdminFront(target: number, names: () => PlaceNames): Promise<AdminFront> {
  const counts = new Map<string, number>()
  const server = createServer((request, response) => {
    const key = `${request.method ?? 'GET'} ${(request.url ?? '/').split('?')[0] ?? '/'}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
    const forwarded = httpRequest({ host: '127.0.0.1', port: target, method: request.method, path: request.url, headers: { host: 'localhost:15000' } }, (answer) => {
      collect(answer, (body) => {
        const restored = restore(answer, body, names())
        const { 'transfer-encoding': _chunked, 'content-length': _length, connection: _connection, ...headers } = answer.headers
        response.writeHead(answer.statusCode ?? 502, { ...headers, 'content-length': Buffer.byteLength(restored) })
        response.end(restored)
      })
    })
    forwarded.on('error', () => response.writeHead(502).end())
    request.pipe(forwarded)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    requests: () => counts,
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}

function collect(answer: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = []
  answer.on('data', (chunk: Buffer) => chunks.push(chunk))
  answer.on('end', () => done(Buffer.concat(chunks).toString('utf8')))
}

function restore(answer: IncomingMessage, body: string, names: PlaceNames): string {
  const type = answer.headers['content-type'] ?? ''
  if (!type.startsWith('application/json')) return names.restoreText(body)
  try {
    const value: Json = JSON.parse(body)
    return `${JSON.stringify(names.restoreJson(value), null, 1)}\n`
  } catch {
    return body
  }
}
