import { compareBytes } from '@/lib/std/compare-bytes'
import type { StringMatcher } from '../envoy/core'
import type { HeaderMatcher, QueryParameterMatcher, RouteMatch } from '../envoy/route'
import type { HttpMatch, StringMatch } from '../istio/virtual-service'
import type { ResolvedVirtualService } from './resolved-virtual-service'

/** Istio's TranslateRouteMatch: one VirtualService match (or none) as Envoy's RouteMatch (SPEC RM1–RM5). */
export function translateRouteMatch(match: HttpMatch | undefined, semantics: ResolvedVirtualService['semantics']): RouteMatch {
  if (!match) return { prefix: '/' }
  const path = pathSpecifier(match.uri, semantics)
  if (isPathOnly(match)) return Object.assign({}, path, { case_sensitive: !match.ignoreUriCase })
  const headers = [
    ...match.headers.filter(([name]) => !isClaim(name)).map(([name, value]) => headerMatcher(name, value)),
    ...match.withoutHeaders.filter(([name]) => !isClaim(name)).map(([name, value]) => withoutHeader(name, value)),
  ].sort((a, b) => compareBytes(a.name, b.name))
  const pseudo = ([[':method', match.method], [':authority', match.authority], [':scheme', match.scheme]] as const).flatMap(([name, value]) => (value ? [headerMatcher(name, value)] : []))
  const parameters = match.queryParams.map(([name, value]) => queryMatcher(name, value))
  const claims = [
    ...match.headers.filter(([name]) => isClaim(name)).map(([name, value]) => claimMatcher(name, value, false)),
    ...match.withoutHeaders.filter(([name]) => isClaim(name)).map(([name, value]) => claimMatcher(name, value, true)),
  ]
  return Object.assign({}, path, {
    case_sensitive: !match.ignoreUriCase,
    ...(headers.length + pseudo.length === 0 ? {} : { headers: [...headers, ...pseudo] }),
    ...(parameters.length === 0 ? {} : { query_parameters: parameters }),
    ...(claims.length === 0 ? {} : { dynamic_metadata: claims }),
  })
}

function isPathOnly(match: HttpMatch): boolean {
  return match.headers.length + match.withoutHeaders.length + match.queryParams.length === 0 && !match.method && !match.authority && !match.scheme
}

function pathSpecifier(uri: StringMatch | undefined, semantics: ResolvedVirtualService['semantics']): RouteMatch {
  if (!uri || uri.kind === 'none') return { prefix: '/' }
  if (uri.kind === 'exact') return { path: uri.value }
  if (uri.kind === 'regex') return { safe_regex: { regex: uri.value } }
  if (semantics === 'istio' || uri.value === '/') return { prefix: uri.value }
  return { path_separated_prefix: uri.value.endsWith('/') ? uri.value.slice(0, -1) : uri.value }
}

function present(match: StringMatch): boolean {
  return match.kind === 'none' || (match.kind === 'regex' && match.value === '*')
}

/** A StringMatch as Envoy's StringMatcher; an empty pattern keeps its field. */
export function stringMatcher(match: StringMatch): StringMatcher {
  switch (match.kind) {
    case 'exact':
      return { exact: match.value }
    case 'prefix':
      return { prefix: match.value }
    case 'regex':
      return { safe_regex: { regex: match.value } }
    case 'none':
      return {}
  }
}

function headerMatcher(name: string, match: StringMatch): HeaderMatcher {
  return present(match) ? { name, present_match: true } : { name, string_match: stringMatcher(match) }
}

function withoutHeader(name: string, match: StringMatch): HeaderMatcher {
  return present(match) ? { name, present_match: true, invert_match: true } : { name, string_match: stringMatcher(match), invert_match: true, treat_missing_header_as_empty: true }
}

function queryMatcher(name: string, match: StringMatch): QueryParameterMatcher {
  return present(match) ? { name, present_match: true } : { name, string_match: stringMatcher(match) }
}

const claimPrefix = '@request.auth.claims'

function isClaim(name: string): boolean {
  const lower = name.toLowerCase()
  return lower.startsWith(`${claimPrefix}.`) || lower.startsWith(`${claimPrefix}[`)
}

/** Claim routing (istio-policies C5): the JWT payload's value or a member of its list. */
function claimMatcher(name: string, match: StringMatch, invert: boolean): NonNullable<RouteMatch['dynamic_metadata']>[number] {
  const rest = name.slice(claimPrefix.length)
  const keys = rest.startsWith('[') ? rest.slice(1, -1).split('][') : rest.slice(1).split('.')
  const matcher = { string_match: { ...stringMatcher(match) } }
  return {
    filter: 'envoy.filters.http.jwt_authn',
    path: [{ key: 'payload' }, ...keys.map((key) => ({ key }))],
    value: { or_match: { value_matchers: [{ list_match: { one_of: matcherJson(matcher) } }, matcherJson(matcher)] } },
    ...(invert ? { invert: true } : {}),
  }
}

function matcherJson(matcher: { readonly string_match: StringMatcher }): { readonly string_match: { readonly [key: string]: string | boolean | { readonly regex: string } } } {
  return { string_match: { ...matcher.string_match } }
}

/** Istio's IsCatchAllRoute: every path, no header, parameter or metadata condition (SPEC RO2). */
export function isCatchAllMatch(match: RouteMatch): boolean {
  const everyPath = match.prefix === '/' || match.path_separated_prefix === '/' || match.safe_regex?.regex === '.*'
  return everyPath && (match.headers?.length ?? 0) === 0 && (match.query_parameters?.length ?? 0) === 0 && (match.dynamic_metadata?.length ?? 0) === 0
}
