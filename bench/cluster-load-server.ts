import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { kinds } from '@/lib/mesh/kinds'
import type { KubeObject } from '@/lib/mesh/resource'
import { mesh } from './mesh'

/**
 * A process that serves mesh(n) as an API server does (initial events on the watch), pods as wide as real ones, and
 * gives the first VirtualService another timeout whenever POST /change is called; GET /count tells how many requests
 * there were. Prints its port.
 */
const n = Number(process.argv[2] ?? 10_000)
const byKey = new Map<string, KubeObject[]>()
for (const [key, object] of mesh(n)) {
  const list = byKey.get(key) ?? []
  list.push(object)
  byKey.set(key, list)
}

const ballast = { managedFields: [{ manager: 'kubelet', fieldsV1: Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`f:field-${at}`, { 'f:type': {}, 'f:status': {}, '.': {} }])) }] }
const watching = new Map<string, ServerResponse[]>()
let version = 10
let requests = 0

const server = createServer((request, reply) => {
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (url.pathname === '/count') return void reply.end(String(requests))
  requests++
  if (url.pathname === '/change') {
    const list = byKey.get('virtualservices.networking.istio.io') ?? []
    const object = list[0]
    version++
    const changed: unknown = JSON.parse(JSON.stringify({ ...object, metadata: { ...object?.metadata, resourceVersion: String(version) } }).replace('"timeout":"3s"', `"timeout":"${version}s"`))
    for (const stream of watching.get('virtualservices.networking.istio.io') ?? []) stream.write(`${JSON.stringify({ type: 'MODIFIED', object: changed })}\n`)
    reply.end(JSON.stringify({ namespace: object?.metadata.namespace, name: object?.metadata.name }))
    return
  }
  if (url.pathname === '/version') return void reply.end('{"gitVersion":"v1.35.0"}')
  const kind = kinds.find((one) => url.pathname.startsWith(one.group === '' ? '/api/' : `/apis/${one.group}/`) && url.pathname.endsWith(`/${one.plural}`))
  if (!kind || !url.searchParams.has('watch')) return void reply.writeHead(404).end('{"kind":"Status","code":404,"message":"not found"}')
  void stream(kind.key, reply)
})

async function stream(key: string, reply: ServerResponse): Promise<void> {
  reply.writeHead(200, { 'content-type': 'application/json' })
  let text = ''
  for (const object of byKey.get(key) ?? []) {
    const wide = key === 'pods' ? { ...object, metadata: { ...object.metadata, ...ballast } } : object
    text += `${JSON.stringify({ type: 'ADDED', object: wide })}\n`
    if (text.length > 262_144) {
      if (!reply.write(text)) await once(reply, 'drain')
      text = ''
    }
  }
  reply.write(`${text}${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '10', annotations: { 'k8s.io/initial-events-end': 'true' } } } })}\n`)
  watching.set(key, [...(watching.get(key) ?? []), reply])
}

server.listen(0, '127.0.0.1', () => process.stdout.write(`${portOf(server.address())}\n`))

function portOf(address: string | AddressInfo | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}
