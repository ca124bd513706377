import * as z from 'zod/mini'
import { isJsonObject } from '@/lib/std/json'
import type { Call } from './call'
import { CallError } from './call-error'

const text = (length: number) => z.optional(z.string().check(z.maxLength(length)))
const list = z.optional(z.union([z.pipe(z.string().check(z.maxLength(4_096)), z.transform((one) => [one])), z.array(z.string().check(z.maxLength(4_096))).check(z.maxLength(50))]))

/** A call as it stands in a page's or a request's query: one text a field, `header` as often as there are headers (`name: value`). */
export const callParamsSchema = z.object({
  url: text(8_192), method: text(64), header: list, sni: text(300), alpn: text(200), protocol: z.optional(z.enum(['http1', 'http2', 'tcp'])),
  cert: z.optional(z.literal('true')), from: text(64), claims: text(8_192), listenerPort: text(64),
})

/** See callParamsSchema. */
export type CallParams = z.infer<typeof callParamsSchema>

const tokenSigns = "!#$%&'*+-.^_`|~"

/** The call that the parameters mean. @throws CallError naming the field that is wrong */
export function callOf(params: CallParams): Call {
  const { url = '', method, header = [], sni, alpn, protocol, cert, from, claims, listenerPort } = params
  if (method !== undefined && !isToken(method)) throw new CallError('method', `${JSON.stringify(method)} is no method`)
  return {
    url, headers: headersOf(header),
    ...(method === undefined ? {} : { method }), ...(sni === undefined ? {} : { sni }), ...(alpn === undefined ? {} : { alpn: alpn.split(',').map((name) => name.trim()).filter((name) => name !== '') }),
    ...(protocol === undefined ? {} : { protocol }), ...(cert === undefined ? {} : { clientCert: true }), ...(from === undefined ? {} : { from: from.trim() }),
    ...(claims === undefined ? {} : { claims: claimsOf(claims) }), ...(listenerPort === undefined ? {} : { listenerPort: portOf(listenerPort) }),
  }
}

function headersOf(lines: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const colon = line.indexOf(':', line.startsWith(':') ? 1 : 0)
    const name = line.slice(0, colon < 0 ? line.length : colon).trim()
    if (colon < 0) throw new CallError('headers', `${JSON.stringify(line)}: a header is written as "name: value"`)
    if (!isToken(name) && name !== ':authority') throw new CallError('headers', `${JSON.stringify(name)} is no header name`)
    const value = line.slice(colon + 1).trim()
    if ([...value].some((sign) => (sign < ' ' && sign !== '\t') || sign === '\u007f')) throw new CallError('headers', `${name}: the value holds a control character`)
    headers.set(name, [...(headers.get(name) ?? []), value])
  }
  return Object.fromEntries(headers)
}

function isToken(text: string): boolean {
  return text !== '' && [...text].every((sign) => (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') || (sign >= '0' && sign <= '9') || tokenSigns.includes(sign))
}

function claimsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const claims: unknown = JSON.parse(text)
    if (isJsonObject(claims)) return claims
  } catch {
    throw new CallError('jwt', 'The claims are no JSON')
  }
  throw new CallError('jwt', 'The claims must be a JSON object, such as {"sub": "alice"}')
}

function portOf(text: string): number {
  const port = [...text].every((sign) => sign >= '0' && sign <= '9') ? Number(text) : 0
  if (port >= 1 && port <= 65_535) return port
  throw new CallError('listenerPort', `${JSON.stringify(text)} is no port`)
}
