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

/**
 * CorsFilter::decodeHeaders with the CorsPolicies of weighted cluster, route, virtual host and route configuration, the most
 * specific first: it says whether the filter is on; what it leaves empty comes from the next one.
 */
export function evaluateCors(policies: readonly JsonObject[], facts: RequestFacts): CorsVerdict {
  const [first] = policies
  if (first === undefined || !enabled(first, facts)) return { kind: 'off' }
  const origin = headerValue(facts.headers, 'origin') ?? ''
  if (origin === '') return { kind: 'off' }
  const allowed = listOf(policies.find((policy) => listOf(policy.allow_origin_string_match).length > 0)?.allow_origin_string_match).some((matcher) => isAny(matcher) || matchString(matcher, origin))
  const preflight = headerValue(facts.headers, ':method') === 'OPTIONS' && (headerValue(facts.headers, 'access-control-request-method') ?? '') !== ''
  if (!preflight) return { kind: 'pass', responseHeaders: allowed ? [...originHeaders(policies, origin), ...own(policies, 'access-control-expose-headers', 'expose_headers')] : [] }
  const forwards = policies.map((policy) => policy.forward_not_matching_preflights).find((value) => typeof value === 'boolean') ?? true
  if (!allowed && forwards) return { kind: 'pass', responseHeaders: [] }
  return { kind: 'preflight', responseHeaders: preflightHeaders(policies, { origin: allowed ? origin : undefined, local: headerValue(facts.headers, 'access-control-request-private-network') === 'true' }) }
}

/** CorsFilter::isOriginAllowed: the string `*` allows every origin. */
function isAny(matcher: unknown): boolean {
  return stringOf(objectOf(matcher).exact) === '*'
}

function enabled(policy: JsonObject, facts: RequestFacts): boolean {
  return policy.filter_enabled === undefined || facts.chance(runtimeFractionOf(policy.filter_enabled), 'cors')
}

function preflightHeaders(policies: readonly JsonObject[], asked: { readonly origin: string | undefined; readonly local: boolean }): readonly (readonly [string, string])[] {
  return [
    ...(asked.origin === undefined ? [] : originHeaders(policies, asked.origin)),
    ...own(policies, 'access-control-allow-methods', 'allow_methods'),
    ...own(policies, 'access-control-allow-headers', 'allow_headers'),
    ...own(policies, 'access-control-expose-headers', 'expose_headers'),
    ...own(policies, 'access-control-max-age', 'max_age'),
    ...(asked.local && flag(policies, 'allow_private_network_access') ? [['access-control-allow-private-network', 'true'] as const] : []),
  ]
}

function originHeaders(policies: readonly JsonObject[], origin: string): readonly (readonly [string, string])[] {
  return [['access-control-allow-origin', origin], ...(flag(policies, 'allow_credentials') ? [['access-control-allow-credentials', 'true'] as const] : [])]
}

function flag(policies: readonly JsonObject[], field: string): boolean {
  return policies.map((policy) => policy[field]).find((value) => typeof value === 'boolean') === true
}

function own(policies: readonly JsonObject[], name: string, field: string): readonly (readonly [string, string])[] {
  const text = policies.map((policy) => stringOf(policy[field]) ?? '').find((value) => value !== '')
  return text === undefined ? [] : [[name, text]]
}

/** What the levels of a route say of a filter: switched off, and the most specific configuration. */
export interface FilterOverride {
  readonly disabled: boolean
  readonly config: JsonObject | undefined
  /** The configurations of all levels. */
  readonly all: readonly JsonObject[]
}

/** The override of a filter by weighted cluster, route, virtual host and route configuration, the most specific first. A filter that is off by itself comes on with any override. */
export function filterOverride(filter: JsonObject, sources: readonly (JsonObject | undefined)[]): FilterOverride {
  const name = stringOf(filter.name) ?? ''
  const found = sources.map((source) => optionalObject(objectOf(source?.typed_per_filter_config)[name])).filter((config) => config !== undefined)
  const [nearest] = found
  const disabled = nearest === undefined ? filter.disabled === true : stringOf(nearest['@type'])?.endsWith('.FilterConfig') === true && nearest.disabled === true
  const all = sources.map((source) => perFilterConfig(name, [source])).filter((config) => config !== undefined)
  return { disabled, config: all[0], all }
}

/** The most specific typed_per_filter_config of a filter: weighted cluster, route, virtual host, route configuration. */
function perFilterConfig(name: string, sources: readonly (JsonObject | undefined)[]): JsonObject | undefined {
  for (const source of sources) {
    const found = optionalObject(objectOf(source?.typed_per_filter_config)[name])
    if (found !== undefined) return stringOf(found['@type'])?.endsWith('.FilterConfig') === true ? optionalObject(found.config) : found
  }
  return undefined
}
