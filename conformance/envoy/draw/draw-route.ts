import type { Json, JsonObject } from '@/lib/std/json'
import { compact, type Random } from '../../generate/random'

const words = ['a', 'shop', 'api', 'v1', 'A', 'items', 'x-y', '42'] as const
const values = ['one', 'two', 'ONE', '7', '42', '-3', 'a-b', '10.5', '', 'one,two', 'gold'] as const
const headerNames = ['x-a', 'x-b', 'X-C', 'x-user', ':method', ':authority', ':path', ':scheme', 'user-agent', 'content-type', 'host', 'x-forwarded-proto', 'cookie', 'x-envoy-internal', 'x-forwarded-for'] as const
const extension = 'type.googleapis.com/envoy.extensions.'

/** A path of a few of the words that routes and requests share. */
export function drawPath(random: Random): string {
  return `/${random.times(0, 3, () => random.pick(words)).join('/')}`
}

/** A value that matchers and requests share. */
export function drawValue(random: Random): string {
  return random.pick(values)
}

/** A header's name that matchers and requests share. */
export function drawHeaderName(random: Random): string {
  return random.pick(headerNames)
}

/** An envoy.type.matcher.v3.StringMatcher. */
export function drawString(random: Random): JsonObject {
  const value = random.pick(values.filter((one) => one !== ''))
  const fold = random.chance(0.25) ? { ignore_case: true } : {}
  switch (random.int(6)) {
    case 0: return { exact: value, ...fold }
    case 1: return { prefix: value.slice(0, 2), ...fold }
    case 2: return { suffix: value.slice(-2), ...fold }
    case 3: return { contains: value.slice(0, 1), ...fold }
    case 4: return { safe_regex: { regex: random.pick(['on?e', '[a-z]+', '\\d+', '(?i)one', '.*', 'one|two', 'a.b', '-?[0-9]+(\\.[0-9])?']) } }
    default: return { exact: value, ...fold }
  }
}

/** An envoy.config.route.v3.HeaderMatcher of any kind, old fields too. */
export function drawHeader(random: Random): JsonObject {
  const value = random.pick(values.filter((one) => one !== ''))
  const matchers: readonly JsonObject[] = [
    { string_match: drawString(random) }, { string_match: drawString(random) }, { string_match: drawString(random) }, { exact_match: value }, { prefix_match: value }, { suffix_match: value }, { contains_match: value },
    { safe_regex_match: { regex: '[a-z]+' } }, { range_match: random.pick<JsonObject>([{ start: '1', end: '43' }, { start: '-5', end: '7' }, { end: '8' }, { start: 42, end: 43 }]) }, { present_match: random.chance(0.7) }, {},
  ]
  return { name: drawHeaderName(random), ...random.pick(matchers), ...(random.chance(0.25) ? { invert_match: true } : {}), ...(random.chance(0.15) ? { treat_missing_header_as_empty: true } : {}) }
}

function drawQuery(random: Random): JsonObject {
  const name = random.pick(['q', 'Q', 'debug', 'a.b'])
  switch (random.int(3)) {
    case 0: return { name, string_match: drawString(random) }
    case 1: return { name, present_match: random.chance(0.8) }
    default: return { name }
  }
}

/** A RouteMatch: every path specifier, and any of the other matchers. */
export function drawMatch(random: Random): JsonObject {
  const path = drawPath(random)
  const specifiers: readonly JsonObject[] = [
    { prefix: path }, { prefix: `${path}/` }, { path }, { prefix: '/' }, ...(path === '/' ? [] : [{ path_separated_prefix: path }]),
    { safe_regex: { regex: random.pick([`${path}(/.*)?`, '/[a-z]+/?', '/(?P<x>[^/]+)/(\\w+)', '.*', `${path}|/api`, '(?i)/shop.*', '/v\\d+.*']) } },
    { path_match_policy: { name: 'envoy.path.match.uri_template.uri_template_matcher', typed_config: { '@type': `${extension}path.match.uri_template.v3.UriTemplateMatchConfig`, path_template: random.pick(['/{x}/{y=**}', '/*/items', '/shop/**', '/{x=api/*}/{z}', '/{one}', '/**', '/{a}/*/{b}', '/api/{rest=**}']) } } },
  ]
  return compact({
    ...random.pick(specifiers),
    case_sensitive: random.maybe(0.2, () => random.chance(0.5)),
    headers: random.maybe(0.45, () => random.times(1, 2, () => drawHeader(random))),
    query_parameters: random.maybe(0.2, () => random.times(1, 2, () => drawQuery(random))),
    runtime_fraction: random.maybe(0.06, () => ({ default_value: { numerator: random.pick([0, 100]), denominator: 'HUNDRED' }, runtime_key: 'nothing' })),
    grpc: random.maybe(0.05, () => ({})),
    tls_context: random.maybe(0.06, () => random.pick<JsonObject>([{ presented: true }, { presented: false }, { validated: true }, { validated: false }])),
    cookies: random.maybe(0.06, () => [{ name: random.pick(['session', 'user']), string_match: drawString(random), ...(random.chance(0.3) ? { invert_match: true } : {}) }]),
    dynamic_metadata: random.maybe(0.04, () => [{ filter: 'envoy.filters.http.jwt_authn', path: [{ key: 'payload' }, { key: 'sub' }], value: { string_match: { exact: 'alice' } }, ...(random.chance(0.5) ? { invert: true } : {}) }]),
  })
}

function isTemplate(match: JsonObject): boolean {
  return match['path_match_policy'] !== undefined
}

/** How an action changes the path: at most one way, the template's only where the match has one. */
function pathChange(random: Random, match: JsonObject): JsonObject {
  if (random.chance(0.5)) return {}
  const regex: JsonObject = { regex_rewrite: { pattern: { regex: random.pick(['/shop', '[a-z]+', '/(\\w+)/(\\w+)', '^/', 'zzz', '/$', '[0-9]*']) }, substitution: random.pick(['/new', '\\0', '', '/x\\0/', '%20', '/q?z=1', '\\\\']) } }
  return isTemplate(match) ? regex : random.pick<JsonObject>([{ prefix_rewrite: random.pick(['/', '/new', '/new/', '/n?own=1', 'new', '']) }, { prefix_rewrite: '/p' }, regex])
}

function drawRedirect(random: Random, match: JsonObject): JsonObject {
  return compact({
    ...random.pick<JsonObject>([{}, { path_redirect: random.pick(['/to', '/to?own=1', '/', '', '/%20x', 'to']) }, pathChange(random, match), pathChange(random, match)]),
    ...random.pick<JsonObject>([{}, {}, { https_redirect: random.chance(0.8) }, { scheme_redirect: random.pick(['https', 'http', 'ftp', '']) }]),
    host_redirect: random.maybe(0.35, () => random.pick(['new.test', 'new.test:81', ''])),
    port_redirect: random.maybe(0.3, () => random.pick([80, 443, 8443])),
    response_code: random.maybe(0.4, () => random.pick(['MOVED_PERMANENTLY', 'FOUND', 'SEE_OTHER', 'TEMPORARY_REDIRECT', 'PERMANENT_REDIRECT'])),
    strip_query: random.maybe(0.25, () => random.chance(0.8)),
  })
}

function hostChange(random: Random): JsonObject {
  if (random.chance(0.6)) return {}
  const change = random.pick<JsonObject>([
    { host_rewrite_literal: 'new.test' }, { host_rewrite_header: random.pick(['x-a', 'x-b', ':path', 'x-user']) }, { auto_host_rewrite: random.chance(0.8) },
    { host_rewrite_path_regex: { pattern: { regex: random.pick(['^/(\\w+)/.*$', '/', 'zzz']) }, substitution: random.pick(['\\1.test', 'x', '']) } },
  ])
  return { ...change, ...(random.chance(0.3) ? { append_x_forwarded_host: true } : {}) }
}

/** Clusters of which only one can be taken: no draw decides. */
function drawClusters(random: Random, operations: (random: Random) => JsonObject): JsonObject {
  const cluster = () => random.pick(['a', 'b', 'c', 'a', 'b', 'empty', 'nope', 'unhealthy', 'panic'])
  switch (random.int(7)) {
    case 0: return { weighted_clusters: { clusters: [{ name: cluster(), weight: 0 }, { name: cluster(), weight: random.pick([1, 50]), ...operations(random), ...(random.chance(0.2) ? { host_rewrite_literal: 'w.test' } : {}) }] } }
    case 1: return { weighted_clusters: { header_name: 'x-draw', clusters: [{ name: 'a', weight: 30 }, { name: 'b', weight: 0 }, { name: 'c', weight: 50, ...operations(random) }] } }
    case 2: return { cluster_header: random.pick(['x-cluster', 'x-a', ':authority']) }
    default: return { cluster: cluster() }
  }
}

/** Header operations of one level, on requests and responses. */
export function drawOperations(random: Random): JsonObject {
  const additions = (): Json => random.times(1, 2, () => ({
    header: { key: random.pick(['x-a', 'x-b', 'x-new', 'X-Case', 'x-up']), value: random.pick(['plain', '%REQ(:PATH)%', '%REQ(X-B?X-A)%', '%PROTOCOL%', '%REQ(:AUTHORITY):3%', '%%', '', 'a%REQ(X-NONE)%b', '%ROUTE_NAME%']) },
    ...random.pick<JsonObject>([{}, {}, { append_action: 'APPEND_IF_EXISTS_OR_ADD' }, { append_action: 'ADD_IF_ABSENT' }, { append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }, { append_action: 'OVERWRITE_IF_EXISTS' }]), ...(random.chance(0.15) ? { keep_empty_value: true } : {}),
  }))
  return compact({
    request_headers_to_add: random.maybe(0.2, additions), request_headers_to_remove: random.maybe(0.1, () => [random.pick(['x-a', 'X-B', 'user-agent', 'x-user'])]),
    response_headers_to_add: random.maybe(0.15, additions), response_headers_to_remove: random.maybe(0.08, () => [random.pick(['x-up', 'X-A', 'x-new'])]),
  })
}

/** A route with any of the actions. */
export function drawRoute(random: Random, index: number): JsonObject {
  const match = drawMatch(random)
  const route = (): JsonObject => ({ route: compact({
    ...drawClusters(random, drawOperations), ...pathChange(random, match), ...hostChange(random),
    cluster_not_found_response_code: random.maybe(0.15, () => random.pick(['NOT_FOUND', 'SERVICE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR'])), timeout: random.maybe(0.2, () => random.pick(['0s', '3s', '0.250s'])),
    hash_policy: random.maybe(0.05, () => [{ header: { header_name: 'x-a' } }]), retry_policy: random.maybe(0.1, () => ({ retry_on: 'connect-failure', num_retries: 2, ...(random.chance(0.4) ? { per_try_timeout: random.pick(['0.500s', '20s']) } : {}) })),
  }) })
  const actions: readonly (() => JsonObject)[] = [
    route, route, route, () => ({ redirect: drawRedirect(random, match) }), () => ({ redirect: drawRedirect(random, match) }),
    () => ({ direct_response: compact({ status: random.pick([200, 201, 204, 301, 404, 418, 503]), body: random.maybe(0.5, () => ({ inline_string: 'said' })) }) }),
  ]
  return { name: `r${index}`, match, ...random.pick(actions)(), ...drawOperations(random) }
}
