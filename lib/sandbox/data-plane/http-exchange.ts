import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Duplex, Readable } from 'node:stream'
import { isGrpc } from '@/lib/mesh/simulate/header-map'
import { stringOf } from '@/lib/mesh/simulate/read'
import type { JsonObject } from '@/lib/std/json'
import { writeAccessLogs } from './access-log'
import type { DownstreamConnection, PlaneContext } from './context'
import type { Headers } from './headers'
import { dropHopByHop, put, toObject, toRaw, valueOf } from './headers'
import type { RequestBody } from './request-body'
import type { StreamInfo } from './stream-info'

/** One request and its answer, whichever codec carries them. */
export interface HttpExchange {
  readonly context: PlaneContext
  readonly connection: DownstreamConnection
  readonly hcm: JsonObject
  readonly stream: StreamInfo
  readonly headers: Headers
  readonly body: RequestBody
  readonly upgrade: string | undefined
  /** HTTP/1.1: the request announced no body. */
  readonly bodyless: boolean
  /** Changes of the answer's head that filters and the route ask for, in their order. */
  readonly responseChanges: ((headers: Headers) => void)[]
  /** Whether the client went away before the end of the answer. */
  readonly gone: () => boolean
  onGone(listener: () => void): void
  /** Sends an answer that Envoy makes itself. */
  reply(status: number, body: string, reason: { readonly details: string; readonly flag?: string; readonly headers?: readonly (readonly [string, string])[]; readonly grpcStatus?: number }): void
  /** Passes an upstream's answer on. */
  relay(status: number, headers: Headers, body: Readable): void
  /** Joins the client's connection with an upgraded upstream's. */
  join(headers: Headers, upstream: { readonly socket: Duplex; readonly head: Buffer }): void
  /** Cuts an answer that has begun. */
  cut(): void
  /** Whether the answer's head is out. */
  readonly started: () => boolean
}

/** The codec's two halves. */
export interface CodecPair {
  readonly request: IncomingMessage | Http2ServerRequest
  readonly response: ServerResponse | Http2ServerResponse
  /** HTTP/1.1 upgrade: the connection itself. */
  readonly socket: Duplex | undefined
}

/** Makes an exchange; its access log line is written when the answer ends or the client goes. */
export function createExchange(parts: Pick<HttpExchange, 'context' | 'connection' | 'hcm' | 'stream' | 'headers' | 'body' | 'upgrade' | 'bodyless'>, codec: CodecPair): HttpExchange {
  const { context, stream, hcm } = parts
  const state = { started: false, finished: false, gone: false }
  const changes: ((headers: Headers) => void)[] = []
  const goneListeners: (() => void)[] = []
  const prefix = `http.${stringOf(hcm.stat_prefix) ?? ''}.`

  const finish = () => {
    if (state.finished) return
    state.finished = true
    stream.bytesReceived = parts.body.bytes
    context.stats.gauge(`${prefix}downstream_rq_active`, -1)
    context.stats.add(`${prefix}downstream_rq_completed`)
    if (stream.responseCode >= 100) context.stats.add(`${prefix}downstream_rq_${String(Math.floor(stream.responseCode / 100))}xx`)
    writeAccessLogs(hcm.access_log, stream, { now: context.options.now(), onLine: context.options.onLogLine })
  }
  const clientGone = () => {
    if (state.finished) return
    state.gone = true
    if (!stream.flags.has('DC')) stream.flags.add('DC')
    if (stream.responseCode === 0) stream.details = 'downstream_remote_disconnect'
    for (const listener of goneListeners.splice(0)) listener()
    finish()
  }
  codec.response.on('finish', finish)
  codec.response.on('close', clientGone)
  codec.response.on('error', () => undefined)

  const head = (status: number, headers: Headers) => {
    state.started = true
    stream.responseCode = status
    dropHopByHop(headers)
    for (const change of changes) change(headers)
    const via = stringOf(hcm.via) ?? ''
    if (via !== '') put(headers, 'via', [...headers.get('via') ?? [], via].join(', '))
    put(headers, 'server', stringOf(hcm.server_name) ?? 'envoy')
    if (!headers.has('date')) put(headers, 'date', new Date(context.options.now()).toUTCString())
    if (parts.connection.draining() && stream.protocol !== 'HTTP/2') put(headers, 'connection', 'close')
    stream.responseHeaders = headers
    writeHead(codec, status, headers)
  }
  return {
    ...parts,
    responseChanges: changes,
    gone: () => state.gone,
    started: () => state.started,
    onGone: (listener) => {
      goneListeners.push(listener)
    },
    reply: (status, text, reason) => {
      if (state.started || state.finished) return
      stream.details = reason.details
      if (reason.flag !== undefined) stream.flags.add(reason.flag)
      const grpc = isGrpc(parts.headers)
      const headers: Headers = new Map(reason.headers?.map(([name, value]) => [name, [value]]))
      const body = grpc ? '' : text
      const silent = valueOf(parts.headers, ':method') === 'HEAD'
      if (grpc) grpcHeaders(headers, reason.grpcStatus === undefined ? grpcCodes[status] ?? '2' : String(reason.grpcStatus), silent ? '' : text)
      else if (body !== '') put(headers, 'content-type', 'text/plain')
      put(headers, 'content-length', String(Buffer.byteLength(body)))
      head(grpc ? 200 : status, headers)
      stream.bytesSent = silent ? 0 : Buffer.byteLength(body)
      codec.response.end(silent ? '' : body)
      closeUpgrade(codec)
    },
    relay: (status, headers, body) => {
      head(status, headers)
      body.on('data', (chunk: Buffer) => {
        stream.bytesSent += chunk.length
      })
      body.pipe(codec.response)
    },
    join: (headers, upstream) => {
      if (codec.socket === undefined) return
      joinSockets(codec.socket, upstream, { headers, stream, finish, head: (h) => changes.forEach((change) => change(h)) })
      state.started = true
    },
    cut: () => {
      codec.response.destroy()
      finish()
    },
  }
}

function writeHead(codec: CodecPair, status: number, headers: Headers): void {
  const { response } = codec
  if ('stream' in response) {
    headers.delete('connection')
    response.writeHead(status, toObject(headers, false))
    return
  }
  response.sendDate = false
  response.writeHead(status, toRaw(headers))
}

/** An upgrade that was refused leaves no keep-alive behind. */
function closeUpgrade(codec: CodecPair): void {
  codec.socket?.end()
}

const grpcCodes: Readonly<Record<number, string>> = { 400: '13', 401: '16', 403: '7', 404: '12', 429: '14', 502: '14', 503: '14', 504: '14' }

/** Utility::sendLocalReply for gRPC: the status moves into headers. */
function grpcHeaders(headers: Headers, code: string, message: string): void {
  put(headers, 'content-type', 'application/grpc')
  put(headers, 'grpc-status', code)
  if (message !== '') put(headers, 'grpc-message', message)
}

function joinSockets(client: Duplex, upstream: { readonly socket: Duplex; readonly head: Buffer }, join: { readonly headers: Headers; readonly stream: StreamInfo; readonly finish: () => void; readonly head: (headers: Headers) => void }): void {
  const { stream } = join
  stream.responseCode = 101
  stream.responseHeaders = join.headers
  join.head(join.headers)
  client.write(`HTTP/1.1 101 Switching Protocols\r\n${[...join.headers].flatMap(([name, values]) => values.map((value) => `${name}: ${value}\r\n`)).join('')}\r\n`)
  if (upstream.head.length > 0) client.write(upstream.head)
  upstream.socket.on('data', (chunk: Buffer) => {
    stream.bytesSent += chunk.length
  })
  upstream.socket.pipe(client)
  client.pipe(upstream.socket)
  const end = () => {
    client.destroy()
    upstream.socket.destroy()
    join.finish()
  }
  for (const socket of [client, upstream.socket]) {
    socket.on('error', end)
    socket.on('close', end)
  }
}
