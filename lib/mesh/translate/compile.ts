import { compareBytes } from '@/lib/std/compare-bytes'
import type { GatewayWorkload } from '../gateway-workload'
import { meshConfigJson, meshConfigOf, type MeshConfig } from '../istio/mesh-config'
import { readRetries } from '../istio/parse-virtual-service'
import type { HttpRetry } from '../istio/virtual-service'
import type { Problem } from '../problem'
import { listObjects, type Snapshot } from '../snapshot'
import { autoPassthroughChains } from './auto-passthrough'
import { clusterSource } from './cluster-source'
import type { Compiled, CompileOptions } from './compiled'
import { indexDestinationRules } from './destination-rules'
import { ingressObjects } from './ingress'
import { backendPolicyRules } from './kube-backend-policies'
import { kubeListeners } from './kube-gateways'
import { httpRouteServices } from './kube-http-routes'
import { l4RouteServices } from './kube-l4-routes'
import { endpointsOf, type Endpoint } from './endpoints'
import { buildListeners } from './listeners'
import { mergeGateways, selectGateways, type MergedServer } from './merge-gateways'
import { indexServices, type MeshServicePort } from './mesh-service'
import { accessLogs } from './policies/access-logs'
import type { AuthorizerLookup } from './policies/external-authorizer'
import { jwtFilters } from './policies/jwt'
import { authorizationFilters } from './policies/rbac'
import { proxyTargets } from './proxy-targets'
import { buildRouteConfiguration } from './route-configurations'
import type { RouteContext } from './route-context'
import { indexVirtualServices } from './virtual-services'

/** MeshConfig's defaultHttpRetryPolicy. */
function meshRetry(config: MeshConfig): HttpRetry | undefined {
  const written = config.fields.object('defaultHttpRetryPolicy')
  return written && readRetries(written)
}

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
  const findings: Problem[] = []
  const rules = indexDestinationRules(snapshot, config, { ...gateway, derived: backendPolicyRules(snapshot, config, findings) })
  const targets = proxyTargets(snapshot, gateway, config)
  const ingresses = ingressObjects(snapshot, config)
  const listeners = kubeListeners(snapshot, { config, targets, secrets: options.secrets ?? 'listed', findings })
  const index = indexVirtualServices(snapshot, config, { namespace: gateway.namespace, derived: [...ingresses.virtualServices, ...httpRouteServices(snapshot, config, { listeners, findings }), ...l4RouteServices(snapshot, config, { listeners, findings })] })
  const gateways = [...listObjects(snapshot, 'gateways.networking.istio.io'), ...ingresses.gateways, ...listeners.flatMap(({ derived, valid }) => (valid ? [derived] : []))]
  const merged = mergeGateways(selectGateways(gateways, gateway), targets)
  const endpoints = new Map<MeshServicePort, readonly Endpoint[]>()
  const clusters = clusterSource({
    services, rules, sniDnat: merged.serverPorts.some((port) => port.servers.some((server) => server.server.tls?.mode === 'AUTO_PASSTHROUGH')),
    context: {
      snapshot, config, features,
      endpointsOf(service, port) {
        const known = endpoints.get(port)
        if (known) return known
        const found = endpointsOf(snapshot, service, port)
        endpoints.set(port, found)
        return found
      },
    },
  })
  const contextFor = (server: MergedServer): RouteContext => ({
    config, services, rules, serverPort: server.server.port.number, tls: server.server.tls !== undefined, gatewayName: server.gatewayName, proxy: gateway, defaultRetry: meshRetry(config),
  })
  const lookup: AuthorizerLookup = (written, port) => {
    const slash = written.indexOf('/')
    const hostname = slash < 0 ? written : written.slice(slash + 1)
    const service = services.lookup(hostname, slash < 0 ? '' : written.slice(0, slash))
    return service && (slash < 0 || service.namespace === written.slice(0, slash)) ? { hostname, cluster: `outbound|${port}||${hostname}` } : undefined
  }
  const http = authorizationFilters({ snapshot, gateway, config, features, lookup }, false)
  const tcp = authorizationFilters({ snapshot, gateway, config, features, lookup }, true)
  const policies = { http: [...http.custom, ...jwtFilters(snapshot, { gateway, config }), ...http.local], network: [...tcp.custom, ...tcp.local] }
  const built = buildListeners({ logs: accessLogs({ snapshot, gateway, config, lookup }), merged, index, gateway, config, features, contextFor, policies, autoPassthrough: (server) => autoPassthroughChains(server, services, rules) })
  const asked = new Set(built.flatMap(({ routeNames }) => routeNames))
  const configurations = [...asked].map((name) => buildRouteConfiguration(name, merged.serversByRouteName.get(name) ?? [], { index, contextFor })).sort((a, b) => compareBytes(a.configuration.name, b.configuration.name))
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
      get clusters() { return clusters.origins },
    },
    findings: [...merged.findings, ...findings],
  }
}
