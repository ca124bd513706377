import { fields, objectsIn, part, someText, textsIn, type Detector, type Evidence } from './evidence'
import type { JsonObject } from '@/lib/std/json'

const servers = (evidence: Evidence): readonly JsonObject[] => evidence.specs('Gateway').flatMap((spec) => objectsIn(spec['servers']))
const protocol = (server: JsonObject): string => String(part(server, 'port')['protocol']).toUpperCase()
const hosts = (evidence: Evidence): readonly string[] => servers(evidence).flatMap((server) => textsIn(server['hosts']))
const mode = (server: JsonObject): string => String(part(server, 'tls')['mode'])
const tlsText = (evidence: Evidence, text: string): boolean => evidence.chains.some((chain) => JSON.stringify(chain['transport_socket'] ?? '').includes(text))

/** GW, LI, LT and L4: Gateways and what becomes of their servers. */
export const gatewayDetectors: readonly Detector[] = [
  ['GW1', (evidence) => evidence.listeners.length > 0 && evidence.specs('Gateway').some((spec) => Object.keys(part(spec, 'selector')).length > 0)],
  ['GW2', (evidence) => evidence.routeNames.some((name) => name.startsWith('http.8080')) && servers(evidence).some((server) => part(server, 'port')['number'] === 80)],
  ['GW3', (evidence) => hosts(evidence).some((host) => host.startsWith('./') || host.startsWith('*/'))],
  ['GW4', (evidence) => servers(evidence).length > evidence.chains.length && evidence.listeners.length > 0],
  ['GW5', (evidence) => evidence.routeNames.some((name) => name.startsWith('https.')) && evidence.routeNames.some((name) => name.startsWith('http.'))],
  ['LI1', (evidence) => evidence.listeners.length > 1],
  ['LI2', (evidence) => evidence.chains.some((chain) => chain['filter_chain_match'] === undefined && JSON.stringify(chain).includes('"route_config_name":"http.'))],
  ['LI3', (evidence) => evidence.chains.some((chain) => chain['filter_chain_match'] === undefined && chain['transport_socket'] !== undefined)],
  ['LI4', (evidence) => evidence.listeners.some((listener) => JSON.stringify(listener['listener_filters'] ?? '').includes('tls_inspector'))],
  ['LI5', (evidence) => ['"merge_slashes"', '"xff_num_trusted_hops"', '"append_x_forwarded_port"', '"APPEND_FORWARD"', '"PASS_THROUGH"', '"istio.stats"', '"max_path_tag_length"'].some((text) => evidence.says(text))],
  ['LT1', (evidence) => tlsText(evidence, 'require_client_certificate')],
  ['LT2', (evidence) => tlsText(evidence, 'kubernetes://') || tlsText(evidence, 'file-cert:')],
  ['LT3', (evidence) => tlsText(evidence, 'cipher_suites') || tlsText(evidence, 'tls_maximum_protocol_version')],
  ['L41', (evidence) => servers(evidence).some((server) => protocol(server) === 'TCP') && evidence.chains.some((chain) => chain['filter_chain_match'] === undefined && JSON.stringify(chain).includes('tcp_proxy'))],
  ['L42', (evidence) => servers(evidence).some((server) => mode(server) === 'PASSTHROUGH') && evidence.chains.some((chain) => chain['transport_socket'] === undefined && part(chain, 'filter_chain_match')['server_names'] !== undefined)],
  ['L43', (evidence) => evidence.says('"application_protocols":["istio"')],
  ['L44', (evidence) => evidence.networkFilters.some((filter) => filter['name'] === 'envoy.filters.network.mongo_proxy' || fields(filter, 'idle_timeout').length > 0 || fields(filter, 'hash_policy').length > 0 || someText(fields(filter, 'max_downstream_connection_duration'), () => true))],
]
