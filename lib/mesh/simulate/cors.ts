import type { JsonObject } from '@/lib/std/json'
import { runtimeFractionOf } from './fraction'
import { listOf, objectOf, optionalObject, stringOf } from './read'
import type { RequestFacts } from './request-facts'
import { headerValue } from './request-facts'
import { matchString } from './string-match'

/** What the CORS filter does with a request. */
export type CorsVerdict =
  | { readonly kind: 'off' }
  /** Goes on; `responseHeaders` are set on the answer. */
  | { readonly kind: 'pass'; readonly responseHeaders: readonly (readonly [string, string])[] }
  /** Answers itself with 200. */
  | { readonly kind: 'preflight'; readonly responseHeaders: readonly (readonly [string, string])[] }

/** CorsFilter::decodeHeaders with the most specific CorsPolicy of route, virtual host and listener. */
export function evaluateCors(policy: JsonObject | undefined, facts: RequestFacts): CorsVerdict {
  if (policy === undefined || !enabled(policy, facts)) return { kind: 'off' }
  const origin = headerValue(facts.headers, 'origin') ?? ''
  if (origin === '') return { kind: 'off' }
  const allowed = listOf(policy.allow_origin_string_match).some((matcher) => isAny(matcher) || matchString(matcher, origin))
  const preflight = headerValue(facts.headers, ':method') === 'OPTIONS' && (headerValue(facts.headers, 'access-control-request-method') ?? '') !== ''
  if (!preflight) return { kind: 'pass', responseHeaders: allowed ? actualHeaders(policy, origin) : [] }
  if (!allowed && policy.forward_not_matching_preflights !== false) return { kind: 'pass', responseHeaders: [] }
  return { kind: 'preflight', responseHeaders: allowed ? preflightHeaders(policy, origin) : [] }
}

/** CorsFilter::isOriginAllowed: the string `*` allows every origin. */
function isAny(matcher: unknown): boolean {
  return stringOf(objectOf(matcher).exact) === '*'
}

function enabled(policy: JsonObject, facts: RequestFacts): boolean {
  return policy.filter_enabled === undefined || facts.chance(runtimeFractionOf(policy.filter_enabled), 'cors')
}

function actualHeaders(policy: JsonObject, origin: string): readonly (readonly [string, string])[] {
  return [...originHeaders(policy, origin), ...optional('access-control-expose-headers', policy.expose_headers)]
}

function preflightHeaders(policy: JsonObject, origin: string): readonly (readonly [string, string])[] {
  return [
    ...originHeaders(policy, origin),
    ...optional('access-control-allow-methods', policy.allow_methods),
    ...optional('access-control-allow-headers', policy.allow_headers),
    ...optional('access-control-max-age', policy.max_age),
  ]
}

function originHeaders(policy: JsonObject, origin: string): readonly (readonly [string, string])[] {
  const credentials = policy.allow_credentials === true
  return [['access-control-allow-origin', origin], ...(credentials ? [['access-control-allow-credentials', 'true'] as const] : [])]
}

function optional(name: string, value: unknown): readonly (readonly [string, string])[] {
  const text = stringOf(value) ?? ''
  return text === '' ? [] : [[name, text]]
}

/** The most specific typed_per_filter_config of a filter: weighted cluster, route, virtual host, route configuration, then the filter's own. */
export function perFilterConfig(name: string, sources: readonly (JsonObject | undefined)[]): JsonObject | undefined {
  for (const source of sources) {
    const found = optionalObject(objectOf(source?.typed_per_filter_config)[name])
    if (found !== undefined) return stringOf(found['@type'])?.endsWith('.FilterConfig') === true ? optionalObject(found.config) : found
  }
  return undefined
}
