import type { EnvoyFilterPatch } from '../envoy-filter/patch'
import type { GatewayWorkload } from '../gateway-workload'
import { meshConfigJson, meshConfigOf, type MeshConfig } from '../istio/mesh-config'
import { readRetries } from '../istio/parse-virtual-service'
import type { HttpRetry } from '../istio/virtual-service'
import { listObjects, type Snapshot } from '../snapshot'
import { autoPassthroughChains } from './auto-passthrough'
import { clusterSource, type ClusterSource } from './cluster-source'
import type { Compiled, CompileOptions } from './compiled'
import { indexDestinationRules, type DestinationRuleIndex } from './destination-rules'
import { deriveObjects, keepDerived, type Derived } from './incremental/derived-objects'
import type { ContextFor } from './incremental/gateway-routes'
import { runListeners, type ListenerStage } from './incremental/listener-stage'
import { keepItems, runStage, sameValue, type Stage } from './incremental/stage'
import { mergeGateways, selectGateways, type MergedGateways } from './merge-gateways'
import { indexServices, type ServiceIndex } from './mesh-service'
import { extensionFindings } from './policies/extension-findings'
import { envoyFilterFindings } from './envoy-filter-findings'
import { envoyFilterPatches, gatewayPatches } from './envoy-filters'
import { gatewayPolicies, type GatewayPolicies } from './policies/gateway-policies'
import { proxyTargets, type ProxyTarget } from './proxy-targets'
import { istiodRevision, seenObjects } from './seen-objects'
import { buildRouteConfiguration, type BuiltRouteConfiguration } from './route-configurations'
import { indexVirtualServices, type VirtualServiceState } from './virtual-services'

/** MeshConfig's defaultHttpRetryPolicy. */
function meshRetry(config: MeshConfig): HttpRetry | undefined {
  const written = config.fields.object('defaultHttpRetryPolicy')
  return written && readRetries(written)
}

/** The features that a plain Envoy needs off: three filters that only Istio's own build has (real-stack.md). */
export const plainEnvoyFeatures: Readonly<Record<string, string>> = { PILOT_ENABLE_ALPN_FILTER: 'false', PILOT_ENABLE_METADATA_EXCHANGE: 'false', PILOT_ENABLE_TELEMETRY_LABEL: 'false' }

/** The steps of one compile; the next one keeps those that stand. Goes with the result that it belongs to. */
interface Steps {
  readonly gateway: GatewayWorkload
  readonly config: MeshConfig
  readonly features: Readonly<Record<string, string>>
  readonly secrets: 'listed' | 'unseen'
  readonly services: Stage<ServiceIndex>
  readonly targets: Stage<readonly ProxyTarget[]>
  readonly derived: Stage<Derived>
  readonly rules: Stage<DestinationRuleIndex>
  readonly index: VirtualServiceState
  readonly merged: Stage<MergedGateways>
  readonly policies: Stage<GatewayPolicies>
  readonly patches: Stage<readonly EnvoyFilterPatch[]>
  readonly listeners: ListenerStage
  readonly configurations: ReadonlyMap<string, BuiltRouteConfiguration>
  readonly clusters: ClusterSource
}

const steps = new WeakMap<Compiled, Steps>()
const noFeatures: Readonly<Record<string, string>> = {}

/**
 * What Pilot would send to a gateway's Envoy for these objects: listeners and route configurations, clusters on demand,
 * and where each part came from (SPEC GW, VS, RC, LI, CL). Deterministic; bad objects give findings, never throws.
 * With an earlier result for the same gateway it does only what the changes ask for, and what stands keeps its identity
 * (SPEC DET2); the answer is the same.
 */
export function compile(cluster: Snapshot, workload: GatewayWorkload, options: CompileOptions = {}, previous?: Compiled): Compiled {
  const written = configOf(cluster, workload, options)
  const known = fittingSteps(written, workload, options, previous)
  const { gateway, config, features, secrets } = known ?? { gateway: workload, config: written, features: options.features ?? noFeatures, secrets: options.secrets ?? 'listed' }
  const snapshot = seenObjects(cluster, config, istiodRevision(gateway.labels))
  const services = runStage(known?.services, { snapshot, inputs: [], make: (read) => indexServices(read, config, gateway.namespace) })
  const targets = runStage(known?.targets, { snapshot, inputs: [], make: (read) => proxyTargets(read, gateway, config), keep: keepTargets })
  const derived = runStage(known?.derived, { snapshot, inputs: [targets.value], make: (read) => deriveObjects(read, { config, secrets, targets: targets.value }), keep: keepDerived })
  const rules = runStage(known?.rules, { snapshot, inputs: [derived.value.rules], make: (read) => indexDestinationRules(read, config, { ...gateway, derived: derived.value.rules }) })
  const index = indexVirtualServices(snapshot, config, { namespace: gateway.namespace, derived: derived.value.services }, known?.index)
  const merged = runStage(known?.merged, { snapshot, inputs: [derived.value.gateways, targets.value], make: (read) => mergeGateways(selectGateways([...listObjects(read, 'gateways.networking.istio.io'), ...derived.value.gateways], gateway, features), targets.value) })
  const policies = runStage(known?.policies, { snapshot, inputs: [services.value], make: (read) => gatewayPolicies({ snapshot: read, gateway, config, features, services: services.value }), keep: (before, now) => (sameValue(before, now) ? before : now) })
  const version = options.istioVersion ?? '1.31.0'
  const patches = runStage(known?.patches, { snapshot, inputs: [version], make: (read) => envoyFilterPatches({ snapshot: read, gateway, config, features, version }) })
  const source = { services: services.value, rules: rules.value }
  const retry = meshRetry(config)
  const contextFor: ContextFor = (server, from) => ({ config, ...from, serverPort: server.server.port.number, tls: server.server.tls !== undefined, gatewayName: server.gatewayName, proxy: gateway, defaultRetry: retry })
  const listeners = runListeners(known?.listeners, { index, source, merged: merged.value, policies: policies.value, gateway, config, features, contextFor, autoPassthrough: (server, from) => autoPassthroughChains(server, from.services, from.rules) })
  const configurations = new Map(listeners.routeNames.map((name) => [name, buildRouteConfiguration(name, merged.value.serversByRouteName.get(name) ?? [], { index, source, contextFor, config }, known?.configurations.get(name))]))
  const clusters = clusterSource({ snapshot, config, features, labels: gateway.labels, ...source, sniDnat: merged.value.autoPassthrough }, known?.clusters.memory)
  const built = [...configurations.values()]
  const added = gatewayPatches(patches.value, merged.value)
  const made = { gateway, listeners: listeners.built.map(({ listener }) => listener), routeConfigurations: built.map(({ configuration }) => configuration) }
  const compiled: Compiled = {
    ...made,
    clusters: () => clusters.all(),
    cluster: (name) => clusters.one(name),
    endpoints: (name) => clusters.endpoints(name),
    provenance: {
      filterChains: new Map(listeners.built.map(({ listener, origins }) => [listener.name, origins])),
      virtualHosts: new Map(built.map(({ configuration, servers }) => [configuration.name, servers])),
      routes: new Map(built.map(({ configuration, routes }) => [configuration.name, routes])),
      clusters: clusters.origins,
    },
    findings: [...merged.value.findings, ...derived.value.findings, ...extensionFindings(policies.value.extensions, gateway), ...envoyFilterFindings(added, made)],
    patches: added,
  }
  steps.set(compiled, { gateway, config, features, secrets, services, targets, derived, rules, index, merged, policies, patches, listeners, configurations, clusters })
  return compiled
}

function configOf(snapshot: Snapshot, { labels }: GatewayWorkload, options: CompileOptions): MeshConfig {
  return meshConfigOf(options.meshConfig ?? meshConfigJson(snapshot, istiodRevision(labels)))
}

/** The steps of an earlier result, if it was made for the same gateway with the same options and mesh configuration. */
function fittingSteps(config: MeshConfig, gateway: GatewayWorkload, options: CompileOptions, previous: Compiled | undefined): Steps | undefined {
  const known = previous && steps.get(previous)
  const fits = known?.config === config && known.secrets === (options.secrets ?? 'listed') && sameValue(known.gateway, gateway) && sameValue(known.features, options.features ?? noFeatures)
  return fits ? known : undefined
}

function keepTargets(before: readonly ProxyTarget[], now: readonly ProxyTarget[]): readonly ProxyTarget[] {
  return keepItems(before, now, { key: ({ service, port }) => `${service.hostname} ${port.port}`, same: (a, b) => a.service === b.service && a.port === b.port && a.targetPort === b.targetPort })
}
