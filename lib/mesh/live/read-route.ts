import type { StringMatcher } from '../envoy/core'
import type { HeaderMatcher, QueryParameterMatcher, RedirectAction, Route, RouteAction, RouteMatch, VirtualHost } from '../envoy/route'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { listOf, numberOf, objectOf, optionalObject, stringOf, stringsOf } from '../simulate/read'

/** A virtual host as an Envoy prints it, as far as the map tells it; whatever has another type is left out. */
export function readVirtualHost(value: JsonObject): VirtualHost {
  const tls = value['require_tls']
  return {
    name: stringOf(value['name']) ?? '', domains: stringsOf(value['domains']), routes: listOf(value['routes']).map(readRoute),
    ...(tls === 'ALL' || tls === 'EXTERNAL_ONLY' ? { require_tls: tls } : {}),
  }
}

function readRoute(value: Json): Route {
  const route = objectOf(value)
  const filters = Object.entries(objectOf(route['typed_per_filter_config'])).map(([name, config]) => [name, { ...objectOf(config), '@type': stringOf(objectOf(config)['@type']) ?? '' }] as const)
  return {
    match: readMatch(objectOf(route['match'])),
    ...some('metadata', route['metadata']),
    ...some('route', isJsonObject(route['route']) ? readAction(route['route']) : undefined),
    ...some('redirect', isJsonObject(route['redirect']) ? readRedirect(route['redirect']) : undefined),
    ...some('direct_response', isJsonObject(route['direct_response']) ? { status: numberOf(route['direct_response']['status']) ?? 0 } : undefined),
    ...(filters.length === 0 ? {} : { typed_per_filter_config: Object.fromEntries(filters) }),
    request_headers_to_add: headersOf(route['request_headers_to_add']), request_headers_to_remove: stringsOf(route['request_headers_to_remove']),
    response_headers_to_add: headersOf(route['response_headers_to_add']), response_headers_to_remove: stringsOf(route['response_headers_to_remove']),
  }
}

function readMatch(match: JsonObject): RouteMatch {
  const regex = stringOf(objectOf(match['safe_regex'])['regex'])
  return {
    ...some('prefix', stringOf(match['prefix'])), ...some('path', stringOf(match['path'])), ...some('path_separated_prefix', stringOf(match['path_separated_prefix'])),
    ...(regex === undefined ? {} : { safe_regex: { regex } }), ...(match['case_sensitive'] === false ? { case_sensitive: false } : {}),
    headers: listOf(match['headers']).map(objectOf).map(readHeader), query_parameters: listOf(match['query_parameters']).map(objectOf).map(readParameter), dynamic_metadata: listOf(match['dynamic_metadata']),
  }
}

function readHeader(matcher: JsonObject): HeaderMatcher {
  const range = optionalObject(matcher['range_match'])
  return {
    ...readParameter(matcher), ...(matcher['invert_match'] === true ? { invert_match: true } : {}),
    ...(range === undefined ? {} : { range_match: { start: `${numberOf(range['start']) ?? 0}`, end: `${numberOf(range['end']) ?? 0}` } }),
  }
}

function readParameter(matcher: JsonObject): QueryParameterMatcher {
  const text = optionalObject(matcher['string_match'])
  return {
    name: stringOf(matcher['name']) ?? '', ...some('string_match', text && readMatcher(text)),
    ...(typeof matcher['present_match'] === 'boolean' ? { present_match: matcher['present_match'] } : {}),
  }
}

function readMatcher(text: JsonObject): StringMatcher {
  const regex = stringOf(objectOf(text['safe_regex'])['regex'])
  return {
    ...some('exact', stringOf(text['exact'])), ...some('prefix', stringOf(text['prefix'])), ...some('suffix', stringOf(text['suffix'])), ...some('contains', stringOf(text['contains'])),
    ...(regex === undefined ? {} : { safe_regex: { regex } }), ...(text['ignore_case'] === true ? { ignore_case: true } : {}),
  }
}

function readAction(action: JsonObject): RouteAction {
  const weighted = optionalObject(action['weighted_clusters'])
  return {
    ...some('cluster', stringOf(action['cluster'])), ...some('timeout', stringOf(action['timeout'])), ...some('prefix_rewrite', stringOf(action['prefix_rewrite'])),
    ...some('host_rewrite_literal', stringOf(action['host_rewrite_literal'])), ...some('retry_policy', action['retry_policy']), ...some('regex_rewrite', readRewrite(action['regex_rewrite'])),
    ...(weighted === undefined ? {} : { weighted_clusters: { clusters: listOf(weighted['clusters']).map(objectOf).map((cluster) => ({ name: stringOf(cluster['name']) ?? '', weight: numberOf(cluster['weight']) ?? 0 })) } }),
    request_mirror_policies: listOf(action['request_mirror_policies']).map(objectOf).map((mirror) => ({ cluster: stringOf(mirror['cluster']) ?? '', ...readFraction(mirror['runtime_fraction']) })),
  }
}

function readFraction(value: Json | undefined): Pick<NonNullable<RouteAction['request_mirror_policies']>[number], 'runtime_fraction'> {
  const fraction = optionalObject(objectOf(value)['default_value'])
  if (fraction === undefined) return {}
  const of = fraction['denominator']
  return { runtime_fraction: { default_value: { numerator: numberOf(fraction['numerator']) ?? 0, ...(of === 'MILLION' || of === 'TEN_THOUSAND' ? { denominator: of } : {}) } } }
}

function readRewrite(value: Json | undefined): RouteAction['regex_rewrite'] {
  const rewrite = optionalObject(value)
  return rewrite && { pattern: { regex: stringOf(objectOf(rewrite['pattern'])['regex']) ?? '' }, substitution: stringOf(rewrite['substitution']) ?? '' }
}

const redirectCodes = ['FOUND', 'SEE_OTHER', 'TEMPORARY_REDIRECT', 'PERMANENT_REDIRECT'] as const

function readRedirect(redirect: JsonObject): RedirectAction {
  return {
    ...some('host_redirect', stringOf(redirect['host_redirect'])), ...some('path_redirect', stringOf(redirect['path_redirect'])), ...some('prefix_rewrite', stringOf(redirect['prefix_rewrite'])),
    ...some('scheme_redirect', stringOf(redirect['scheme_redirect'])), ...(redirect['https_redirect'] === true ? { https_redirect: true } : {}), ...some('port_redirect', numberOf(redirect['port_redirect'])),
    ...some('response_code', redirectCodes.find((code) => code === redirect['response_code'])), ...some('regex_rewrite', readRewrite(redirect['regex_rewrite'])),
  }
}

function headersOf(value: Json | undefined): NonNullable<Route['request_headers_to_add']> {
  return listOf(value).map((item) => ({ header: { key: stringOf(objectOf(objectOf(item)['header'])['key']) ?? '' } }))
}

/** `{[name]: value}` where there is a value, else nothing. */
function some<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [key in Name]?: Value } {
  const made: { [key in Name]?: Value } = {}
  if (value !== undefined) made[name] = value
  return made
}
