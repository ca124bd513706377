import { createServer, request } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { GatewayConfiguration } from '../../gateway-runtime'
import { createDataPlane } from '../create-data-plane'
import type { DataPlane } from '../data-plane'

/** An address as `listen` gave it. */
export function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** A backend on a free loopback port that ends with the test. */
export async function backend(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: portOf(server), server }
}

/** A deterministic source of numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A data plane with a configuration; `places` maps `ip:port` of endpoints to loopback ports. */
export async function plane(configuration: GatewayConfiguration, places: Readonly<Record<string, number>> = {}): Promise<{ readonly plane: DataPlane; readonly lines: string[]; readonly port: (listenerPort: number) => number }> {
  const lines: string[] = []
  const made = createDataPlane({
    resolveAddress: (address, port) => {
      const place = places[`${address}:${String(port)}`]
      return place === undefined ? undefined : { host: '127.0.0.1', port: place }
    },
    bindPort: () => 0, readFile: () => undefined, onLogLine: (line) => lines.push(line), podAddress: '10.244.0.9', random: seeded(7), now: () => Date.now(),
  })
  onTestFinished(() => made.close())
  await made.apply(configuration)
  return { plane: made, lines, port: (listenerPort) => made.boundPorts().get(listenerPort) ?? 0 }
}

/** One answer as a client saw it. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Sends one HTTP/1.1 request to a loopback port. */
export function send(port: number, path: string, options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers: { host: 'shop.example.com', ...options.headers } }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
      response.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(options.body)
  })
}

/** The access log lines, once there are `count` of them. */
export async function accessLines(lines: readonly string[], count: number): Promise<readonly string[]> {
  const wanted = () => lines.filter((line) => line.includes('] "'))
  for (let turns = 0; wanted().length < count && turns < 500; turns++) await new Promise((resolve) => setTimeout(resolve, 2))
  return wanted()
}
