import type { JsonObject } from '@/lib/std/json'
import { isJsonObject } from '@/lib/std/json'
import { matchConditions, matchLabel } from '../graph/match-words'
import type { EnvoyConfiguration } from '../simulate/envoy-configuration'
import type { Explanation } from '../simulate/explanation'
import { chainName, downstreamTls, requiresClientCertificate, validationOf } from '../simulate/listener-match'
import { listOf, objectOf, stringOf, stringsOf, typedConfig } from '../simulate/read'
import { readVirtualHost } from './read-route'

/** How a request reaches the endpoints of one cluster. */
export interface Hop {
  readonly cluster: string
  /** `SIMPLE`, `MUTUAL`, `ISTIO_MUTUAL` as a DestinationRule writes them; `auto` where endpoints that take the mesh's mutual TLS get it; null for plain text. */
  readonly tls: 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL' | 'auto' | null
  readonly protocol: 'HTTP/1.1' | 'HTTP/2' | 'as the client' | 'TCP'
  /** Endpoints that take traffic, of all that Envoy has; null where they are not known. */
  readonly endpoints: { readonly ready: number; readonly total: number } | null
}

/** A rule that was tried: its number in Envoy's order, the method it asks for, and its whole match in one line. */
export interface TriedRule {
  readonly number: number
  readonly method: string
  readonly match: string
}

/** What an explanation leaves out of the configuration that it was made with, and a person wants beside it. */
export interface ExplainedFacts {
  readonly hops: readonly Hop[]
  readonly tried: readonly TriedRule[]
  /** The filter chain that was taken: the server names it takes (none: all), and whether TLS ends in it; null where there is none. */
  readonly chain: { readonly names: readonly string[]; readonly tls: 'SIMPLE' | 'MUTUAL' | 'OPTIONAL_MUTUAL' | null } | null
}

const triedMost = 200

/** The facts beside an explanation that was made with this configuration. */
export function explainedFacts(configuration: EnvoyConfiguration, explanation: Explanation): ExplainedFacts {
  const tcp = explanation.outcome.kind === 'tcp'
  return { hops: explanation.clusters.map(({ name }) => hopOf(configuration, name, tcp)), tried: triedRules(configuration, explanation), chain: chainOf(configuration, explanation) }
}

function chainOf(configuration: EnvoyConfiguration, { listener: name, filterChain }: Explanation): ExplainedFacts['chain'] {
  const listener = configuration.listeners.find((one) => one['name'] === name)
  if (listener === undefined || filterChain === null) return null
  const chains = listOf(listener['filter_chains'])
  const index = chains.findIndex((chain, at) => chainName(name ?? '', chain, at) === filterChain)
  const chain = chains[index] ?? listener['default_filter_chain']
  const tls = downstreamTls(chain)
  const asked = tls === undefined ? 'unasked' : validationOf(tls)
  return { names: stringsOf(objectOf(objectOf(chain)['filter_chain_match'])['server_names']), tls: tls === undefined ? null : requiresClientCertificate(tls) ? 'MUTUAL' : asked === 'unasked' ? 'SIMPLE' : 'OPTIONAL_MUTUAL' }
}

function hopOf(configuration: EnvoyConfiguration, name: string, tcp: boolean): Hop {
  const cluster = configuration.cluster(name)
  const groups = listOf(objectOf(configuration.endpoints(name) ?? cluster?.['load_assignment'])['endpoints'])
  const known = configuration.endpoints(name) !== undefined || cluster?.['load_assignment'] !== undefined
  const health = groups.flatMap((group) => listOf(objectOf(group)['lb_endpoints'])).map((host) => stringOf(objectOf(host)['health_status']) ?? 'HEALTHY')
  return {
    cluster: name, tls: cluster === undefined ? null : tlsOf(cluster), protocol: tcp ? 'TCP' : protocolOf(cluster ?? {}),
    endpoints: known ? { ready: health.filter((one) => one === 'HEALTHY' || one === 'UNKNOWN' || one === 'DEGRADED').length, total: health.length } : null,
  }
}

function tlsOf(cluster: JsonObject): Hop['tls'] {
  if (listOf(cluster['transport_socket_matches']).length > 0) return 'auto'
  const socket = cluster['transport_socket']
  if (!isJsonObject(socket)) return null
  const config = typedConfig(socket)
  const tls = config['common_tls_context'] === undefined ? typedConfig(config['transport_socket']) : config
  const common = objectOf(tls['common_tls_context'])
  const secrets = listOf(common['tls_certificate_sds_secret_configs']).map((one) => stringOf(objectOf(one)['name']))
  if (common['alpn_protocols'] === undefined && Object.keys(common).length === 0) return null
  if (secrets.includes('default')) return 'ISTIO_MUTUAL'
  return secrets.length > 0 || listOf(common['tls_certificates']).length > 0 ? 'MUTUAL' : 'SIMPLE'
}

function protocolOf(cluster: JsonObject): Hop['protocol'] {
  const options = objectOf(objectOf(cluster['typed_extension_protocol_options'])['envoy.extensions.upstreams.http.v3.HttpProtocolOptions'])
  if (options['use_downstream_protocol_config'] !== undefined) return 'as the client'
  return objectOf(options['explicit_http_config'])['http2_protocol_options'] === undefined && cluster['http2_protocol_options'] === undefined ? 'HTTP/1.1' : 'HTTP/2'
}

/** The rules among the losers, by their place in the virtual host. */
function triedRules(configuration: EnvoyConfiguration, { trace, routeConfiguration, virtualHost }: Explanation): readonly TriedRule[] {
  const step = trace.find((one) => one.step === 'route')
  if (step === undefined || routeConfiguration === null) return []
  const host = listOf(configuration.routeConfiguration(routeConfiguration)?.['virtual_hosts']).filter(isJsonObject).find((one) => one['name'] === virtualHost)
  const routes = listOf(host?.['routes'])
  return step.losers.slice(0, triedMost).flatMap(({ reason }): readonly TriedRule[] => {
    const index = Number(reason.params['index'] ?? -1)
    const route = routes[index]
    const [read] = route === undefined ? [] : (readVirtualHost({ routes: [route] }).routes ?? [])
    if (read === undefined) return []
    const conditions = matchConditions(read.match)
    return [{ number: index + 1, method: conditions.find(({ what, op, not }) => what === 'method' && op === 'is' && !not)?.value ?? '', match: matchLabel(conditions) }]
  })
}
