import type { JsonObject } from '@/lib/std/json'
import { isJsonObject } from '@/lib/std/json'
import type { Cluster, ClusterLoadAssignment } from '../envoy/cluster'
import type { GatewayPatches } from '../envoy-filter/patch'
import type { Compiled, Provenance } from '../translate/compiled'
import type { ClusterShare } from './explanation'
import { listOf, numberOf, objectOf, optionalObject, stringOf } from './read'
import { isCamelCase, toSnakeCase } from './snake-case'

/** What simulate reads: a compiled configuration and a config_dump both fit. */
export interface EnvoyConfiguration {
  readonly listeners: readonly JsonObject[]
  routeConfiguration(name: string): JsonObject | undefined
  routeConfigurationNames(): readonly string[]
  cluster(name: string): JsonObject | undefined
  /** Whether listeners are part of the configuration at all; where not, route configurations are all that is known. */
  readonly lacksListeners?: boolean
  /** Whether a request to the cluster would find an endpoint; `unknown` where clusters or endpoints are not part of the configuration. */
  clusterState(name: string): ClusterShare['state']
  /** The endpoints of a cluster, as far as they are part of the configuration. */
  endpoints(name: string): ClusterLoadAssignment | undefined
  /** The host name that all endpoints of the cluster have, for auto_host_rewrite; undefined where they differ, have none or are not known. */
  hostname(name: string): string | undefined
  /** Whether a path with a fragment is refused (runtime http_reject_path_with_fragment: Envoy's default; Istio's bootstrap turns it off). */
  readonly rejectsFragment: boolean
  readonly provenance?: Provenance
  /** Patches that are not in the configuration; an Envoy's own dump has them. */
  readonly patches?: GatewayPatches
}

/** A compiled configuration, as simulate reads it. */
export function configurationOfCompiled(compiled: Compiled): EnvoyConfiguration {
  const routes = new Map(compiled.routeConfigurations.map((item) => [item.name, objectOf(item)]))
  const assignmentOf = (name: string) => compiled.cluster(name)?.load_assignment ?? compiled.endpoints(name)
  return {
    listeners: compiled.listeners.map(objectOf),
    routeConfiguration: (name) => routes.get(name),
    routeConfigurationNames: () => [...routes.keys()],
    cluster: (name) => optionalObject(compiled.cluster(name)),
    clusterState: (name) => {
      const cluster = compiled.cluster(name)
      return cluster === undefined ? 'missing' : endpointState(cluster, assignmentOf(name))
    },
    endpoints: assignmentOf,
    hostname: (name) => hostnameOf(compiled.cluster(name), assignmentOf(name)),
    rejectsFragment: false,
    provenance: compiled.provenance,
    patches: compiled.patches,
  }
}

/** The parts of an Envoy, given as lists (a data plane's push, a judge's answer). `listeners`, `clusters`, `endpoints` undefined: not known. */
export function configurationOfParts(parts: { readonly listeners: readonly object[] | undefined; readonly routeConfigurations: readonly object[]; readonly clusters: readonly object[] | undefined; readonly endpoints: readonly ClusterLoadAssignment[] | undefined; readonly rejectsFragment?: boolean }): EnvoyConfiguration {
  const byName = (items: readonly object[]) => new Map(items.map((item) => [stringOf(objectOf(item).name) ?? '', objectOf(item)]))
  const routes = byName(parts.routeConfigurations)
  const clusters = byName(parts.clusters ?? [])
  const endpoints = parts.endpoints === undefined ? undefined : new Map(parts.endpoints.map((item) => [item.cluster_name, item]))
  const assignmentOf = (name: string, cluster: JsonObject) => endpoints?.get(stringOf(objectOf(cluster.eds_cluster_config).service_name) ?? name) ?? endpoints?.get(name)
  return {
    listeners: (parts.listeners ?? []).map(objectOf),
    lacksListeners: parts.listeners === undefined,
    routeConfiguration: (name) => routes.get(name),
    routeConfigurationNames: () => [...routes.keys()],
    cluster: (name) => clusters.get(name),
    clusterState: (name) => {
      const cluster = clusters.get(name)
      if (cluster === undefined) return parts.clusters === undefined ? 'unknown' : 'missing'
      if (cluster.type === 'EDS' && endpoints === undefined) return 'unknown'
      return endpointState(cluster, assignmentOf(name, cluster))
    },
    endpoints: (name) => assignmentOf(name, clusters.get(name) ?? {}),
    hostname: (name) => {
      const cluster = clusters.get(name)
      return cluster === undefined ? undefined : hostnameOf(cluster, assignmentOf(name, cluster))
    },
    rejectsFragment: parts.rejectsFragment ?? true,
  }
}

/** A /config_dump (whole, or of one resource), in snake_case or lowerCamelCase. Anything else gives an empty configuration. */
export function configurationOfDump(dump: unknown): EnvoyConfiguration {
  const given = objectOf(dump)
  const configs = listOf(objectOf(isCamelCase(given) ? toSnakeCase(given) : given).configs).map(objectOf)
  const all = (field: string) => configs.flatMap((section) => listOf(section[field]).map(objectOf))
  const ofType = (type: string) => configs.filter((item) => (stringOf(item['@type']) ?? '').endsWith(`.${type}`))
  const listeners = [...all('static_listeners'), ...ofType('StaticListener')].map((item) => item.listener)
  const dynamic = [...all('dynamic_listeners'), ...ofType('DynamicListener')].map((item) => objectOf(item.active_state).listener)
  const routes = [...all('static_route_configs'), ...ofType('StaticRouteConfig'), ...all('dynamic_route_configs'), ...ofType('DynamicRouteConfig')].map((item) => item.route_config)
  const clusters = [...all('static_clusters'), ...ofType('StaticCluster'), ...all('dynamic_active_clusters'), ...ofType('DynamicCluster')].map((item) => item.cluster)
  const holds = (section: string) => configs.some((item) => (stringOf(item['@type']) ?? '').endsWith(`.${section}`))
  const assignments = [...all('static_endpoint_configs'), ...all('dynamic_endpoint_configs'), ...ofType('StaticEndpointConfig'), ...ofType('DynamicEndpointConfig')].map((item) => objectOf(item.endpoint_config))
  return configurationOfParts({
    listeners: known([...dynamic, ...listeners].filter(isJsonObject), holds('ListenersConfigDump') || routes.length === 0),
    routeConfigurations: routes.filter(isJsonObject),
    clusters: known(clusters.filter(isJsonObject), holds('ClustersConfigDump')),
    rejectsFragment: runtimeFlag(configs, 'envoy.reloadable_features.http_reject_path_with_fragment') ?? true,
    endpoints: holds('EndpointsConfigDump') ? assignments.map((item) => ({ ...item, cluster_name: stringOf(item.cluster_name) ?? '' })) : undefined,
  })
}

/** What a dump holds of a kind; undefined where it has neither the kind's section nor any. */
function known(items: readonly JsonObject[], section: boolean): readonly JsonObject[] | undefined {
  return section || items.length > 0 ? items : undefined
}

/** A flag of the bootstrap's static runtime layers, the last one that has it. */
function runtimeFlag(configs: readonly JsonObject[], flag: string): boolean | undefined {
  const layers = configs.flatMap((section) => listOf(objectOf(objectOf(section.bootstrap).layered_runtime).layers).map((layer) => objectOf(objectOf(layer).static_layer)))
  const value = layers.map((layer) => layer[flag]).filter((item) => item !== undefined).pop()
  return value === undefined ? undefined : value === true || value === 'true'
}

/** The host name that all endpoints share: their own, or for DNS clusters the name that is resolved. */
export function hostnameOf(cluster: Cluster | JsonObject | undefined, assignment: ClusterLoadAssignment | undefined): string | undefined {
  if (cluster === undefined) return undefined
  const byName = cluster.type === 'STRICT_DNS' || cluster.type === 'LOGICAL_DNS'
  const names = new Set(listOf(objectOf(assignment ?? cluster.load_assignment).endpoints).flatMap((group) => listOf(objectOf(group).lb_endpoints)).map((item) => {
    const endpoint = objectOf(objectOf(item).endpoint)
    return stringOf(endpoint.hostname) || (byName ? stringOf(objectOf(objectOf(endpoint.address).socket_address).address) : undefined)
  }))
  const [only] = names
  return names.size === 1 ? only : undefined
}

/** Whether the load balancer would find a host: healthy or degraded ones, or any in panic. */
function endpointState(cluster: Cluster | JsonObject, assignment: ClusterLoadAssignment | undefined): 'ok' | 'no-endpoints' {
  if (cluster.type === 'ORIGINAL_DST' || cluster.cluster_type !== undefined) return 'ok'
  const source = assignment ?? cluster.load_assignment
  const hosts = listOf(objectOf(source).endpoints).flatMap((group) => listOf(objectOf(group).lb_endpoints).map((host) => stringOf(objectOf(host).health_status) ?? 'HEALTHY'))
  if (hosts.some((health) => health === 'HEALTHY' || health === 'DEGRADED' || health === 'UNKNOWN')) return 'ok'
  return hosts.length > 0 && panics(cluster) ? 'ok' : 'no-endpoints'
}

/** With no healthy host the panic threshold decides; Envoy's default is 50 %, Istio sets 0. */
function panics(cluster: Cluster | JsonObject): boolean {
  const threshold = objectOf(cluster.common_lb_config).healthy_panic_threshold
  return threshold === undefined || (numberOf(objectOf(threshold).value) ?? 0) > 0
}
