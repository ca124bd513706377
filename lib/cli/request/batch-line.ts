import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { UsageError } from '../usage-error'
import type { Call } from '@/lib/contract/call/call'
import { looksLikeToken, readClaims } from './read-claims'

/** A line of a batch: a call, who asks, and which gateway. */
export interface BatchCall {
  readonly call: Call
  readonly gateway: string | undefined
}

/** The line's own id, whatever else is wrong with it; null when it has none. */
export function idOf(line: unknown): Json {
  return isJsonObject(line) ? line['id'] ?? null : null
}

const known: ReadonlySet<string> = new Set(['id', 'url', 'method', 'headers', 'sni', 'alpn', 'protocol', 'clientCert', 'listenerPort', 'from', 'jwt', 'gateway'])

/** The fields of a line that mean nothing. */
export function unknownFields(line: unknown): readonly string[] {
  return isJsonObject(line) ? Object.keys(line).filter((key) => !known.has(key)) : []
}

/**
 * Reads one line of a batch; unknown fields are passed over. `jwt` is claims, a token, or the file that `readFile` reads; null counts as absent.
 * @throws UsageError naming the field that is wrong.
 */
export function readBatchLine(line: unknown, readFile: (file: string) => string): BatchCall {
  if (!isJsonObject(line)) throw new UsageError('a JSON object is expected')
  const text = (key: string): string | undefined => {
    const value = line[key] ?? undefined
    if (value === undefined || typeof value === 'string') return value
    throw new UsageError(`${key} must be text`)
  }
  const url = text('url')
  if (url === undefined) throw new UsageError('url is missing')
  const method = text('method')
  const sni = text('sni')
  const from = text('from')
  const protocol = protocolOf(text('protocol'))
  const alpn = textsOf(line['alpn'], 'alpn')
  const headers = headersOf(line['headers'])
  const listenerPort = portOf(line['listenerPort'])
  const clientCert = line['clientCert'] ?? undefined
  if (clientCert !== undefined && typeof clientCert !== 'boolean') throw new UsageError('clientCert must be true or false')
  const claims = claimsOf(line['jwt'], readFile)
  return {
    gateway: text('gateway'),
    call: {
      url, ...(method === undefined ? {} : { method }), ...(headers === undefined ? {} : { headers }), ...(sni === undefined ? {} : { sni }), ...(alpn === undefined ? {} : { alpn }),
      ...(protocol === undefined ? {} : { protocol }), ...(clientCert === undefined ? {} : { clientCert }), ...(listenerPort === undefined ? {} : { listenerPort }),
      ...(from === undefined ? {} : { from }), ...(claims === undefined ? {} : { claims }),
    },
  }
}

/** The names of ALPN stand for their protocols too. @throws UsageError for anything but the three protocols. */
export function protocolOf(value: string | undefined): Call['protocol'] {
  if (value === undefined || value === 'http1' || value === 'http2' || value === 'tcp') return value
  if (value === 'http/1.1') return 'http1'
  if (value === 'h2') return 'http2'
  throw new UsageError(`protocol must be http1, http2 or tcp, not ${JSON.stringify(value)}`)
}

function portOf(value: Json | undefined): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65536) return value
  throw new UsageError('listenerPort must be a port from 1 to 65535')
}

function textsOf(value: Json | undefined, name: string): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw new UsageError(`${name} must be a list of texts`)
}

function headersOf(value: Json | undefined): Call['headers'] {
  if (value === undefined || value === null) return undefined
  if (!isJsonObject(value)) throw new UsageError('headers must be an object of texts or lists of texts')
  return Object.fromEntries(Object.entries(value).flatMap(([name, item]) => {
    if (item === undefined) return []
    if (name === '') throw new UsageError('a header needs a name')
    return [[name, typeof item === 'string' ? item : textsOf(item, `headers.${name}`) ?? []]]
  }))
}

function claimsOf(value: Json | undefined, readFile: (file: string) => string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined
  if (isJsonObject(value)) return value
  if (typeof value !== 'string') throw new UsageError('jwt must be claims, a token or a file')
  return looksLikeToken(value) || value.trim().startsWith('{') ? readClaims(value, 'jwt') : readClaims(readFile(value), value)
}
