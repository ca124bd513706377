import type { Json, JsonObject } from '@/lib/std/json'
import { isJsonObject } from '@/lib/std/json'
import { validationOf } from '@/lib/mesh/simulate/listener-match'

/** A configuration as Pilot sends it, with the endpoints of its EDS clusters. */
export interface EnvoyConfiguration {
  readonly listeners: readonly JsonObject[]
  readonly routes: readonly JsonObject[]
  readonly clusters: readonly JsonObject[]
  readonly endpoints: readonly JsonObject[]
}

/** A configuration made ready to run on this machine beside others. */
export interface PreparedCase {
  readonly listeners: readonly JsonObject[]
  readonly clusters: readonly JsonObject[]
  /** The pod's port → the port on 127.0.0.1. */
  readonly ports: ReadonlyMap<number, number>
}

/** Gives every route a name that tells its place: `<virtual host>#<index>`. Both sides are asked with these names. */
export function nameRoutes(routes: readonly JsonObject[]): JsonObject[] {
  return routes.map((configuration) => ({
    ...configuration,
    virtual_hosts: list(configuration['virtual_hosts']).map((host) => ({
      ...host, routes: list(host['routes']).map((route, index) => ({ ...route, name: `${String(host['name'])}#${index}` })),
    })),
  }))
}

/** Where a prepared configuration runs. */
export interface RunPlace {
  readonly prefix: string
  readonly upstreamPort: number
  readonly logFile: string
  readonly portFor: (port: number) => number
  readonly certificate: { readonly chain: string; readonly key: string; readonly trusted: string }
  readonly jwks: string
}

/**
 * Makes a configuration runnable: listeners on ports of 127.0.0.1, route configurations inside them, the bench's own
 * certificates and token keys, every cluster with endpoints leading to one answering server, an access log that tells
 * the decision. What decides about a request stays as it is; delays of faults are cut to 5 ms.
 */
export function prepareCase(configuration: EnvoyConfiguration, place: RunPlace): PreparedCase {
  const { prefix } = place
  const routes = new Map(configuration.routes.map((routeConfiguration) => [String(routeConfiguration['name']), renameClusters(routeConfiguration, prefix)]))
  const withEndpoints = new Set(configuration.endpoints.filter((assignment) => list(assignment['endpoints']).some((locality) => list(locality['lb_endpoints']).length > 0)).map((assignment) => String(assignment['cluster_name'])))
  const ports = new Map<number, number>()
  const listeners = configuration.listeners.flatMap((listener) => {
    const chains = list(listener['filter_chains']).filter((chain) => list(chain['filters']).every((filter) => runnable.has(String(filter['name']))))
    const port = portOf(listener)
    if (chains.length === 0 || port === undefined || ports.has(port)) return []
    ports.set(port, place.portFor(port))
    const name = `${prefix}${String(listener['name'])}`
    return [{
      name, address: { socket_address: { address: '127.0.0.1', port_value: ports.get(port) ?? 0 } },
      ...(listener['listener_filters'] === undefined ? {} : { listener_filters: listener['listener_filters'] }),
      access_log: [decisionLog(name, place.logFile)],
      filter_chains: chains.map((chain) => ({ ...chain, ...runnableSocket(chain, place), filters: list(chain['filters']).map((filter) => runnableFilter(object(movePorts(filter, ports)), name, { routes, place })) })),
    }]
  })
  return { listeners, ports, clusters: configuration.clusters.map((cluster) => runnableCluster(cluster, withEndpoints, place)) }
}

/** The network filters that both sides know. */
const runnable: ReadonlySet<string> = new Set(['envoy.filters.network.http_connection_manager', 'envoy.filters.network.tcp_proxy', 'envoy.filters.network.rbac', 'envoy.filters.network.sni_cluster', 'envoy.filters.network.mongo_proxy'])

function runnableFilter(filter: JsonObject, name: string, { routes, place }: { readonly routes: ReadonlyMap<string, JsonObject>; readonly place: RunPlace }): JsonObject {
  const config = object(filter['typed_config'])
  if (filter['name'] === 'envoy.filters.network.tcp_proxy') return { ...filter, typed_config: { ...renameClusters(config, place.prefix), access_log: [decisionLog(name, place.logFile)] } }
  if (filter['name'] !== 'envoy.filters.network.http_connection_manager') return filter
  const { rds, access_log: _log, tracing: _tracing, ...manager } = config
  const wanted = String(object(rds)['route_config_name'])
  const shortened = shortenDelays(routes.get(wanted) ?? { name: wanted, virtual_hosts: [] })
  return { ...filter, typed_config: { ...withKeys(manager, place.jwks), route_config: { ...shortened, validate_clusters: false }, generate_request_id: false, access_log: [decisionLog(name, place.logFile)] } }
}

/** A chain's TLS with the bench's certificates; whether it asks for the client's and checks it stays. */
function runnableSocket(chain: JsonObject, { certificate }: RunPlace): JsonObject {
  const context = object(object(chain['transport_socket'])['typed_config'])
  if (chain['transport_socket'] === undefined) return {}
  const common = object(context['common_tls_context'])
  const validation = validationOf(context)
  return {
    transport_socket: { ...object(chain['transport_socket']), typed_config: {
      '@type': context['@type'] ?? null, ...(context['require_client_certificate'] === undefined ? {} : { require_client_certificate: context['require_client_certificate'] }),
      common_tls_context: {
        ...(common['alpn_protocols'] === undefined ? {} : { alpn_protocols: common['alpn_protocols'] }),
        tls_certificates: [{ certificate_chain: { inline_string: certificate.chain }, private_key: { inline_string: certificate.key } }],
        ...(validation === 'unasked' ? {} : { validation_context: { trusted_ca: { inline_string: certificate.trusted }, ...(validation === 'any' ? { trust_chain_verification: 'ACCEPT_UNTRUSTED' } : {}) } }),
      },
    } },
  }
}

/** Every JWKS is the bench's, so that tokens can be signed. */
function withKeys(value: JsonObject, jwks: string): JsonObject {
  const walk = (part: Json | undefined, key: string): Json => {
    if (Array.isArray(part)) return part.map((item: Json) => walk(item, ''))
    if (isJsonObject(part)) return key === 'local_jwks' ? { inline_string: jwks } : Object.fromEntries(Object.entries(part).map(([name, item]) => [name, walk(item, name)]))
    return part ?? null
  }
  return object(walk(value, ''))
}

function decisionLog(listener: string, path: string): JsonObject {
  return {
    name: 'envoy.access_loggers.file',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog', path,
      log_format: { json_format: {
        listener: listener.replaceAll('%', '%%'), peer: '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%', id: '%REQ(X-JUDGE-ID)%', route: '%ROUTE_NAME%', cluster: '%UPSTREAM_CLUSTER_RAW%', status: '%RESPONSE_CODE%', flags: '%RESPONSE_FLAGS%', details: '%RESPONSE_CODE_DETAILS%', path: '%REQ(:PATH)%', authority: '%REQ(:AUTHORITY)%',
      } },
    },
  }
}

function runnableCluster(cluster: JsonObject, withEndpoints: ReadonlySet<string>, { prefix, upstreamPort }: { readonly prefix: string; readonly upstreamPort: number }): JsonObject {
  const name = String(cluster['name'])
  const own = list(object(cluster['load_assignment'])['endpoints']).some((locality) => list(locality['lb_endpoints']).length > 0)
  const answering = withEndpoints.has(name) || own
  return {
    name: `${prefix}${name}`, type: 'STATIC', connect_timeout: '2s',
    load_assignment: { cluster_name: `${prefix}${name}`, endpoints: answering ? [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: upstreamPort } } } }] }] : [] },
  }
}

/** Cluster names get the case's prefix wherever a route names one. */
function renameClusters(value: JsonObject, prefix: string): JsonObject {
  const rename = (part: Json | undefined, key: string): Json | undefined => {
    if (Array.isArray(part)) return part.map((entry: Json) => key === 'clusters' && isJsonObject(entry) && typeof entry['name'] === 'string' ? { ...object(rename(entry, '')), name: `${prefix}${entry['name']}` } : rename(entry, '') ?? null)
    if (isJsonObject(part)) return Object.fromEntries(Object.entries(part).map(([name, entry]) => [name, rename(entry, name)]))
    return key === 'cluster' && typeof part === 'string' ? `${prefix}${part}` : part
  }
  return object(rename(value, ''))
}

/** Policies that name the pod's port name the port that stands for it. */
function movePorts(value: Json, ports: ReadonlyMap<number, number>): Json {
  if (Array.isArray(value)) return value.map((entry: Json) => movePorts(entry, ports))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, key === 'destination_port' && typeof entry === 'number' ? ports.get(entry) ?? entry : movePorts(entry ?? null, ports)]))
}

function shortenDelays(value: JsonObject): JsonObject {
  const shorten = (part: Json | undefined, key: string): Json | undefined => {
    if (Array.isArray(part)) return part.map((entry: Json) => shorten(entry, '') ?? null)
    if (isJsonObject(part)) return Object.fromEntries(Object.entries(part).map(([name, entry]) => [name, shorten(entry, name)]))
    return key === 'fixed_delay' ? '0.005s' : part
  }
  return object(shorten(value, ''))
}

/** The listener's port. */
export function portOf(listener: JsonObject): number | undefined {
  const port = object(object(listener['address'])['socket_address'])['port_value']
  return typeof port === 'number' ? port : undefined
}

/** The objects of a JSON list; empty for what is none. */
export function list(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

/** The value if it is an object, else an empty one. */
export function object(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}
