import type { Readable } from 'node:stream'
import { Agent, request as send } from 'undici'
import WebSocket from 'ws'
import { AppError } from '@/lib/contract/app-error'
import type { Credentials, CredentialSource } from './credentials'
import { readStatus, statusError, type Attempt } from './status-error'

/** One request to the API server. `path` was made by resourcePath or is a constant. */
export interface KubeRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Ms until the reply's head is there; for `send` and `json` until all of it is. @default 15000 */
  readonly deadline?: number
  readonly signal?: AbortSignal
  /** What is attempted, for the message of a 403. */
  readonly attempt?: Attempt
}

/** A reply, whatever its status. */
export interface KubeReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** A reply whose body is read as it comes. The reader ends it. */
export interface KubeStream {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Readable
}

/** The one way to an API server: one pool of connections, credentials renewed once after a 401. */
export interface KubeTransport {
  /** Any status is a reply; what never got an answer throws AppError (cluster-unreachable, timeout, outcome-unknown for a mutation that left). */
  send(request: KubeRequest): Promise<KubeReply>
  /** The parsed JSON of a 2xx reply; other statuses throw the Status as AppError. */
  json(request: KubeRequest): Promise<unknown>
  /** A body without an end of its own (watch, log). Any status is a reply. */
  stream(request: KubeRequest): Promise<KubeStream>
  /** An open WebSocket, or AppError. */
  webSocket(path: string, options: { readonly query: Readonly<Record<string, string>>; readonly protocol: string; readonly signal: AbortSignal; readonly attempt: Attempt }): Promise<WebSocket>
  close(): Promise<void>
}

const defaultDeadline = 15_000
const bodyLimit = 64 * 1024 * 1024

/** Makes the transport of one context. */
export function createTransport(source: CredentialSource): KubeTransport {
  let agent: { readonly key: string; readonly dispatcher: Agent } | undefined
  const retired = new Set<Agent>()

  const dispatcherOf = (credentials: Credentials): Agent => {
    if (agent?.key === credentials.tlsKey) return agent.dispatcher
    if (agent) {
      const old = agent.dispatcher
      retired.add(old)
      void old.close().finally(() => retired.delete(old))
    }
    const dispatcher = new Agent({ connect: { ...credentials.tls, keepAlive: true, keepAliveInitialDelay: 15_000, timeout: 10_000 }, pipelining: 1, keepAliveTimeout: 30_000, maxHeaderSize: 65_536 })
    agent = { key: credentials.tlsKey, dispatcher }
    return dispatcher
  }

  const once = async (request: KubeRequest, credentials: Credentials, signal: AbortSignal): Promise<KubeStream> => {
    const url = `${credentials.server}${request.path}${queryOf(request.query)}`
    const reply = await send(url, {
      method: request.method ?? 'GET',
      dispatcher: dispatcherOf(credentials),
      headers: { accept: 'application/json', 'user-agent': 'meridian', ...request.headers, ...credentials.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    return { status: reply.statusCode, headers: reply.headers, body: reply.body }
  }

  const authorised = async (request: KubeRequest, signal: AbortSignal): Promise<KubeStream> => {
    const first = await once(request, await source.get(), signal)
    if (first.status !== 401) return first
    first.body.on('error', () => undefined)
    first.body.destroy()
    return await once(request, await source.renew(), signal)
  }

  const open = async (request: KubeRequest): Promise<KubeStream & { readonly arrived: () => void }> => {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), request.deadline ?? defaultDeadline)
    const signal = request.signal ? AbortSignal.any([request.signal, late.signal]) : late.signal
    try {
      return { ...(await authorised(request, signal)), arrived: () => clearTimeout(timer) }
    } catch (cause) {
      clearTimeout(timer)
      throw failure(cause, request, late.signal.aborted)
    }
  }

  const sendWhole = async (request: KubeRequest): Promise<KubeReply> => {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), request.deadline ?? defaultDeadline)
    const signal = request.signal ? AbortSignal.any([request.signal, late.signal]) : late.signal
    try {
      const { status, headers, body } = await authorised(request, signal)
      return { status, headers, body: await readAll(body) }
    } catch (cause) {
      throw failure(cause, request, late.signal.aborted)
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    send: sendWhole,
    async json(request) {
      const reply = await sendWhole(request)
      if (reply.status >= 200 && reply.status < 300) return parseReply(reply)
      throw replyError(reply, request.attempt)
    },
    async stream(request) {
      const { arrived, ...stream } = await open(request)
      arrived()
      return stream
    },
    async webSocket(path, { query, protocol, signal, attempt }) {
      const credentials = await source.get()
      return await openSocket(`${credentials.server.replace(/^http/, 'ws')}${path}${queryOf(query)}`, { credentials, protocol, signal, attempt })
    },
    async close() {
      await Promise.all([agent?.dispatcher.destroy(), ...[...retired].map((old) => old.destroy())])
    },
  }
}

/** The AppError of a reply that is not 2xx; Retry-After of its head counts where the Status has none. */
export function replyError(reply: KubeReply, attempt?: Attempt): AppError {
  const status = readStatus(reply.status, reply.body.toString('utf8'))
  return statusError({ ...status, retryAfter: status.retryAfter ?? retryAfterOf(reply.headers) }, attempt)
}

/** Seconds of a Retry-After header; null without one. */
export function retryAfterOf(headers: KubeReply['headers']): number | null {
  const value = Number(headers['retry-after'])
  return Number.isFinite(value) && value > 0 ? value : null
}

/** Reads a body to its end, at most `limit` bytes. */
export async function readAll(body: Readable, limit = bodyLimit): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    size += bytes.length
    if (size > limit) {
      body.destroy()
      throw new AppError('too-large', `The reply is larger than ${Math.round(limit / 1_048_576)} MiB`)
    }
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

function parseReply(reply: KubeReply): unknown {
  try {
    return JSON.parse(reply.body.toString('utf8'))
  } catch (cause) {
    throw new AppError('cluster-unreachable', 'The API server sent what is no JSON (a proxy or captive portal?)', { cause })
  }
}

function queryOf(query: KubeRequest['query']): string {
  const text = new URLSearchParams(query ?? {}).toString()
  return text === '' ? '' : `?${text}`
}

/** Codes of errors that happen before a byte of the request has left. */
const neverLeft = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID'])

function failure(cause: unknown, request: KubeRequest, late: boolean): unknown {
  if (cause instanceof AppError) return cause
  if (request.signal?.aborted === true) return cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const mutation = request.method !== undefined && request.method !== 'GET'
  const reason = cause instanceof Error ? cause.message : String(cause)
  if (mutation && !neverLeft.has(code)) return new AppError('outcome-unknown', 'The connection broke before the API server answered. It may have taken the change.', { cause })
  if (late) return new AppError('timeout', `The API server did not answer within ${(request.deadline ?? defaultDeadline) / 1_000} s`, { cause })
  return new AppError('cluster-unreachable', `The API server cannot be reached: ${code === '' ? reason : `${code} ${reason}`}`, { cause })
}

function openSocket(url: string, { credentials, protocol, signal, attempt }: { readonly credentials: Credentials; readonly protocol: string; readonly signal: AbortSignal; readonly attempt: Attempt }): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, [protocol], { ...credentials.tls, headers: { ...credentials.headers, 'user-agent': 'meridian' }, handshakeTimeout: 10_000, maxPayload: 4 * 1024 * 1024, perMessageDeflate: false, followRedirects: false })
    const fail = (error: unknown): void => {
      signal.removeEventListener('abort', onAbort)
      socket.on('error', () => undefined)
      socket.terminate()
      reject(error)
    }
    const onAbort = (): void => fail(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) return onAbort()
    socket.once('open', () => {
      signal.removeEventListener('abort', onAbort)
      resolve(socket)
    })
    socket.once('unexpected-response', (_, reply) => {
      readAll(reply, 1_048_576).then(
        (body) => fail(replyError({ status: reply.statusCode ?? 500, headers: reply.headers, body }, attempt)),
        (cause: unknown) => fail(new AppError('cluster-unreachable', `The API server refused the upgrade with ${reply.statusCode ?? 'no status'}`, { cause })),
      )
    })
    socket.once('error', (cause) => fail(new AppError('cluster-unreachable', `No WebSocket to the API server: ${cause.message}`, { cause })))
  })
}
