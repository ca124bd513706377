import type { JsonObject } from '@/lib/std/json'
import { numberOf, objectOf, stringOf } from './read'
import type { HeaderMap } from './request-facts'
import { headerValue } from './request-facts'
import { rewritePath } from './rewrite'

const codes: ReadonlyMap<string, number> = new Map([['MOVED_PERMANENTLY', 301], ['FOUND', 302], ['SEE_OTHER', 303], ['TEMPORARY_REDIRECT', 307], ['PERMANENT_REDIRECT', 308]])

/** Status of a RedirectAction; MOVED_PERMANENTLY where none is set. */
export function redirectStatus(redirect: JsonObject): number {
  return codes.get(stringOf(redirect.response_code) ?? '') ?? 301
}

/** RouteEntryImplBase::newUri: where a RedirectAction sends the client. */
export function redirectLocation(route: JsonObject, headers: HeaderMap): string {
  const redirect = objectOf(route.redirect)
  const requested = headerValue(headers, ':path') ?? '/'
  const scheme = stringOf(redirect.scheme_redirect) || (redirect.https_redirect === true ? 'https' : headerValue(headers, ':scheme') ?? 'http')
  const portNumber = numberOf(redirect.port_redirect) ?? 0
  const port = portNumber === 0 ? '' : `:${String(portNumber)}`
  const replaced = stringOf(redirect.host_redirect) ?? ''
  const host = replaced === '' ? hostFor(headers, scheme, port) : replaced
  return `${scheme}://${host}${port}${rooted(redirectPath(route, redirect, requested))}`
}

function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`
}

/** The path that the log shows of a redirected request: a rewrite is done before the answer is made. */
export function redirectedPath(route: JsonObject, path: string): string {
  const redirect = objectOf(route.redirect)
  return (stringOf(redirect.path_redirect) ?? '') === '' ? rewritePath(route, redirect, path) ?? path : path
}

/** The Location of a virtual host that demands TLS (Http::Utility::createSslRedirectPath). */
export function tlsRedirectLocation(headers: HeaderMap): string {
  return `https://${headerValue(headers, ':authority') ?? ''}${headerValue(headers, ':path') ?? ''}`
}

function redirectPath(route: JsonObject, redirect: JsonObject, requested: string): string {
  const fixed = stringOf(redirect.path_redirect) ?? ''
  const query = requested.indexOf('?')
  const stripQuery = redirect.strip_query === true
  if (fixed !== '') return fixed.includes('?') || stripQuery || query < 0 ? fixed : fixed + requested.slice(query)
  const rewritten = rewritePath(route, redirect, requested) ?? requested
  const end = rewritten.indexOf('?')
  return stripQuery && end >= 0 ? rewritten.slice(0, end) : rewritten
}

/** RouteEntryImplBase::processRequestHost: the request's own host, without a port that the new scheme makes wrong. */
function hostFor(headers: HeaderMap, scheme: string, port: string): string {
  const authority = headerValue(headers, ':authority') ?? ''
  const bracket = authority.lastIndexOf(']:')
  const colon = !authority.startsWith('[') ? authority.lastIndexOf(':') : bracket < 0 ? -1 : bracket + 1
  if (colon < 0) return authority
  const was = headerValue(headers, 'x-forwarded-proto') ?? ''
  const own = authority.slice(colon)
  const wrong = scheme !== was && ((was === 'https' && own === ':443') || (was === 'http' && own === ':80'))
  return port !== '' || wrong ? authority.slice(0, colon) : authority
}
