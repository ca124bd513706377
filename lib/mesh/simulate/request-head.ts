import type { JsonObject } from '@/lib/std/json'
import type { SimulatedRequest } from './explanation'
import { addRequestHeader, joinCookies } from './header-map'
import { listOf, numberOf, objectOf, stringOf } from './read'

/** A request's head as a codec reads it, or what the codec or the connection manager answers at once. */
export type RequestHead =
  | { readonly kind: 'read'; readonly headers: Map<string, string[]> }
  | { readonly kind: 'refused'; readonly status: number | null; readonly flags?: string; readonly details: string }

/** The methods that Envoy's HTTP/1 parser knows (BalsaParser). */
const methods: ReadonlySet<string> = new Set([
  'ACL', 'BIND', 'CHECKOUT', 'CONNECT', 'COPY', 'DELETE', 'GET', 'HEAD', 'LINK', 'LOCK', 'MERGE', 'MKACTIVITY', 'MKCALENDAR', 'MKCOL', 'MOVE', 'MSEARCH', 'NOTIFY', 'OPTIONS', 'PATCH', 'POST', 'PROPFIND', 'PROPPATCH', 'PURGE', 'PUT',
  'REBIND', 'REPORT', 'SEARCH', 'SOURCE', 'SUBSCRIBE', 'TRACE', 'UNBIND', 'UNLINK', 'UNLOCK', 'UNSUBSCRIBE',
])

/** What codec and connection manager make of a request's first line and headers (ServerConnectionImpl::onHeadersComplete, ActiveStream::decodeHeaders). */
export function readHead(request: SimulatedRequest, hcm: JsonObject, secured: boolean): RequestHead {
  const refused = refusedField(request)
  if (refused !== undefined) return refused
  const headers = new Map<string, string[]>()
  if (request.authority !== '') headers.set(':authority', [request.authority])
  headers.set(':method', [request.method])
  for (const [name, value] of Object.entries(request.headers)) {
    const key = name.toLowerCase()
    for (const one of typeof value === 'string' ? [value] : value) {
      if (key !== 'host') addRequestHeader(headers, key, one)
      else if (request.protocol !== 'http2' || !headers.has(':authority')) addRequestHeader(headers, ':authority', one)
    }
  }
  if (request.protocol === 'http2') joinCookies(headers)
  const target = request.protocol === 'http2' ? http2Target(headers, request) : http1Target(headers, { request, hcm, secured })
  if (target !== undefined) return target
  const authority = headers.get(':authority')?.[0]
  if (authority === undefined) return { kind: 'refused', status: 400, details: 'missing_host_header' }
  if (!validAuthority(authority)) return { kind: 'refused', status: 400, flags: 'DPE', details: 'http.invalid_authority' }
  const path = headers.get(':path')?.[0]
  if (path !== undefined && !path.startsWith('/')) return { kind: 'refused', status: 404, details: 'absolute_path_rejected' }
  return { kind: 'read', headers }
}

function http2Target(headers: Map<string, string[]>, request: SimulatedRequest): RequestHead | undefined {
  const authority = headers.get(':authority')?.[0]
  if (!madeOf(request.method, tokenSigns) || (authority !== undefined && !validAuthority(authority))) return invalidField
  if (request.method === 'CONNECT') return undefined
  const known = request.path.startsWith('/') || (request.method === 'OPTIONS' && request.path === '*')
  if (!known) return { kind: 'refused', status: null, flags: 'DPE', details: 'http2.violation.of.messaging.rule' }
  headers.set(':path', [request.path])
  headers.set(':scheme', [request.scheme])
  return undefined
}

function http1Target(headers: Map<string, string[]>, { request, hcm, secured }: { readonly request: SimulatedRequest; readonly hcm: JsonObject; readonly secured: boolean }): RequestHead | undefined {
  const { path, method } = request
  const codecError: RequestHead = { kind: 'refused', status: 400, flags: 'DPE', details: 'http1.codec_error' }
  if (!methods.has(method) && objectOf(hcm.http_protocol_options).allow_custom_methods !== true) return codecError
  if (method === 'CONNECT') return undefined
  if (![...path].every((char) => char > ' ' && char <= '~')) return codecError
  if (path.startsWith('/')) {
    headers.set(':path', [path])
    return undefined
  }
  if (path.startsWith('*')) {
    headers.set(':path', [path])
    return method === 'OPTIONS' ? undefined : { kind: 'refused', status: 400, flags: 'DPE', details: 'http1.invalid_url' }
  }
  const scheme = path.indexOf('://')
  if (scheme <= 0) return codecError
  const name = path.slice(0, scheme).toLowerCase()
  if (name !== 'http' && name !== 'https') return { kind: 'refused', status: 400, flags: 'DPE', details: 'http1.invalid_scheme' }
  if (name === 'https' && !secured) return { kind: 'refused', status: 403, flags: 'DPE', details: 'http1.https_url_on_plaintext_connection' }
  const rest = path.slice(scheme + 3)
  const slash = firstOf(rest, '/?')
  headers.set(':authority', [slash < 0 ? rest : rest.slice(0, slash)])
  const own = slash < 0 ? '' : rest.slice(slash)
  headers.set(':path', [own.startsWith('/') ? own : `/${own}`])
  headers.set(':scheme', [name])
  return undefined
}

function firstOf(text: string, chars: string): number {
  for (let at = 0; at < text.length; at++) if (chars.includes(text.charAt(at))) return at
  return -1
}

/** What ends the reading before anything is looked at: control characters (in HTTP/1 anywhere in the head), header names that are no tokens (BalsaParser, nghttp2). */
function refusedField(request: SimulatedRequest): RequestHead | undefined {
  const fields = Object.entries(request.headers).map(([name, values]) => ({ name, values: typeof values === 'string' ? [values] : values }))
  const controls = fields.some(({ name, values }) => [name, ...values].some(holdsControl))
  const named = fields.every(({ name }) => name !== '' && madeOf(name, tokenSigns))
  if (request.protocol === 'http2') return controls || !named ? invalidField : undefined
  if (controls || [request.method, request.path, request.authority].some(holdsControl)) return { kind: 'refused', status: 400, flags: 'DPE', details: 'http1.invalid_characters' }
  return named ? undefined : { kind: 'refused', status: 400, flags: 'DPE', details: 'http1.codec_error' }
}

function holdsControl(value: string): boolean {
  return [...value].some((char) => (char < ' ' && char !== '\t') || char === '\u007f')
}

const invalidField: RequestHead = { kind: 'refused', status: null, flags: 'DPE', details: 'http2.invalid.header.field' }

/** Beside letters and digits: the characters of a token, of which methods and header names are made. */
const tokenSigns = "!#$%&'*+-.^_`|~"
const authoritySigns = "!$%&'()*+,-.:;=@[]_~"

/** HeaderUtility::authorityIsValid: the characters that nghttp2 takes in an authority. */
export function validAuthority(authority: string): boolean {
  return madeOf(authority, authoritySigns)
}

function madeOf(text: string, signs: string): boolean {
  return [...text].every((char) => (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || (char >= '0' && char <= '9') || signs.includes(char))
}

/** ConnectionManagerUtility::maybeNormalizeHost: the trailing dot, then the port, as the connection manager says. In place. */
export function normaliseHost(headers: Map<string, string[]>, hcm: JsonObject, localPort: number): void {
  const given = headers.get(':authority')?.[0]
  if (given === undefined) return
  const undotted = hcm.strip_trailing_host_dot === true ? withoutDot(given) : given
  const port = portStart(undotted)
  const strips = hcm.strip_any_host_port === true || (hcm.strip_matching_host_port === true && port >= 0 && numberOf(undotted.slice(port + 1)) === localPort)
  headers.set(':authority', [strips && port >= 0 ? undotted.slice(0, port) : undotted])
}

function withoutDot(authority: string): string {
  const port = portStart(authority)
  const host = port < 0 ? authority : authority.slice(0, port)
  return host.endsWith('.') && host.length > 1 ? host.slice(0, -1) + (port < 0 ? '' : authority.slice(port)) : authority
}

/** HeaderUtility::getPortStart: the last colon outside brackets before digits; -1 where there is none. */
function portStart(authority: string): number {
  const colon = authority.lastIndexOf(':')
  if (colon < 0 || authority.lastIndexOf(']') > colon) return -1
  const port = authority.slice(colon + 1)
  return port !== '' && [...port].every((char) => char >= '0' && char <= '9') ? colon : -1
}

/** The upgrade that a request asks for and the connection manager does not allow; undefined where all is well (ActiveStream: createFilterChain). */
export function refusedUpgrade(headers: ReadonlyMap<string, readonly string[]>, hcm: JsonObject, route: JsonObject | undefined): string | undefined {
  const method = headers.get(':method')?.[0]
  const named = (headers.get('connection')?.join(',') ?? '').split(',').some((token) => token.trim().toLowerCase() === 'upgrade')
  const wanted = method === 'CONNECT' ? 'CONNECT' : named ? headers.get('upgrade')?.join(',') : undefined
  if (wanted === undefined) return undefined
  const allows = (configs: unknown) => listOf(configs).map(objectOf).find((config) => (stringOf(config.upgrade_type) ?? '').toLowerCase() === wanted.toLowerCase())
  const own = allows(objectOf(route?.route).upgrade_configs)
  const allowed = own === undefined ? allows(hcm.upgrade_configs) : own
  return allowed !== undefined && allowed.enabled !== false ? undefined : wanted
}
