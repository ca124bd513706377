import { createServer as createHttp1, ServerResponse } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import { createServer as createHttp2 } from 'node:http2'
import type { Http2Server, Http2ServerRequest, ServerHttp2Session } from 'node:http2'
import type { Duplex } from 'node:stream'
import { Readable } from 'node:stream'
import { addRequestHeader } from '@/lib/mesh/simulate/header-map'
import { joinCookies } from '@/lib/mesh/simulate/header-map'
import { objectOf, optionalObject, stringOf } from '@/lib/mesh/simulate/read'
import { normaliseHost, refusedUpgrade, validAuthority } from '@/lib/mesh/simulate/request-head'
import type { JsonObject } from '@/lib/std/json'
import { writeAccessLogs } from './access-log'
import type { DownstreamConnection, PlaneContext } from './context'
import type { Headers } from './headers'
import { put, valueOf } from './headers'
import type { CodecPair } from './http-exchange'
import { createExchange } from './http-exchange'
import { noteRoute, redirectsToTls, routeConfiguration, startPassage, runFilters } from './http-filters'
import { normaliseRequest } from './normalise-request'
import { createRequestBody } from './request-body'
import { mutateRequestHeaders } from './request-headers'
import { routeRequest } from './router'
import { startStream } from './stream-info'

/** One HTTP connection manager's codecs; connections are handed in already accepted (and decrypted). */
export interface HttpCodec {
  accept(socket: Duplex, connection: DownstreamConnection, protocol: 'http1' | 'http2'): void
  /** Asks every HTTP/2 client to go away; HTTP/1 answers carry `connection: close`. */
  drain(): void
}

const connections = new WeakMap<object, DownstreamConnection>()

/** The codecs of an HttpConnectionManager: HTTP/1.1 and HTTP/2, websocket upgrades where it allows them. */
export function createHttpCodec(context: PlaneContext, hcm: JsonObject): HttpCodec {
  const sessions = new Set<ServerHttp2Session>()
  const http1 = createHttp1Server(context, hcm)
  const http2 = createHttp2Server(context, hcm, sessions)
  declareStats(context, hcm)
  return {
    accept: (socket, connection, protocol) => {
      connections.set(socket, connection)
      countConnection(context, hcm, { socket, connection, protocol })
      if (protocol === 'http2') http2.emit('connection', socket)
      else {
        http1.emit('connection', socket)
        socket.resume()
      }
    },
    drain: () => {
      for (const session of sessions) session.close()
    },
  }
}

function createHttp1Server(context: PlaneContext, hcm: JsonObject): Server {
  const server = createHttp1({ maxHeaderSize: 61_440, requireHostHeader: false, keepAliveTimeout: 3_600_000, requestTimeout: 0, headersTimeout: 0 }, (request, response) => {
    serve(context, hcm, { request, response, socket: undefined })
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const response = detachedResponse(request, socket)
    if (head.length > 0) socket.unshift(head)
    serve(context, hcm, { request, response, socket })
  })
  server.on('clientError', (_error: Error, socket: Duplex) => badRequest(context, hcm, socket))
  return server
}

/** Node gives an upgrade no response object; one is made on the socket for refusals. */
function detachedResponse(request: IncomingMessage, socket: Duplex): ServerResponse {
  const response = new ServerResponse(request)
  response.assignSocket(request.socket)
  response.shouldKeepAlive = false
  socket.on('error', () => response.destroy())
  return response
}

function createHttp2Server(context: PlaneContext, hcm: JsonObject, sessions: Set<ServerHttp2Session>): Http2Server {
  const server = createHttp2({ settings: { enableConnectProtocol: false, maxConcurrentStreams: 1024 } }, (request, response) => {
    serve(context, hcm, { request, response, socket: undefined })
  })
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
    session.on('error', () => session.destroy())
  })
  server.on('sessionError', () => undefined)
  return server
}

function serve(context: PlaneContext, hcm: JsonObject, codec: CodecPair): void {
  const { request } = codec
  const connection = connections.get(codec.socket ?? request.socket) ?? connectionOf(request)
  if (connection === undefined) return
  const http2 = 'stream' in request
  const stream = startStream(context.options.now(), connection)
  stream.protocol = http2 ? 'HTTP/2' : `HTTP/${request.httpVersion}`
  const head = readRequest(request)
  const { headers } = head
  const upgrade = codec.socket === undefined ? undefined : (valueOf(headers, 'upgrade') ?? '')
  stream.requestHeaders = headers
  const body = createRequestBody(codec.socket === undefined ? request : Readable.from([]))
  const prefix = `http.${stringOf(hcm.stat_prefix) ?? ''}.`
  context.stats.add(`${prefix}downstream_rq_total`)
  context.stats.add(`${prefix}downstream_rq_http${http2 ? '2' : '1'}_total`)
  context.stats.gauge(`${prefix}downstream_rq_active`, 1)
  const exchange = createExchange({ context, connection, hcm, stream, headers, body, upgrade, bodyless: !http2 && !headers.has('content-length') && !headers.has('transfer-encoding') }, codec)
  if (!http2 && request.httpVersion === '1.0' && objectOf(hcm.http_protocol_options).accept_http_10 !== true) {
    stream.requestHeaders = new Map()
    stream.protocol = 'HTTP/1.1'
    exchange.responseChanges.push((response) => put(response, 'connection', 'close'))
    exchange.reply(426, 'Upgrade Required', { details: 'low_version', flag: 'DPE' })
    return
  }
  const broken = codecFault(head, connection.tls)
  if (broken !== undefined) {
    stream.requestHeaders = new Map()
    headers.delete('content-type')
    exchange.responseChanges.push((response) => put(response, 'connection', 'close'))
    exchange.reply(broken.status, broken.status === 400 ? 'Bad Request' : '', { details: broken.details, flag: 'DPE' })
    return
  }
  if ((valueOf(headers, ':authority') ?? '') === '') {
    headers.delete(':authority')
    exchange.reply(400, '', { details: 'missing_host_header' })
    return
  }
  if (!(valueOf(headers, ':path') ?? '/').startsWith('/')) {
    exchange.reply(404, '', { details: 'absolute_path_rejected' })
    return
  }
  if (!normaliseRequest(exchange)) return
  normaliseHost(headers, hcm, connection.localPort)
  const asked = new Map(headers)
  const remote = mutateRequestHeaders(headers, { hcm, connection, context, table: optionalObject(routeConfiguration(hcm, context)) })
  const passage = startPassage(exchange, remote)
  const { route, virtualHost } = passage.route()
  const routed = route !== undefined || (virtualHost !== undefined && redirectsToTls(virtualHost, passage.facts))
  if (routed && refusedUpgrade(asked, hcm, route) !== undefined) {
    noteRoute(exchange, passage)
    exchange.reply(403, '', { details: 'upgrade_failed' })
    return
  }
  runFilters(exchange, passage)
    .then((goesOn) => goesOn && !exchange.gone() && routeRequest(exchange, passage))
    .catch((error: unknown) => {
      context.log.write('error', 'http', 'source/common/http/conn_manager_impl.cc:1', String(error))
      exchange.reply(500, '', { details: 'internal_error' })
    })
}

/** HTTP/2 compat requests sit on a proxy of the session's socket. */
function connectionOf(request: IncomingMessage | Http2ServerRequest): DownstreamConnection | undefined {
  if (!('stream' in request)) return undefined
  const session = request.stream.session
  return session === undefined ? undefined : sessionConnections.get(session) ?? rememberSession(session)
}

const sessionConnections = new WeakMap<object, DownstreamConnection>()

function rememberSession(session: NonNullable<Http2ServerRequest['stream']['session']>): DownstreamConnection | undefined {
  const port = session.socket.remotePort
  const connection = byRemote.get(`${String(session.socket.localPort)}/${String(port)}`)
  if (connection !== undefined) sessionConnections.set(session, connection)
  return connection
}

/** Connections by the ports of their socket, for HTTP/2 sessions, whose socket Node hides behind a proxy. */
const byRemote = new Map<string, DownstreamConnection>()

function countConnection(context: PlaneContext, hcm: JsonObject, accepted: { readonly socket: Duplex; readonly connection: DownstreamConnection; readonly protocol: 'http1' | 'http2' }): void {
  const prefix = `http.${stringOf(hcm.stat_prefix) ?? ''}.`
  const version = accepted.protocol === 'http2' ? '2' : '1'
  context.stats.add(`${prefix}downstream_cx_total`)
  context.stats.add(`${prefix}downstream_cx_http${version}_total`)
  context.stats.gauge(`${prefix}downstream_cx_active`, 1)
  const key = 'localPort' in accepted.socket && 'remotePort' in accepted.socket ? `${String(accepted.socket.localPort)}/${String(accepted.socket.remotePort)}` : ''
  if (key !== '') byRemote.set(key, accepted.connection)
  accepted.socket.once('close', () => {
    context.stats.gauge(`${prefix}downstream_cx_active`, -1)
    context.stats.add(`${prefix}downstream_cx_destroy`)
    if (byRemote.get(key) === accepted.connection) byRemote.delete(key)
  })
}

/** A request's head as the codec read it: its headers, and the scheme of an absolute target. */
interface ReadRequest {
  readonly headers: Headers
  readonly http2: boolean
  readonly target: string
  readonly scheme: 'http' | 'https' | 'none' | 'bad'
}

function readRequest(request: IncomingMessage | Http2ServerRequest): ReadRequest {
  const headers: Headers = new Map()
  const raw = request.rawHeaders
  for (let i = 0; i + 1 < raw.length; i += 2) addRequestHeader(headers, (raw[i] ?? '').toLowerCase(), raw[i + 1] ?? '')
  const host = headers.get('host')
  headers.delete('host')
  if ('stream' in request) {
    if (!headers.has(':authority') && host !== undefined) put(headers, ':authority', host.join(','))
    joinCookies(headers)
    return { headers, http2: true, target: valueOf(headers, ':path') ?? '/', scheme: 'none' }
  }
  const written = request.url ?? '/'
  const target = absoluteForm(written)
  put(headers, ':authority', target.host ?? host?.join(',') ?? '')
  put(headers, ':path', target.path)
  put(headers, ':method', request.method ?? 'GET')
  if (target.scheme === 'http' || target.scheme === 'https') put(headers, ':scheme', target.scheme)
  return { headers, http2: false, target: written, scheme: target.scheme }
}

/** `GET http://host/path`: the target's own host wins over the Host header (RFC 9112 3.2.2). */
function absoluteForm(url: string): { readonly host: string | undefined; readonly path: string; readonly scheme: ReadRequest['scheme'] } {
  if (url.startsWith('/') || url.startsWith('*')) return { host: undefined, path: url, scheme: 'none' }
  const named = /^(https?):\/\/([^/?]*)(.*)$/i.exec(url)
  if (named === null) return { host: undefined, path: url, scheme: 'bad' }
  const rest = named[3] ?? ''
  return { host: named[2] ?? '', path: rest.startsWith('/') ? rest : `/${rest}`, scheme: (named[1] ?? '').toLowerCase() === 'https' ? 'https' : 'http' }
}

/** What the codec refuses by itself, logged without the request's headers. */
function codecFault({ headers, http2, target, scheme }: ReadRequest, tls: boolean): { readonly status: number; readonly details: string } | undefined {
  const method = valueOf(headers, ':method') ?? 'GET'
  if (!http2 && method !== 'CONNECT') {
    if (scheme === 'bad' || !/^[!-~]*$/.test(target)) return { status: 400, details: 'http1.codec_error' }
    if (target.startsWith('*') && method !== 'OPTIONS') return { status: 400, details: 'http1.invalid_url' }
    if (scheme === 'https' && !tls) return { status: 403, details: 'http1.https_url_on_plaintext_connection' }
  }
  return validAuthority(valueOf(headers, ':authority') ?? '') ? undefined : { status: 400, details: 'http.invalid_authority' }
}

/** What the HTTP/1 codec refuses: 400, logged without method and path. */
function badRequest(context: PlaneContext, hcm: JsonObject, socket: Duplex): void {
  const connection = connections.get(socket)
  if (connection === undefined || !socket.writable) {
    socket.destroy()
    return
  }
  const stream = startStream(context.options.now(), connection)
  stream.protocol = 'HTTP/1.1'
  stream.responseCode = 400
  stream.details = 'http1.codec_error'
  stream.flags.add('DPE')
  stream.bytesSent = 11
  const server = stringOf(hcm.server_name) ?? 'envoy'
  socket.end(`HTTP/1.1 400 Bad Request\r\ncontent-length: 11\r\ncontent-type: text/plain\r\ndate: ${new Date(context.options.now()).toUTCString()}\r\nserver: ${server}\r\nconnection: close\r\n\r\nBad Request`)
  context.stats.add(`http.${stringOf(hcm.stat_prefix) ?? ''}.downstream_cx_protocol_error`)
  writeAccessLogs(hcm.access_log, stream, { now: context.options.now(), onLine: context.options.onLogLine })
}

function declareStats(context: PlaneContext, hcm: JsonObject): void {
  const prefix = `http.${stringOf(hcm.stat_prefix) ?? ''}.`
  context.stats.declare('counter', [
    'downstream_cx_destroy', 'downstream_cx_http1_total', 'downstream_cx_http2_total', 'downstream_cx_protocol_error', 'downstream_cx_ssl_total', 'downstream_cx_total',
    'downstream_rq_1xx', 'downstream_rq_2xx', 'downstream_rq_3xx', 'downstream_rq_4xx', 'downstream_rq_5xx', 'downstream_rq_completed', 'downstream_rq_failed_path_normalization',
    'downstream_rq_http1_total', 'downstream_rq_http2_total', 'downstream_rq_rx_reset', 'downstream_rq_timeout', 'downstream_rq_total', 'no_cluster', 'no_route', 'rq_direct_response',
    'rq_redirect', 'rq_total',
  ].map((name) => prefix + name))
  context.stats.declare('gauge', ['downstream_cx_active', 'downstream_rq_active'].map((name) => prefix + name))
}
