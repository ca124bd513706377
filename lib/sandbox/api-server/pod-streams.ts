import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { isJsonObject } from '@/lib/std/json'
import type { KubeObject } from '@/lib/mesh/resource'
import type { Exchange } from './exchange'
import { badRequest, KubeError } from './kube-error'
import type { LogQuery, PodRuntime } from './ports'

/** pods/log: streams lines as text, in chunks, until the container ends or the client goes. */
export async function sendLogs(runtime: PodRuntime, exchange: Exchange, pod: KubeObject): Promise<void> {
  const query = logQuery(exchange.url.searchParams, pod)
  const { response } = exchange
  let left = query.limitBytes ?? Number.POSITIVE_INFINITY
  try {
    for await (const line of runtime.logs(pod, query, exchange.signal)) {
      if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' })
      const bytes = Buffer.from(line)
      const part = bytes.length > left ? bytes.subarray(0, left) : bytes
      left -= part.length
      if (!response.write(part) && !exchange.signal.aborted) await drained(exchange)
      if (left <= 0) break
    }
  } catch (error) {
    if (exchange.signal.aborted) return
    if (!response.headersSent) throw error
  }
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/plain' })
  response.end()
}

function drained({ response, signal }: Exchange): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go)
      response.off('close', go)
      signal.removeEventListener('abort', go)
      resolve()
    }
    response.on('drain', go)
    response.on('close', go)
    signal.addEventListener('abort', go)
  })
}

function logQuery(params: URLSearchParams, pod: KubeObject): LogQuery {
  const number = (name: string): number | undefined => {
    const text = params.get(name)
    if (text === null || text === '') return undefined
    const value = Number(text)
    if (!Number.isInteger(value) || value < 0) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
    return value
  }
  const containers = containerNames(pod)
  const container = params.get('container') ?? undefined
  if (container !== undefined && !containers.includes(container)) throw badRequest(`container ${container} is not valid for pod ${pod.metadata.name}`)
  if (container === undefined && containers.length > 1) throw badRequest(`a container name must be specified for pod ${pod.metadata.name}, choose one of: [${containers.join(' ')}]`)
  return {
    container, tailLines: number('tailLines'), sinceTime: params.get('sinceTime') ?? undefined, sinceSeconds: number('sinceSeconds'), limitBytes: number('limitBytes'),
    timestamps: params.get('timestamps') === 'true', follow: params.get('follow') === 'true', previous: params.get('previous') === 'true',
  }
}

function containerNames(pod: KubeObject): readonly string[] {
  const spec = isJsonObject(pod['spec']) ? pod['spec'] : {}
  const containers = Array.isArray(spec['containers']) ? spec['containers'] : []
  return containers.flatMap((container) => (isJsonObject(container) && typeof container['name'] === 'string' ? [container['name']] : []))
}

const protocol = 'v4.channel.k8s.io'

/** pods/portforward over WebSocket (v4): a data and an error channel a port, each begun by the port's number. */
export function createPortForwarder(runtime: PodRuntime): (request: IncomingMessage, socket: Duplex, head: Buffer, pod: KubeObject) => void {
  const server = new WebSocketServer({ noServer: true, handleProtocols: (offered) => (offered.has(protocol) ? protocol : false) })
  return (request, socket, head, pod) => {
    const offered = String(request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
    if (!offered.includes(protocol)) return refuse(socket, new KubeError(403, 'Forbidden', `unable to upgrade: no supported protocol in ${offered.join(', ')}`))
    const ports = new URL(request.url ?? '/', 'http://x').searchParams.getAll('ports').flatMap((text) => text.split(',')).map(Number)
    if (ports.length === 0 || ports.some((port) => !Number.isInteger(port) || port < 1 || port > 65_535)) return refuse(socket, badRequest('query parameter "ports" is required'))
    if (phaseOf(pod) !== 'Running') return refuse(socket, badRequest(`unable to forward port because pod is not running. Current status=${phaseOf(pod)}`))
    server.handleUpgrade(request, socket, head, (peer) => forward(peer, pod, { ports, runtime }))
  }
}

function phaseOf(pod: KubeObject): string {
  const status = isJsonObject(pod['status']) ? pod['status'] : {}
  return typeof status['phase'] === 'string' ? status['phase'] : 'Unknown'
}

function refuse(socket: Duplex, error: KubeError): void {
  const body = JSON.stringify(error.status())
  socket.end(`HTTP/1.1 ${error.code} ${error.reason}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`)
}

function forward(peer: WebSocket, pod: KubeObject, at: { readonly ports: readonly number[]; readonly runtime: PodRuntime }): void {
  const controller = new AbortController()
  const connections: (Duplex | undefined)[] = at.ports.map(() => undefined)
  const waiting: Buffer[][] = at.ports.map(() => [])
  peer.on('close', () => {
    controller.abort()
    for (const connection of connections) connection?.destroy()
  })
  peer.on('error', () => peer.terminate())
  peer.on('message', (data: Buffer) => {
    const channel = data[0] ?? 0
    const index = channel >> 1
    if (channel % 2 === 1 || index >= at.ports.length || data.length < 2) return
    const payload = data.subarray(1)
    const connection = connections[index]
    if (!connection) waiting[index]?.push(payload)
    else if (!connection.write(payload)) {
      peer.pause()
      connection.once('drain', () => peer.resume())
    }
  })
  at.ports.forEach((port, index) => {
    const number = Buffer.from([port & 255, port >> 8])
    peer.send(Buffer.concat([Buffer.from([index * 2]), number]))
    peer.send(Buffer.concat([Buffer.from([index * 2 + 1]), number]))
    at.runtime.connect(pod, port, controller.signal).then(
      (connection) => {
        connections[index] = connection
        for (const payload of waiting[index] ?? []) connection.write(payload)
        connection.on('data', (chunk: Buffer) => {
          if (peer.readyState !== peer.OPEN) return
          peer.send(Buffer.concat([Buffer.from([index * 2]), chunk]))
          if (peer.bufferedAmount > 1_048_576) {
            connection.pause()
            whenDrained(peer, () => connection.resume())
          }
        })
        connection.on('close', () => { if (connections.every((other) => other === undefined || other.destroyed)) peer.close() })
        connection.on('error', () => connection.destroy())
      },
      (error: unknown) => {
        const text = `an error occurred forwarding ${port} -> ${port}: ${error instanceof Error ? error.message : String(error)}`
        peer.send(Buffer.concat([Buffer.from([index * 2 + 1]), Buffer.from(text)]), () => peer.close())
      },
    )
  })
}

function whenDrained(peer: WebSocket, then: () => void): void {
  const check = (): void => {
    if (peer.readyState !== peer.OPEN || peer.bufferedAmount < 262_144) then()
    else setTimeout(check, 5)
  }
  check()
}
