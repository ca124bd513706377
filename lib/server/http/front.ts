import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dropHeaders, refusalOf } from './guards'
import { contentSecurityPolicy, createBrowserSessions, makeNonce, securityHeaders } from './page-security'

/** What the front hands requests to. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** The listening front. */
export interface Front {
  readonly port: number
  readonly server: Server
  /** Starts handing requests on; before, they wait. */
  serve(handler: RequestHandler): void
  /** Stops taking connections, lets requests end within `within` ms, then breaks what is left. */
  drain(within: number): Promise<void>
}

/** How the front is opened. */
export interface FrontOptions {
  readonly host: string
  /** 0 for any; undefined for 3000 or the next free one. */
  readonly port: number | undefined
  readonly dev: boolean
}

const firstPort = 3_000
const lastPort = 3_099
const bodyLimit = 4 * 1024 * 1024

/**
 * Owns the HTTP server: every request passes its guards before Next sees it, every answer carries its headers.
 * Listens on a loopback address only: Meridian has no authentication of its own yet, whoever reaches it acts with the
 * kubeconfig's rights.
 */
export async function openFront({ host, port, dev }: FrontOptions): Promise<Front> {
  if (host !== '127.0.0.1' && host !== '::1') throw new Error(`Meridian listens on 127.0.0.1 only: without authentication, ${host} would give everybody there your rights in the cluster`)
  const sessions = createBrowserSessions()
  let hosts: ReadonlySet<string> = new Set()
  let pass: (handler: RequestHandler) => void = () => undefined
  let ready = new Promise<RequestHandler>((resolve) => { pass = resolve })

  const server = createServer({ maxHeaderSize: 65_536, keepAlive: true, requestTimeout: 60_000 }, (request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    const refusal = refusalOf(request, hosts) ?? tooLarge(request)
    if (refusal) return refuse(response, refusal.status, refusal.message)
    dropHeaders(request)
    const session = sessions.read(request.headers.cookie)
    if (session === undefined) response.appendHeader('set-cookie', sessions.create().cookie)
    setHeader(request, 'x-meridian-session', session ?? 'anonymous')
    const nonce = makeNonce()
    const policy = contentSecurityPolicy(nonce, dev)
    setHeader(request, 'x-nonce', nonce)
    setHeader(request, 'content-security-policy', policy)
    response.setHeader('content-security-policy', policy)
    ready.then((handler) => handler(request, response)).catch(() => {
      if (response.headersSent) response.destroy()
      else refuse(response, 500, 'Something failed')
    })
  })
  server.on('upgrade', (request, socket) => {
    if (dev && refusalOf(request, hosts) === undefined && (request.url ?? '').startsWith('/_next/')) return
    socket.destroy()
  })
  server.on('clientError', (_, socket) => socket.destroy())
  const taken = await listen(server, host, port)
  const name = host === '::1' ? '[::1]' : host
  hosts = new Set([`${name}:${taken}`, `localhost:${taken}`])

  return {
    port: taken,
    server,
    serve(handler) {
      pass(handler)
      ready = Promise.resolve(handler)
    },
    async drain(within) {
      const closed = new Promise<void>((done) => server.close(() => done()))
      server.closeIdleConnections()
      const late = setTimeout(() => server.closeAllConnections(), within)
      await closed
      clearTimeout(late)
    },
  }
}

function tooLarge(request: IncomingMessage): { readonly status: number; readonly message: string } | undefined {
  const length = Number(request.headers['content-length'] ?? 0)
  return length > bodyLimit ? { status: 413, message: 'The body is larger than 4 MiB' } : undefined
}

/** The header as all readers of a request see it (rawHeaders too: Next reads those). */
function setHeader(request: IncomingMessage, name: string, value: string): void {
  request.headers[name] = value
  request.rawHeaders.push(name, value)
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const code = status === 415 ? 'unsupported-media-type' : status === 413 ? 'too-large' : status === 403 ? 'forbidden' : status >= 500 ? 'internal' : 'bad-request'
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close' })
  response.end(JSON.stringify({ error: { code, message } }))
}

async function listen(server: Server, host: string, port: number | undefined): Promise<number> {
  if (port !== undefined) return await listenOn(server, host, port)
  for (let candidate = firstPort; candidate < lastPort; candidate++) {
    try {
      return await listenOn(server, host, candidate)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    }
  }
  return await listenOn(server, host, 0)
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.removeListener('error', reject)
      resolve(portOf(server.address()))
    })
  })
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return address.port
}
