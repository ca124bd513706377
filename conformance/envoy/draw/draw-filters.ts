import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import type { Random } from '../../generate/random'
import { drawHeader, drawPath, drawString } from './draw-route'

const extension = 'type.googleapis.com/envoy.extensions.filters.http.'
const rbacType = `${extension}rbac.v3.RBAC`
const corsType = `${extension}cors.v3.`
const faultType = `${extension}fault.v3.HTTPFault`

/** Some of the filters that decide: RBAC, CORS, fault. */
export function drawFilters(random: Random): readonly JsonObject[] {
  const filters: readonly JsonObject[] = [
    { name: 'envoy.filters.http.rbac', typed_config: { '@type': rbacType, rules: drawRules(random) } },
    { name: 'envoy.filters.http.cors', typed_config: { '@type': `${corsType}Cors` } },
    { name: 'envoy.filters.http.fault', typed_config: random.chance(0.4) ? drawFault(random) : { '@type': faultType } },
  ]
  return filters.filter(() => random.chance(0.35))
}

/** What a route or virtual host says of the filters. */
export function perFilter(random: Random, filters: readonly JsonObject[]): JsonObject {
  const own = filters.flatMap((filter): (readonly [string, Json])[] => {
    if (!random.chance(0.35)) return []
    const name = String(filter['name'])
    if (random.chance(0.15)) return [[name, { '@type': 'type.googleapis.com/envoy.config.route.v3.FilterConfig', disabled: true }]]
    if (name.endsWith('rbac')) return [[name, { '@type': `${extension}rbac.v3.RBACPerRoute`, ...(random.chance(0.3) ? {} : { rbac: { rules: drawRules(random) } }) }]]
    return [[name, name.endsWith('cors') ? drawCors(random) : drawFault(random)]]
  })
  return own.length === 0 ? {} : { typed_per_filter_config: Object.fromEntries(own) }
}

function drawRules(random: Random): JsonObject {
  const policies = random.times(0, 3, (index) => [`${random.pick(['p', 'Z', 'ns[a]-policy[b c]-rule'])}${index}`, { permissions: random.times(1, 2, () => drawPermission(random, 0)), principals: random.times(1, 2, () => drawPrincipal(random, 0)) }] as const)
  return { action: random.pick(['ALLOW', 'DENY', 'DENY', 'LOG']), policies: Object.fromEntries(policies) }
}

function drawPermission(random: Random, depth: number): JsonObject {
  const deeper = () => drawPermission(random, depth + 1)
  const simple: readonly JsonObject[] = [
    { any: true }, { header: drawHeader(random) }, { header: drawHeader(random) }, { url_path: { path: { prefix: drawPath(random) } } }, { url_path: { path: { exact: drawPath(random), ignore_case: random.chance(0.3) } } }, { url_path: { path: { safe_regex: { regex: '/[a-z]+(/.*)?' } } } },
    { destination_ip: { address_prefix: random.pick(['127.0.0.0', '10.0.0.0']), prefix_len: 8 } }, { destination_port: random.pick([8080, 9090]) },
    { requested_server_name: drawString(random) }, { metadata: { filter: 'none', path: [{ key: 'k' }], value: { string_match: { exact: 'v' } }, ...(random.chance(0.5) ? { invert: true } : {}) } },
    { uri_template: { name: 'u', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig', path_template: random.pick(['/shop/**', '/*/items', '/{x}']) } } },
  ]
  if (depth > 1 || random.chance(0.6)) return random.pick(simple)
  return random.pick([() => ({ and_rules: { rules: random.times(1, 2, deeper) } }), () => ({ or_rules: { rules: random.times(1, 2, deeper) } }), () => ({ not_rule: deeper() })])()
}

function drawPrincipal(random: Random, depth: number): JsonObject {
  const deeper = () => drawPrincipal(random, depth + 1)
  const range = (): JsonObject => ({ address_prefix: random.pick(['127.0.0.0', '10.0.0.0', '192.0.2.0', '0.0.0.0']), prefix_len: random.pick([0, 8, 24]) })
  const simple: readonly JsonObject[] = [
    { any: true }, { any: true }, { header: drawHeader(random) }, { url_path: { path: { prefix: drawPath(random) } } }, { direct_remote_ip: range() }, { remote_ip: range() }, { source_ip: range() },
    { authenticated: {} }, { authenticated: { principal_name: random.pick<JsonObject>([{ prefix: 'spiffe://' }, { exact: 'client.example.com' }, { safe_regex: { regex: '.*/sa/.*' } }]) } },
  ]
  if (depth > 1 || random.chance(0.65)) return random.pick(simple)
  return random.pick([() => ({ and_ids: { ids: random.times(1, 2, deeper) } }), () => ({ or_ids: { ids: random.times(1, 2, deeper) } }), () => ({ not_id: deeper() })])()
}

function drawCors(random: Random): JsonObject {
  const fields: readonly (readonly [string, Json])[] = [
    ['allow_origin_string_match', [random.pick<JsonObject>([{ exact: 'https://a.test' }, { exact: '*' }, { suffix: '.test' }, { safe_regex: { regex: 'https://[a-z]+\\.test' } }])]],
    ['allow_methods', 'GET,POST'], ['allow_headers', 'x-a'], ['expose_headers', 'x-up'], ['max_age', '600'], ['allow_credentials', random.chance(0.7)], ['forward_not_matching_preflights', random.chance(0.5)], ['filter_enabled', { default_value: { numerator: random.pick([0, 100]) } }],
  ]
  return { '@type': `${corsType}CorsPolicy`, ...Object.fromEntries(fields.filter(([name]) => random.chance(name === 'allow_origin_string_match' ? 0.9 : 0.35))) }
}

function drawFault(random: Random): JsonObject {
  const percentage = { numerator: random.pick([0, 100, 100]), denominator: 'HUNDRED' }
  const abort: JsonObject = random.pick<JsonObject>([{ http_status: random.pick([418, 503, 404]), percentage }, { header_abort: {}, percentage }, { grpc_status: 14, percentage }])
  return {
    '@type': faultType, ...(random.chance(0.7) ? { abort } : { delay: { fixed_delay: '0.002s', percentage } }), ...(random.chance(0.3) ? { headers: [drawHeader(random)].filter(isJsonObject) } : {}), ...(random.chance(0.2) ? { upstream_cluster: random.pick(['a', 'b']) } : {}),
  }
}
