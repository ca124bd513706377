import type { JsonObject } from '@/lib/std/json'
import type { Cluster } from '../envoy/cluster'
import { formatDuration, parseDuration } from '../istio/duration'
import { connectionPool, outlierDetection } from './circuit-breakers'
import { isForwardProxy, type ClusterContext, type ClusterParts } from './cluster-parts'
import { endpointsOf, type Endpoint } from './endpoints'
import { httpProtocolOptions } from './http-protocol-options'
import { labelsContain } from './labels'
import { enabled } from './features'
import { loadAssignment, type AssignmentOptions } from './load-assignment'
import { commonLoadBalancing, loadBalancing } from './load-balancing'
import { arrangeLocalities, localitySetting } from './locality'
import type { MeshService } from './mesh-service'
import { effectivePolicy, type EffectivePolicy } from './traffic-policy'
import { workloadTlsMode } from './peer-authentication'
import { upstreamSockets } from './upstream-tls'
import type { Fields } from '../istio/read'

/** Istio's buildCluster and applyTrafficPolicy for a gateway (SPEC CL1–CL9). undefined: Istio makes none (DNS without endpoints). */
export function buildCluster(parts: ClusterParts, context: ClusterContext): Cluster | undefined {
  const policy = effectivePolicy(parts, context.config)
  if (isForwardProxy(parts)) return dynamicForwardProxy(parts, policy, context)
  const passthrough = policy.loadBalancer?.string('simple') === 'PASSTHROUGH'
  const own = parts.subset === '' ? undefined : parts.rule?.subsets.find((candidate) => candidate.name === parts.subset)?.trafficPolicy
  const parent = parts.subset === '' ? policy : effectivePolicy({ ...parts, subset: '' }, context.config)
  const inherited = parent.loadBalancer?.string('simple') === 'PASSTHROUGH' && parent.loadBalancer.object('consistentHash') === undefined
  const born = bornType(parts, inherited || own?.object('loadBalancer')?.string('simple') === 'PASSTHROUGH')
  const dns = born === 'STRICT_DNS' || born === 'LOGICAL_DNS'
  const endpoints = dns ? clusterEndpoints(parts, context) : []
  if (dns && endpoints.length === 0) return undefined
  const type = passthrough || born === 'ORIGINAL_DST' ? 'ORIGINAL_DST' : born
  const originalDestination = type === 'ORIGINAL_DST'
  const { sockets, upstreamOptions } = parts.sniDnat
    ? { sockets: {}, upstreamOptions: {} }
    : upstreamSockets({ parts, policy, context, endpoints: () => endpointsOf(context.snapshot, parts.service, parts.port, 'number'), originalDestination })
  return {
    name: parts.name,
    alt_stat_name: `${parts.name};`,
    type,
    ...sockets,
    ...(type === 'EDS' ? { eds_cluster_config: { eds_config: overAds, service_name: parts.name } } : {}),
    ...connectionPool(policy, context),
    ...(dns && !originalDestination ? { load_assignment: loadAssignment(parts.name, endpoints, { features: context.features, source: 'inline', mutualOnly: parts.sniDnat, takesMutualTls: takesMutualTls(parts, context), arrange: arrangement(parts, policy, context) }) } : {}),
    ...loadBalancing(policy, originalDestination),
    ...(born === 'ORIGINAL_DST' ? portOverride(parts) : {}),
    ...httpProtocolOptions({ port: parts.port, policy, config: context.config, upstream: upstreamOptions }),
    ...(dns ? resolution(context) : {}),
    ...outlierDetection(policy.outlier),
    ...commonLoadBalancing(policy, parts.service, context.config),
    ...metadata(parts, policy, context),
    ...clusterFilters(context),
  }
}

const overAds: JsonObject = { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' }

function bornType({ service, subset }: ClusterParts, passthrough: boolean): 'STRICT_DNS' | 'LOGICAL_DNS' | 'EDS' | 'ORIGINAL_DST' {
  if (subset !== '' && passthrough) return 'ORIGINAL_DST'
  if (service.resolution === 'dns') return 'STRICT_DNS'
  return service.resolution === 'dns-round-robin' ? 'LOGICAL_DNS' : 'EDS'
}

/** A ServiceEntry without resolution whose port names a targetPort: the original destination's address with that port. */
function portOverride({ service, port }: ClusterParts): JsonObject {
  if (service.resolution !== 'none' || typeof port.targetPort !== 'number' || port.targetPort === port.port) return {}
  return { original_dst_lb_config: { upstream_port_override: port.targetPort } }
}

function resolution(context: ClusterContext): JsonObject {
  return {
    dns_refresh_rate: formatDuration(parseDuration(context.config.fields.string('dnsRefreshRate')) ?? 60e9),
    dns_jitter: '0.100s',
    respect_dns_ttl: true,
    dns_lookup_family: 'V4_ONLY',
    typed_dns_resolver_config: { name: 'envoy.network.dns_resolver.cares', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig', udp_max_queries: 100 } },
  }
}

/** A wildcard host that is resolved as requests come: Istio's buildDFPCluster. */
function dynamicForwardProxy(parts: ClusterParts, policy: EffectivePolicy, context: ClusterContext): Cluster {
  const { upstreamOptions, sockets, insecure } = upstreamSockets({ parts, policy, context, endpoints: () => [], originalDestination: false })
  return {
    name: parts.name,
    alt_stat_name: `${parts.name};`,
    ...sockets,
    cluster_type: {
      name: 'envoy.clusters.dynamic_forward_proxy',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig',
        dns_cache_config: { name: `${parts.service.hostname}_dfp_dns_cache`, dns_lookup_family: 'V4_ONLY' },
        ...(insecure ? { allow_insecure_cluster_options: true } : {}),
      },
    },
    ...connectionPool(policy, context),
    lb_policy: 'CLUSTER_PROVIDED',
    ...httpProtocolOptions({ port: parts.port, policy, config: context.config, upstream: upstreamOptions }),
    ...outlierDetection(policy.outlier),
    ...metadata(parts, policy, { ...context, features: { ...context.features, PILOT_ENABLE_TELEMETRY_LABEL: 'false' } }),
    ...clusterFilters(context),
  }
}

/** Istio's mtlsChecker: of endpoints that can, what the DestinationRule says of the port decides, else their PeerAuthentication. */
export function takesMutualTls(parts: ClusterParts, context: ClusterContext): (endpoint: Endpoint) => boolean {
  const of = (policy: Fields | undefined): string | undefined => {
    const entry = policy?.objects('portLevelSettings').find((candidate) => candidate.object('port')?.int('number') === parts.port.port && candidate.object('tls') !== undefined)
    const tls = entry?.object('tls') ?? policy?.object('tls')
    return tls && (tls.string('mode') ?? 'DISABLE')
  }
  const subset = parts.subset === '' ? undefined : parts.rule?.subsets.find((candidate) => candidate.name === parts.subset)?.trafficPolicy
  const mode = of(subset) ?? of(parts.rule?.trafficPolicy)
  if (mode !== undefined) return (endpoint) => mode === 'ISTIO_MUTUAL' && endpoint.tlsMode === 'istio'
  return (endpoint) => endpoint.tlsMode === 'istio' && workloadTlsMode(context.snapshot, endpoint, context.config) !== 'DISABLE'
}

/** How a cluster's localities are put in order; of a DNS cluster's subsets Pilot knows no labels to choose by. */
export function arrangement(parts: ClusterParts, policy: EffectivePolicy, { config, labels }: ClusterContext): AssignmentOptions['arrange'] {
  const setting = localitySetting(policy, parts.service, config)
  const dns = parts.service.resolution === 'dns' || parts.service.resolution === 'dns-round-robin'
  return (groups) => arrangeLocalities(groups, { setting, failover: policy.outlier !== undefined, labels: dns && parts.subset !== '' ? {} : labels })
}

/** The endpoints of a cluster: those of the service's port whose labels the subset asks for. */
export function clusterEndpoints(parts: ClusterParts, context: ClusterContext): readonly Endpoint[] {
  const all = context.endpointsOf(parts.service, parts.port)
  const subset = parts.subset === '' ? undefined : parts.rule?.subsets.find((candidate) => candidate.name === parts.subset)
  return subset ? all.filter((endpoint) => labelsContain(endpoint.labels, subset.labels)) : all
}

function metadata(parts: ClusterParts, policy: EffectivePolicy, context: ClusterContext): JsonObject {
  const { rule, service } = parts
  const mode = policy.tls?.string('mode')
  const istio: JsonObject = Object.assign({},
    rule ? { config: `/apis/networking.istio.io/v1/namespaces/${rule.namespace}/destination-rule/${rule.name}` } : {},
    rule && (mode === 'SIMPLE' || mode === 'MUTUAL') ? { alpn_override: 'false' } : {},
    enabled(context.features, 'PILOT_ENABLE_TELEMETRY_LABEL') ? { services: [serviceMetadata(service)] } : {},
    parts.subset === '' ? {} : { subset: parts.subset },
    service.meshExternal && parts.subset === '' ? { external: true } : {},
  )
  return Object.keys(istio).length === 0 ? {} : { metadata: { filter_metadata: { istio } } }
}

function serviceMetadata(service: MeshService): JsonObject {
  return { host: service.hostname, name: service.object.kind === 'ServiceEntry' ? service.hostname : service.name, namespace: service.namespace }
}

function clusterFilters(context: ClusterContext): JsonObject {
  if (!enabled(context.features, 'PILOT_ENABLE_METADATA_EXCHANGE')) return {}
  return exchangeFilters
}

/** The peer metadata exchange of TCP connections between Istio's own proxies. */
export const metadataExchangeTcp = {
  '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
  type_url: 'type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange',
  value: { enable_discovery: true, protocol: 'istio-peer-exchange' },
} as const

const exchangeFilters: JsonObject = { filters: [{ name: 'istio.metadata_exchange', typed_config: metadataExchangeTcp }] }
