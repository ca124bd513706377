import { request as httpRequest } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import type { ClientHttp2Session } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import type { Duplex, Readable, Writable } from 'node:stream'
import type { DataPlaneOptions } from './data-plane'
import type { Headers } from './headers'
import { fromRaw, toObject, toRaw, valueOf } from './headers'
import type { Stats } from './stats'
import type { UpstreamHost } from './upstream-host'
import { hostKey } from './upstream-host'
import type { UpstreamCluster, UpstreamTls } from './upstreams'
import { statName } from './upstreams'

/** Why an upstream gave no answer. `reused`: a kept connection was closed while it idled; nothing was processed. */
export interface UpstreamFailure {
  readonly kind: 'connect' | 'reset' | 'remote-reset'
  readonly transport: string | undefined
  readonly reused: boolean
}

/** The head of an upstream's answer, with its body to read. */
export interface UpstreamResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: Readable
  /** Set for 101: the connection itself, and what came after the head. */
  readonly upgraded?: { readonly socket: Duplex; readonly head: Buffer }
}

/** One attempt under way. */
export interface UpstreamCall {
  readonly body: Writable
  abort(): void
}

/** What an attempt tells. Exactly one of `onResponse` and `onFailure` is called, once. */
export interface UpstreamEvents {
  readonly onConnected: (localPort: number | undefined) => void
  readonly onResponse: (response: UpstreamResponse) => void
  readonly onFailure: (failure: UpstreamFailure) => void
}

/** Sends one request to one host over the cluster's pool. */
export function callUpstream(target: { readonly cluster: UpstreamCluster; readonly host: UpstreamHost; readonly options: DataPlaneOptions; readonly stats: Stats }, headers: Headers, upgrade: string | undefined, events: UpstreamEvents): UpstreamCall | undefined {
  const place = target.options.resolveAddress(target.host.address, target.host.port)
  countConnection(target, 'upstream_rq_total')
  target.host.stats.rq_total++
  if (place === undefined) {
    connectFailed(target)
    setImmediate(() => events.onFailure({ kind: 'connect', transport: refused, reused: false }))
    return undefined
  }
  const tls = target.cluster.tls(target.host)
  return target.cluster.http2 && upgrade === undefined ? callHttp2(target, place, { headers, tls, events }) : callHttp1(target, place, { headers, tls, events, upgrade })
}

const refused = 'delayed_connect_error:_Connection_refused'

type Target = Parameters<typeof callUpstream>[0]

function callHttp1(target: Target, place: { readonly host: string; readonly port: number }, call: { readonly headers: Headers; readonly tls: UpstreamTls | undefined; readonly events: UpstreamEvents; readonly upgrade: string | undefined }): UpstreamCall {
  const { tls, events, upgrade } = call
  const raw = toRaw(call.headers)
  const host = valueOf(call.headers, ':authority') ?? ''
  const own: readonly (string | undefined)[] = ['host', 'connection', 'upgrade']
  const head = ['host', host, ...raw.filter((_, index, all) => !own.includes(index % 2 === 0 ? all[index] : all[index - 1])), ...(upgrade === undefined ? [] : ['connection', 'Upgrade', 'upgrade', upgrade])]
  const options = { host: place.host, port: place.port, method: valueOf(call.headers, ':method') ?? 'GET', path: valueOf(call.headers, ':path') ?? '/', headers: head, setHost: false }
  const request = tls === undefined
    ? httpRequest({ ...options, agent: target.cluster.plainAgent })
    : httpsRequest({ ...options, agent: target.cluster.tlsAgent, servername: tls.sni, rejectUnauthorized: tls.verify, ...tlsOptions(tls) })
  watchHttp1(request, target, events)
  return { body: request, abort: () => request.destroy() }
}

/** TLS options of a client connection. */
export function tlsOptions(tls: UpstreamTls): { readonly ca?: string; readonly cert?: string; readonly key?: string } {
  const own = tls.material.certificates[0]
  return { ...(tls.material.trustedCa === undefined ? {} : { ca: tls.material.trustedCa }), ...(own === undefined ? {} : { cert: own.chain, key: own.key }) }
}

function watchHttp1(request: ClientRequest, target: Target, events: UpstreamEvents): void {
  let settled = false
  let connected = false
  const settle = (act: () => void) => {
    if (settled) return
    settled = true
    act()
  }
  request.on('socket', (socket) => {
    const ready = () => {
      connected = true
      events.onConnected(socket.localPort)
    }
    if (!socket.connecting) return ready()
    countConnection(target, 'upstream_cx_total')
    countConnection(target, 'upstream_cx_http1_total')
    target.host.stats.cx_total++
    socket.once('connect', ready)
    socket.once('close', () => countConnection(target, 'upstream_cx_destroy'))
  })
  request.on('response', (message) => settle(() => events.onResponse(responseOf(message))))
  request.on('upgrade', (message, socket, head) => settle(() => events.onResponse({ ...responseOf(message), upgraded: { socket, head } })))
  request.on('error', () => settle(() => {
    if (!connected) connectFailed(target)
    events.onFailure(connected ? { kind: 'reset', transport: undefined, reused: request.reusedSocket } : { kind: 'connect', transport: refused, reused: false })
  }))
  request.on('close', () => settle(() => events.onFailure({ kind: 'reset', transport: undefined, reused: false })))
}

function responseOf(message: IncomingMessage): UpstreamResponse {
  return { status: message.statusCode ?? 0, headers: fromRaw(message.rawHeaders), body: message }
}

function callHttp2(target: Target, place: { readonly host: string; readonly port: number }, call: { readonly headers: Headers; readonly tls: UpstreamTls | undefined; readonly events: UpstreamEvents }): UpstreamCall {
  const { events } = call
  const session = sessionOf(target, place, call.tls)
  const wanted = toObject(call.headers, true)
  const stream = session.request(wanted, { endStream: false })
  let settled = false
  const settle = (act: () => void) => {
    if (settled) return
    settled = true
    act()
  }
  let isConnected = !session.connecting
  const connected = () => {
    isConnected = true
    events.onConnected(session.destroyed ? undefined : session.socket.localPort)
  }
  if (isConnected) connected()
  else session.once('connect', connected)
  stream.on('response', (head) => settle(() => {
    const headers: Headers = new Map()
    for (const [name, value] of Object.entries(head)) if (!name.startsWith(':') && value !== undefined) headers.set(name, Array.isArray(value) ? value : [String(value)])
    events.onResponse({ status: Number(head[':status']), headers, body: stream })
  }))
  stream.on('error', () => undefined)
  stream.on('close', () => settle(() => {
    if (!isConnected) events.onFailure({ kind: 'connect', transport: refused, reused: false })
    else events.onFailure({ kind: session.destroyed ? 'reset' : 'remote-reset', transport: undefined, reused: false })
  }))
  return { body: stream, abort: () => stream.close(8) }
}

function sessionOf(target: Target, place: { readonly host: string; readonly port: number }, tls: UpstreamTls | undefined): ClientHttp2Session {
  const key = hostKey(target.host)
  const open = target.cluster.sessions.get(key)
  if (open !== undefined && !open.closed && !open.destroyed) return open
  const scheme = tls === undefined ? 'http' : 'https'
  const session = connectHttp2(`${scheme}://${place.host}:${String(place.port)}`, tls === undefined ? {} : { servername: tls.sni, rejectUnauthorized: tls.verify, ALPNProtocols: ['h2'], ...tlsOptions(tls) })
  countConnection(target, 'upstream_cx_total')
  countConnection(target, 'upstream_cx_http2_total')
  target.host.stats.cx_total++
  session.on('error', () => connectFailed(target))
  session.on('close', () => {
    if (target.cluster.sessions.get(key) === session) target.cluster.sessions.delete(key)
  })
  session.unref()
  target.cluster.sessions.set(key, session)
  return session
}

function connectFailed(target: Target): void {
  target.host.stats.cx_connect_fail++
  countConnection(target, 'upstream_cx_connect_fail')
}

function countConnection(target: Target, name: string): void {
  target.stats.add(`cluster.${statName(target.cluster)}.${name}`)
}
