import { compareBytes } from '@/lib/std/compare-bytes'
import type { Json } from '@/lib/std/json'
import type { Cluster, ClusterLoadAssignment } from '../envoy/cluster'
import type { GatewayWorkload } from '../gateway-workload'
import { formatDuration, parseDuration } from '../istio/duration'
import { meshConfigJson, meshConfigOf } from '../istio/mesh-config'
import { listObjects, type Snapshot } from '../snapshot'
import type { ClusterContext, ClusterParts } from './cluster-parts'
import { buildCluster, clusterEndpoints, effectivePolicy } from './clusters'
import type { Compiled, CompileOptions, Origin } from './compiled'
import { indexDestinationRules, type DestinationRuleIndex } from './destination-rules'
import { loadAssignment } from './endpoints'
import { buildListeners } from './listeners'
import { mergeGateways, selectGateways, type MergedServer } from './merge-gateways'
import { indexServices, type ServiceIndex } from './mesh-service'
import { proxyTargets } from './proxy-targets'
import { buildRouteConfiguration } from './route-configurations'
import type { RouteContext } from './route-context'
import { indexVirtualServices } from './virtual-services'

/** The features that a plain Envoy needs off: three filters that only Istio's own build has (real-stack.md). */
export const plainEnvoyFeatures: Readonly<Record<string, string>> = { PILOT_ENABLE_ALPN_FILTER: 'false', PILOT_ENABLE_METADATA_EXCHANGE: 'false', PILOT_ENABLE_TELEMETRY_LABEL: 'false' }

/**
 * What Pilot would send to a gateway's Envoy for these objects: listeners and route configurations, clusters on demand,
 * and where each part came from (SPEC GW, VS, RC, LI, CL). Deterministic; bad objects give findings, never throws.
 */
export function compile(snapshot: Snapshot, gateway: GatewayWorkload, options: CompileOptions = {}): Compiled {
  const config = meshConfigOf(options.meshConfig ?? meshConfigJson(snapshot))
  const features = options.features ?? {}
  const services = indexServices(snapshot, config, gateway.namespace)
  const rules = indexDestinationRules(snapshot, config, gateway)
  const clusters = clusterSource(services, rules, { snapshot, config, features })
  const index = indexVirtualServices(snapshot, config, { namespace: gateway.namespace, derived: [] })
  const merged = mergeGateways(selectGateways(listObjects(snapshot, 'gateways.networking.istio.io'), gateway), proxyTargets(snapshot, gateway, config))
  const contextFor = (server: MergedServer): RouteContext => ({
    config, services, serverPort: server.server.port.number, tls: server.server.tls !== undefined, gatewayName: server.gatewayName, proxy: gateway, defaultRetry: undefined, hashPolicy: (cluster) => clusters.hashPolicy(cluster),
  })
  const built = buildListeners({ merged, index, gateway, config, features, contextFor, policies: { http: [], network: [] }, autoPassthrough: () => [] })
  const configurations = [...merged.serversByRouteName].map(([name, servers]) => buildRouteConfiguration(name, servers, { index, contextFor })).sort((a, b) => compareBytes(a.configuration.name, b.configuration.name))
  return {
    gateway,
    listeners: built.map(({ listener }) => listener),
    routeConfigurations: configurations.map(({ configuration }) => configuration),
    clusters: () => clusters.all(),
    cluster: (name) => clusters.one(name),
    endpoints: (name) => clusters.endpoints(name),
    provenance: {
      filterChains: new Map(built.map(({ listener, origins }) => [listener.name, origins])),
      virtualHosts: new Map(configurations.map(({ configuration, servers }) => [configuration.name, servers])),
      routes: new Map(configurations.map(({ configuration, routes }) => [configuration.name, routes])),
      clusters: clusters.origins,
    },
    findings: merged.findings,
  }
}

interface ClusterSource {
  all(): readonly Cluster[]
  one(name: string): Cluster | undefined
  endpoints(name: string): ClusterLoadAssignment | undefined
  hashPolicy(name: string): readonly Json[] | undefined
  readonly origins: ReadonlyMap<string, readonly Origin[]>
}

const blackHole: Cluster = { name: 'BlackHoleCluster', alt_stat_name: 'BlackHoleCluster;', type: 'STATIC', connect_timeout: '10s' }

/** The clusters of a gateway by name, made when asked for: every visible service's port, and each subset of its DestinationRule (SPEC CL1). */
function clusterSource(services: ServiceIndex, rules: DestinationRuleIndex, context: ClusterContext): ClusterSource {
  let parts: ReadonlyMap<string, ClusterParts> | undefined
  let everything: readonly Cluster[] | undefined
  let known: ReadonlyMap<string, readonly Origin[]> | undefined
  const made = new Map<string, Cluster | undefined>()
  const all = (): ReadonlyMap<string, ClusterParts> => (parts ??= clusterParts(services, rules))
  const partsOf = (name: string): ClusterParts | undefined => {
    const [direction, port, subset, host] = name.split('|')
    if (direction !== 'outbound' || port === undefined || subset === undefined || host === undefined) return undefined
    return all().get(name)
  }
  const one = (name: string): Cluster | undefined => {
    if (name === blackHole.name) return blackHole
    if (made.has(name)) return made.get(name)
    const found = partsOf(name)
    const cluster = found && buildCluster(found, context)
    made.set(name, cluster)
    return cluster
  }
  return {
    all: () => (everything ??= [...all().keys(), blackHole.name].flatMap((name) => one(name) ?? [])),
    one,
    endpoints(name) {
      const found = partsOf(name)
      return found && loadAssignment(name, clusterEndpoints(found, context.snapshot))
    },
    hashPolicy(name) {
      const found = partsOf(name)
      return found && hashPolicyOf(found)
    },
    get origins() {
      return (known ??= new Map([...all()].map(([name, { service, rule }]) => [name, [service.origin, ...(rule?.origins ?? [])]])))
    },
  }
}

function clusterParts(services: ServiceIndex, rules: DestinationRuleIndex): ReadonlyMap<string, ClusterParts> {
  const parts = new Map<string, ClusterParts>()
  for (const service of services.visible) {
    if (service.resolution === 'alias') continue
    const rule = rules.forService(service)
    for (const port of service.ports) {
      if (port.protocol === 'UDP') continue
      for (const subset of ['', ...(rule?.subsets.map((candidate) => candidate.name) ?? [])]) {
        const name = `outbound|${port.port}|${subset}|${service.hostname}`
        if (!parts.has(name)) parts.set(name, { name, service, port, subset, rule })
      }
    }
  }
  return parts
}

/** Envoy's hash policy of a DestinationRule's consistentHash (Istio's consistentHashToHashPolicy). */
function hashPolicyOf(parts: ClusterParts): readonly Json[] | undefined {
  const hash = effectivePolicy(parts).loadBalancer?.object('consistentHash')
  if (!hash) return undefined
  const header = hash.string('httpHeaderName')
  if (header !== undefined) return [{ header: { header_name: header } }]
  const cookie = hash.object('httpCookie')
  if (cookie) {
    const ttl = parseDuration(cookie.string('ttl'))
    const path = cookie.string('path') ?? ''
    return [{ cookie: { name: cookie.string('name') ?? '', ...(ttl === undefined ? {} : { ttl: formatDuration(ttl) }), ...(path === '' ? {} : { path }) } }]
  }
  if (hash.bool('useSourceIp') === true) return [{ connection_properties: { source_ip: true } }]
  const parameter = hash.string('httpQueryParameterName')
  return parameter === undefined ? undefined : [{ query_parameter: { name: parameter } }]
}
