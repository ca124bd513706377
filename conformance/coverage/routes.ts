import { isJsonObject, type JsonObject } from '@/lib/std/json'
import { fields, objectsIn, part, someText, textsIn, type Detector, type Evidence } from './evidence'

const specs = (evidence: Evidence): readonly JsonObject[] => evidence.specs('VirtualService')
const rules = (evidence: Evidence): readonly JsonObject[] => specs(evidence).flatMap((spec) => objectsIn(spec['http']))
const matches = (evidence: Evidence): readonly JsonObject[] => rules(evidence).flatMap((rule) => objectsIn(rule['match']))
const gateways = (evidence: Evidence): readonly string[] => specs(evidence).flatMap((spec) => textsIn(spec['gateways']))
const inMatch = (evidence: Evidence, field: string): boolean => evidence.routes.some((route) => part(route, 'match')[field] !== undefined)
const inAction = (evidence: Evidence, field: string): boolean => evidence.routes.some((route) => part(route, 'route')[field] !== undefined)
const headers = (evidence: Evidence): readonly JsonObject[] => evidence.routes.flatMap((route) => objectsIn(part(route, 'match')['headers']))
const takesAll = (route: JsonObject): boolean => JSON.stringify({ ...part(route, 'match'), case_sensitive: true }) === '{"prefix":"/","case_sensitive":true}' || JSON.stringify(part(route, 'match')) === '{"prefix":"/"}'
const hasFilter = (evidence: Evidence, name: string): boolean => evidence.routes.some((route) => part(route, 'typed_per_filter_config')[name] !== undefined)

/** VS, RO, RM, RA and RC: VirtualServices and their routes. */
export const routeDetectors: readonly Detector[] = [
  ['VS1', (evidence) => gateways(evidence).some((name) => name.includes('.istio-system') || name.startsWith('./')) && evidence.routes.length > 0],
  ['VS2', (evidence) => new Set(evidence.routes.map((route) => JSON.stringify(route['metadata']))).size > 1],
  ['VS3', (evidence) => specs(evidence).some((spec) => textsIn(spec['exportTo']).length > 0)],
  ['VS4', (evidence) => evidence.routes.some((route) => someText([part(route, 'route')['cluster'] ?? ''], (name) => name.endsWith('.svc.cluster.local'))) && rules(evidence).some((rule) => someText(fields(rule['route'], 'host'), (host) => !host.includes('.')))],
  ['VS5', (evidence) => rules(evidence).some((rule) => rule['delegate'] !== undefined) && evidence.says('/virtual-service/root-')],
  ['RO1', (evidence) => evidence.routes.length > 1],
  ['RO2', (evidence) => evidence.routes.some(takesAll)],
  ['RO3', (evidence) => matches(evidence).some((match) => ['port', 'gateways', 'sourceLabels', 'sourceNamespace'].some((field) => match[field] !== undefined))],
  ['RO4', (evidence) => evidence.virtualHosts.some((host) => { const list = objectsIn(host['routes']); return list.length > 1 && list.slice(0, -1).every((route) => !takesAll(route)) && list.slice(-1).some(takesAll) })],
  ['RM1', (evidence) => ['path', 'prefix', 'safe_regex'].filter((field) => inMatch(evidence, field)).length > 1],
  ['RM2', (evidence) => headers(evidence).some((header) => header['invert_match'] === true || header['present_match'] === true)],
  ['RM3', (evidence) => headers(evidence).some((header) => [':method', ':authority', ':scheme'].includes(String(header['name'])))],
  ['RM4', (evidence) => inMatch(evidence, 'query_parameters')],
  ['RM5', (evidence) => inMatch(evidence, 'dynamic_metadata')],
  ['RA1', (evidence) => ['redirect', 'direct_response', 'route'].filter((field) => evidence.routes.some((route) => route[field] !== undefined)).length > 1],
  ['RA2', (evidence) => evidence.routes.some((route) => someText([part(route, 'route')['cluster'] ?? ''], (name) => name.startsWith('outbound|')))],
  ['RA3', (evidence) => inAction(evidence, 'weighted_clusters')],
  ['RA4', (evidence) => evidence.routes.some((route) => someText([part(route, 'route')['timeout'] ?? '0s'], (time) => time !== '0s'))],
  ['RA5', (evidence) => rules(evidence).some((rule) => rule['retries'] !== undefined) && inAction(evidence, 'retry_policy')],
  ['RA6', (evidence) => ['prefix_rewrite', 'regex_rewrite', 'host_rewrite_literal'].some((field) => inAction(evidence, field))],
  ['RA7', (evidence) => evidence.routes.some((route) => ['request_headers_to_add', 'response_headers_to_add', 'request_headers_to_remove', 'response_headers_to_remove'].some((field) => route[field] !== undefined))],
  ['RA8', (evidence) => hasFilter(evidence, 'envoy.filters.http.fault') || hasFilter(evidence, 'envoy.filters.http.cors')],
  ['RA9', (evidence) => inAction(evidence, 'hash_policy')],
  ['RA10', (evidence) => evidence.routes.some((route) => route['redirect'] !== undefined)],
  ['RA11', (evidence) => evidence.routes.some((route) => route['direct_response'] !== undefined)],
  ['RA12', (evidence) => inAction(evidence, 'request_mirror_policies')],
  ['RA13', (evidence) => evidence.routes.some((route) => route['name'] !== undefined && isJsonObject(route['decorator']))],
  ['RC1', (evidence) => evidence.virtualHosts.some((host) => textsIn(host['domains']).some((domain) => domain !== '*'))],
  ['RC2', (evidence) => evidence.virtualHosts.some((host) => new Set(objectsIn(host['routes']).map((route) => JSON.stringify(route['metadata']))).size > 1)],
  ['RC3', (evidence) => evidence.virtualHosts.some((host) => textsIn(host['domains']).length > 1)],
  ['RC4', (evidence) => evidence.virtualHosts.some((host) => String(host['name']).startsWith('blackhole:'))],
  ['RC5', (evidence) => evidence.virtualHosts.some((host) => host['require_tls'] === 'ALL')],
]
