import type { Json, JsonObject } from '@/lib/std/json'
import { isJsonObject } from '@/lib/std/json'

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

/**
 * Makes a configuration runnable: plaintext listeners on ports of 127.0.0.1, route configurations inside
 * them, every cluster with endpoints leading to one answering server, an access log that tells the decision.
 * What decides about a request stays as it is; delays of faults are cut to 5 ms.
 */
export function prepareCase(configuration: EnvoyConfiguration, options: { readonly prefix: string; readonly upstreamPort: number; readonly logFile: string; readonly portFor: (port: number) => number }): PreparedCase {
  const { prefix } = options
  const routes = new Map(configuration.routes.map((routeConfiguration) => [String(routeConfiguration['name']), renameClusters(routeConfiguration, prefix)]))
  const withEndpoints = new Set(configuration.endpoints.filter((assignment) => list(assignment['endpoints']).some((locality) => list(locality['lb_endpoints']).length > 0)).map((assignment) => String(assignment['cluster_name'])))
  const ports = new Map<number, number>()
  const listeners = configuration.listeners.flatMap((listener) => {
    const chains = list(listener['filter_chains']).filter((chain) => chain['transport_socket'] === undefined && list(chain['filters']).every((filter) => filter['name'] === 'envoy.filters.network.http_connection_manager'))
    const port = portOf(listener)
    if (chains.length === 0 || port === undefined || ports.has(port)) return []
    ports.set(port, options.portFor(port))
    return [{
      name: `${prefix}${String(listener['name'])}`,
      address: { socket_address: { address: '127.0.0.1', port_value: ports.get(port) ?? 0 } },
      filter_chains: chains.map((chain) => ({ ...chain, filters: list(chain['filters']).map((filter) => runnableManager(object(movePorts(filter, ports)), routes, options)) })),
    }]
  })
  return { listeners, ports, clusters: configuration.clusters.map((cluster) => runnableCluster(cluster, withEndpoints, options)) }
}

function runnableManager(filter: JsonObject, routes: ReadonlyMap<string, JsonObject>, { logFile }: { readonly logFile: string }): JsonObject {
  const { rds, access_log: _log, tracing: _tracing, ...manager } = object(filter['typed_config'])
  const name = String(object(rds)['route_config_name'])
  const shortened = shortenDelays(routes.get(name) ?? { name, virtual_hosts: [] })
  return { ...filter, typed_config: { ...manager, route_config: shortened, generate_request_id: false, access_log: [decisionLog(logFile)] } }
}

function decisionLog(path: string): JsonObject {
  return {
    name: 'envoy.access_loggers.file',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog', path,
      log_format: { json_format: { id: '%REQ(X-JUDGE-ID)%', route: '%ROUTE_NAME%', cluster: '%UPSTREAM_CLUSTER_RAW%', status: '%RESPONSE_CODE%', flags: '%RESPONSE_FLAGS%', details: '%RESPONSE_CODE_DETAILS%', path: '%REQ(:PATH)%', authority: '%REQ(:AUTHORITY)%' } },
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
