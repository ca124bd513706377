import type { JsonObject } from '@/lib/std/json'
import { runtimeFractionOf } from './fraction'
import { matchCookies } from './cookie-match'
import { isGrpc } from './header-map'
import { matchHeader } from './header-match'
import { matchMetadata } from './metadata-match'
import type { PathSpecifier } from './path-match'
import { matchPath, pathSpecifier } from './path-match'
import { missedQueryParameter } from './query-match'
import { listOf, objectOf, stringOf } from './read'
import type { RequestFacts } from './request-facts'
import { headerValue } from './request-facts'

/** Why a route did not match; the path is named first, since it tells a person most. */
export interface RouteMiss {
  readonly code: 'path' | 'header' | 'query-parameter' | 'runtime-fraction' | 'grpc' | 'tls-context' | 'dynamic-metadata' | 'cookie' | 'unknown-matcher'
  readonly params: { readonly [name: string]: string }
}

const specifiers = new WeakMap<object, PathSpecifier>()

/** The path specifier of a route, memoised on the route's object. */
export function routePath(route: JsonObject): PathSpecifier {
  const known = specifiers.get(route)
  if (known !== undefined) return known
  const made = pathSpecifier(objectOf(route.match))
  specifiers.set(route, made)
  return made
}

/** RouteEntryImplBase::matchRoute and the path matchers: undefined when the route takes the request. */
export function missOf(route: JsonObject, facts: RequestFacts): RouteMiss | undefined {
  const match = objectOf(route.match)
  const specifier = routePath(route)
  if (!matchPath(specifier, facts.path, headerValue(facts.headers, ':method') ?? '')) {
    return { code: 'path', params: { kind: specifier.kind, expected: specifier.text } }
  }
  for (const matcher of listOf(match.headers)) {
    if (matchHeader(matcher, facts.headers)) continue
    const name = stringOf(objectOf(matcher).name) ?? ''
    return { code: 'header', params: { name, actual: headerValue(facts.headers, name) ?? '', present: String(headerValue(facts.headers, name) !== undefined) } }
  }
  const parameter = missedQueryParameter(match.query_parameters, facts.path)
  if (parameter !== undefined) return { code: 'query-parameter', params: { name: parameter } }
  return rareMiss(match, facts)
}

function rareMiss(match: JsonObject, facts: RequestFacts): RouteMiss | undefined {
  if (match.grpc !== undefined && !isGrpc(facts.headers)) return { code: 'grpc', params: {} }
  if (missesTls(objectOf(match.tls_context), facts)) return { code: 'tls-context', params: {} }
  for (const matcher of listOf(match.dynamic_metadata)) {
    if (!matchMetadata(matcher, facts.metadata)) return { code: 'dynamic-metadata', params: { filter: stringOf(objectOf(matcher).filter) ?? '' } }
  }
  const cookie = matchCookies(match.cookies, facts.headers)
  if (cookie !== undefined) return { code: 'cookie', params: { name: cookie } }
  if (listOf(match.filter_state).length > 0) return { code: 'unknown-matcher', params: {} }
  if (match.runtime_fraction === undefined) return undefined
  return facts.chance(runtimeFractionOf(match.runtime_fraction), 'runtime-fraction') ? undefined : { code: 'runtime-fraction', params: {} }
}

function missesTls(context: JsonObject, facts: RequestFacts): boolean {
  const { clientCertificate, certificateValidated = clientCertificate } = facts.connection
  if (typeof context.presented === 'boolean' && context.presented !== clientCertificate) return true
  return typeof context.validated === 'boolean' && context.validated !== certificateValidated
}

/** One route that was tried and missed, with its place in the virtual host. */
export interface TriedRoute {
  readonly index: number
  readonly route: JsonObject
  readonly miss: RouteMiss
}

/** The first route of a virtual host that takes the request, and all that were tried before it. */
export function findRoute(virtualHost: JsonObject, facts: RequestFacts): { readonly index: number; readonly route: JsonObject | undefined; readonly tried: readonly TriedRoute[] } {
  const tried: TriedRoute[] = []
  const routes = listOf(virtualHost.routes)
  for (const [index, item] of routes.entries()) {
    const route = objectOf(item)
    const miss = missOf(route, facts)
    if (miss === undefined) return { index, route, tried }
    tried.push({ index, route, miss })
  }
  return { index: -1, route: undefined, tried }
}
