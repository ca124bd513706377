import type { Json, JsonObject } from '@/lib/std/json'
import { isJsonObject } from '@/lib/std/json'
import type { ProbeCase } from './probe-case'
import { object } from './prepare'
import type { Surroundings } from './surroundings'

/** What a listener of a probe needs to run somewhere. */
export interface ProbePlace {
  readonly port: number
  readonly upstreamPort: number
  readonly logFile: string
  readonly certificate: { readonly chain: string; readonly key: string; readonly trusted: string }
  /** Keys that verify the probes' tokens. */
  readonly jwks: string
}

/** The place that surroundings make, but for port and log. */
export function placeOf({ upstreamPort, server, jwks }: Surroundings): Omit<ProbePlace, 'port' | 'logFile'> {
  return { upstreamPort, certificate: server, jwks }
}

const extension = 'type.googleapis.com/envoy.extensions.'

/** The port that the probes' listeners have by their own account. */
export const probePort = 8080

/** The listener of a probe at a place. */
export function probeListener(probe: ProbeCase, place: ProbePlace): JsonObject {
  const chains = probe.chains ?? [{ name: 'plain', match: {}, network_filters: [] }]
  const inspects = chains.some(({ tls, match }) => tls !== undefined || match['server_names'] !== undefined || match['transport_protocol'] !== undefined || match['application_protocols'] !== undefined)
  return fill({
    name: probe.name,
    address: { socket_address: { address: '127.0.0.1', port_value: place.port } },
    listener_filters: [...probe.listener_filters, ...(inspects ? [{ name: 'envoy.filters.listener.tls_inspector', typed_config: { '@type': `${extension}filters.listener.tls_inspector.v3.TlsInspector` } }] : [])],
    access_log: [accessLog(probe.name, place.logFile)],
    ...probe.listener,
    filter_chains: chains.map((chain) => chainOf(probe, chain, place)),
  }, place)
}

type Chain = NonNullable<ProbeCase['chains']>[number]

function chainOf(probe: ProbeCase, chain: Omit<Chain, 'tls' | 'tcp' | 'routes'> & Partial<Chain>, place: ProbePlace): JsonObject {
  return {
    name: chain.name,
    ...(Object.keys(chain.match).length === 0 ? {} : { filter_chain_match: chain.match }),
    filters: [...chain.network_filters, chain.tcp === undefined ? manager(probe, chain.routes ?? probe.routes, place) : {
      name: 'envoy.filters.network.tcp_proxy',
      typed_config: { '@type': `${extension}filters.network.tcp_proxy.v3.TcpProxy`, stat_prefix: 'tcp', access_log: [accessLog(probe.name, place.logFile)], ...chain.tcp },
    }],
    ...(chain.tls === undefined ? {} : { transport_socket: { name: 'envoy.transport_sockets.tls', typed_config: downstreamTls(chain.tls, place) } }),
  }
}

function manager(probe: ProbeCase, routes: JsonObject, place: ProbePlace): JsonObject {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': `${extension}filters.network.http_connection_manager.v3.HttpConnectionManager`, stat_prefix: 'probe', use_remote_address: true, normalize_path: true, generate_request_id: false,
      ...probe.manager, route_config: { name: 'routes', validate_clusters: false, ...routes }, access_log: [accessLog(probe.name, place.logFile)],
      http_filters: [...probe.filters, { name: 'envoy.filters.http.router', typed_config: { '@type': `${extension}filters.http.router.v3.Router`, ...probe.router } }],
    },
  }
}

function downstreamTls(tls: NonNullable<Chain['tls']>, { certificate }: ProbePlace): JsonObject {
  const validation = tls.client === 'no' ? {} : { validation_context: { trusted_ca: { inline_string: certificate.trusted }, ...(tls.client === 'untrusted-taken' ? { trust_chain_verification: 'ACCEPT_UNTRUSTED' } : {}) } }
  return {
    '@type': `${extension}transport_sockets.tls.v3.DownstreamTlsContext`,
    common_tls_context: { tls_certificates: [{ certificate_chain: { inline_string: certificate.chain }, private_key: { inline_string: certificate.key } }], ...(tls.alpn.length === 0 ? {} : { alpn_protocols: tls.alpn }), ...validation },
    ...(tls.client === 'required' ? { require_client_certificate: true } : {}),
  }
}

function accessLog(probe: string, path: string): JsonObject {
  return {
    name: 'envoy.access_loggers.file',
    typed_config: {
      '@type': `${extension}access_loggers.file.v3.FileAccessLog`, path,
      log_format: { json_format: {
        probe,
        peer: '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%', id: '%REQ(X-JUDGE-ID)%', route: '%ROUTE_NAME%', cluster: '%UPSTREAM_CLUSTER_RAW%', status: '%RESPONSE_CODE%', flags: '%RESPONSE_FLAGS%', details: '%RESPONSE_CODE_DETAILS%',
        path: '%REQ(:PATH)%', authority: '%REQ(:AUTHORITY)%', location: '%RESP(LOCATION)%', termination: '%CONNECTION_TERMINATION_DETAILS%',
      } },
    },
  }
}

/** The probes' keys stand where a provider says `$JWKS`, the listener's port where a policy says {@link probePort}. */
function fill(value: JsonObject, place: ProbePlace): JsonObject {
  const walk = (part: Json, key: string): Json => {
    if (Array.isArray(part)) return part.map((item: Json) => walk(item, ''))
    if (isJsonObject(part)) return Object.fromEntries(Object.entries(part).map(([name, item]) => [name, walk(item ?? null, name)]))
    if (part === '$JWKS') return place.jwks
    return key === 'destination_port' && part === probePort ? place.port : part
  }
  return object(walk(value, ''))
}

/** The clusters that every probe may name: a, b, c answer; empty, unhealthy, panic, draining, refused do as they are called. */
export function probeClusters(upstreamPort: number): JsonObject[] {
  const endpoint = (port: number, more: JsonObject = {}, hostname = '') => ({ ...more, endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } }, ...(hostname === '' ? {} : { hostname }) } })
  const cluster = (name: string, endpoints: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
    name, type: 'STATIC', connect_timeout: '2s', ...more, load_assignment: { cluster_name: name, endpoints: endpoints.length === 0 ? [] : [{ lb_endpoints: [...endpoints] }] },
  })
  const noPanic = { common_lb_config: { healthy_panic_threshold: {} } }
  return [
    ...['a', 'b', 'c'].map((name) => cluster(name, [endpoint(upstreamPort, {}, `${name}.upstream.test`)])),
    cluster('empty', []), cluster('unhealthy', [endpoint(upstreamPort, { health_status: 'UNHEALTHY' })], noPanic), cluster('panic', [endpoint(upstreamPort, { health_status: 'UNHEALTHY' })]),
    cluster('draining', [endpoint(upstreamPort, { health_status: 'DRAINING' })], noPanic), cluster('degraded', [endpoint(upstreamPort, { health_status: 'DEGRADED' })], noPanic),
    cluster('refused', [endpoint(1)]),
  ]
}
