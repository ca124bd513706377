import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { KeyPair } from '../certificates/authority'
import type { ShopWorkload } from '../scenarios/shop-workloads'

/** One running replica of a backend. */
export interface Backend {
  /** The port on 127.0.0.1. */
  readonly port: number
  stop(): Promise<void>
}

/** Starts a little real server for one replica of a workload; `onRequest` hears a line for the pod's log. */
export async function startBackend(workload: ShopWorkload, options: { readonly pod: string; readonly certificate?: KeyPair; readonly onRequest?: (line: string) => void }): Promise<Backend> {
  const sockets = new Set<Socket>()
  const server = makeServer(workload, options)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: portOf(server.address()),
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function makeServer(workload: ShopWorkload, options: { readonly pod: string; readonly certificate?: KeyPair; readonly onRequest?: (line: string) => void }): Server {
  const answer = (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse): void => respond(workload, options, { request, response })
  switch (workload.kind) {
    case 'http':
      return createHttpServer({ keepAliveTimeout: 30_000 }, answer)
    case 'grpc':
      return createHttp2Server(answer)
    case 'tls':
      return createHttpsServer({ cert: options.certificate?.certificate, key: options.certificate?.key }, answer)
    case 'tcp':
      return createTcpServer((socket) => {
        options.onRequest?.(`connection from ${socket.remotePort ?? 0}`)
        socket.write(mysqlGreeting)
        socket.on('data', (data) => socket.write(data))
      })
  }
}

/** The first packet of a MySQL 8 server, so that a client sees the protocol it expects. */
const mysqlGreeting = Buffer.from('4a0000000a382e302e333600080000004d65726964696100fff7080200ff81150000000000000000000000736e64626f78736e64626f7800636163686e675f736861325f70617373776f726400', 'hex')

function respond(workload: ShopWorkload, options: { readonly pod: string; readonly onRequest?: (line: string) => void }, at: { readonly request: IncomingMessage | Http2ServerRequest; readonly response: ServerResponse | Http2ServerResponse }): void {
  const { request, response } = at
  const begun = performance.now()
  request.resume()
  request.on('end', () => {
    const failing = Math.random() < workload.failing
    const status = failing ? 503 : (request.method === 'POST' ? 201 : 200)
    const body = JSON.stringify({ service: workload.name, version: workload.version, pod: options.pod, path: request.url })
    setTimeout(() => {
      if (response.destroyed) return
      const headers = { 'content-type': workload.kind === 'grpc' ? 'application/grpc' : 'application/json', 'x-backend': `${workload.name}-${workload.version}`, ...(workload.kind === 'grpc' ? { 'grpc-status': '0' } : {}) }
      response.statusCode = status
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
      if (workload.kind === 'grpc') response.end()
      else response.end(body)
      options.onRequest?.(`${request.method ?? 'GET'} ${request.url ?? '/'} ${status} ${(performance.now() - begun).toFixed(1)}ms`)
    }, workload.latency * (0.5 + Math.random()))
  })
  request.on('error', () => response.destroy())
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}
