import type { Json, JsonObject } from '@/lib/std/json'
import type { Cluster } from '../envoy/cluster'
import type { Fields } from '../istio/read'
import { formatDuration, parseDuration } from '../istio/duration'
import type { Snapshot } from '../snapshot'
import { endpointsOf, loadAssignment, type Endpoint } from './endpoints'
import { labelsContain } from './labels'
import { enabled } from './listener-filters'
import type { MeshService, MeshServicePort } from './mesh-service'
import { isHttp2 } from './protocol'
import type { ClusterContext, ClusterParts } from './cluster-parts'
import { autoMtlsSockets, upstreamTls } from './upstream-tls'

const unlimited = 4_294_967_295

/** Istio's buildCluster for a gateway (SPEC CL1–CL9, istio-policies 8.E). undefined: Istio makes none (DNS without endpoints). */
export function buildCluster(parts: ClusterParts, context: ClusterContext): Cluster | undefined {
  const { service, port } = parts
  const policy = effectivePolicy(parts)
  const endpoints = clusterEndpoints(parts, context.snapshot)
  const type = discoveryType(service, policy)
  const inline = type === 'STRICT_DNS' || type === 'LOGICAL_DNS'
  if (inline && endpoints.length === 0) return undefined
  return {
    ...sockets(parts, policy, { context, serviceEndpoints: clusterEndpoints({ ...parts, subset: '' }, context.snapshot) }),
    name: parts.name,
    alt_stat_name: `${parts.name};`,
    ...(type === 'STATIC' ? {} : { type }),
    ...(type === 'EDS' ? { eds_cluster_config: { eds_config: { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' }, service_name: parts.name } } : {}),
    connect_timeout: formatDuration(parseDuration(policy.pool?.object('tcp')?.string('connectTimeout')) ?? parseDuration(context.config.fields.string('connectTimeout')) ?? 10e9),
    ...(inline ? { load_assignment: dnsAssignment(parts.name, endpoints) } : {}),
    ...loadBalancing(policy, type),
    circuit_breakers: { thresholds: [thresholds(policy.pool)] },
    ...protocolOptions(port, policy),
    ...(inline ? { dns_refresh_rate: formatDuration(parseDuration(context.config.fields.string('dnsRefreshRate')) ?? 60e9), respect_dns_ttl: true, dns_lookup_family: 'V4_ONLY' } : {}),
    ...outlier(policy),
    common_lb_config: { healthy_panic_threshold: policy.outlier?.number('minHealthPercent') === undefined ? {} : { value: policy.outlier.number('minHealthPercent') ?? 0 } },
    ...metadata(parts, context),
  }
}

/** The parts of the traffic policy in force for a subset and port (istio-policies E8). */
export interface EffectivePolicy {
  readonly pool: Fields | undefined
  readonly loadBalancer: Fields | undefined
  readonly outlier: Fields | undefined
  readonly tls: Fields | undefined
}

/** A port entry replaces the whole top-level policy; a subset's block replaces its parent's block (Istio's MergeTrafficPolicy). */
export function effectivePolicy(parts: ClusterParts): EffectivePolicy {
  const parent = blocks(forPort(parts.rule?.trafficPolicy, parts.port.port))
  const subset = parts.subset === '' ? undefined : parts.rule?.subsets.find((candidate) => candidate.name === parts.subset)?.trafficPolicy
  if (!subset) return parent
  const entry = portEntry(subset, parts.port.port)
  if (entry) return blocks(entry)
  const own = blocks(subset)
  return { pool: own.pool ?? parent.pool, loadBalancer: own.loadBalancer ?? parent.loadBalancer, outlier: own.outlier ?? parent.outlier, tls: own.tls ?? parent.tls }
}

function forPort(policy: Fields | undefined, port: number): Fields | undefined {
  return policy && (portEntry(policy, port) ?? policy)
}

function portEntry(policy: Fields, port: number): Fields | undefined {
  return policy.objects('portLevelSettings').find((entry) => entry.object('port')?.int('number') === port)
}

function blocks(policy: Fields | undefined): EffectivePolicy {
  return { pool: policy?.object('connectionPool'), loadBalancer: policy?.object('loadBalancer'), outlier: policy?.object('outlierDetection'), tls: policy?.object('tls') }
}

/** The endpoints of a cluster: those of the service's port whose labels the subset asks for. */
export function clusterEndpoints(parts: ClusterParts, snapshot: Snapshot): readonly Endpoint[] {
  const all = endpointsOf(snapshot, parts.service, parts.port)
  const subset = parts.subset === '' ? undefined : parts.rule?.subsets.find((candidate) => candidate.name === parts.subset)
  return subset ? all.filter((endpoint) => labelsContain(endpoint.labels, subset.labels)) : all
}

function discoveryType(service: MeshService, policy: EffectivePolicy): NonNullable<Cluster['type']> {
  if (service.resolution === 'dns') return 'STRICT_DNS'
  if (service.resolution === 'dns-round-robin') return 'LOGICAL_DNS'
  if (policy.loadBalancer?.string('simple') === 'PASSTHROUGH') return 'ORIGINAL_DST'
  return 'EDS'
}

function dnsAssignment(name: string, endpoints: readonly Endpoint[]): NonNullable<Cluster['load_assignment']> {
  return { ...loadAssignment(name, endpoints) }
}

const simple: Readonly<Record<string, string>> = { UNSPECIFIED: 'LEAST_REQUEST', LEAST_CONN: 'LEAST_REQUEST', LEAST_REQUEST: 'LEAST_REQUEST', ROUND_ROBIN: '', RANDOM: 'RANDOM', PASSTHROUGH: 'CLUSTER_PROVIDED' }

function loadBalancing(policy: EffectivePolicy, type: NonNullable<Cluster['type']>): JsonObject {
  if (type === 'ORIGINAL_DST') return { lb_policy: 'CLUSTER_PROVIDED' }
  const hash = policy.loadBalancer?.object('consistentHash')
  if (hash) {
    const maglev = hash.object('maglev')
    if (maglev) return { lb_policy: 'MAGLEV', ...(maglev.int('tableSize') === undefined ? {} : { maglev_lb_config: { table_size: String(maglev.int('tableSize')) } }) }
    const size = hash.object('ringHash')?.int('minimumRingSize') ?? hash.int('minimumRingSize') ?? 0
    return { lb_policy: 'RING_HASH', ring_hash_lb_config: { minimum_ring_size: String(size === 0 ? 1024 : size) } }
  }
  const written = policy.loadBalancer?.string('simple') ?? 'UNSPECIFIED'
  const chosen = Object.hasOwn(simple, written) ? simple[written] : 'LEAST_REQUEST'
  return chosen === '' || chosen === undefined ? {} : { lb_policy: chosen }
}

function thresholds(pool: Fields | undefined): JsonObject {
  const [tcp, http] = [pool?.object('tcp'), pool?.object('http')]
  const limit = (value: number | undefined): number => (value === undefined || value === 0 ? unlimited : value)
  return { max_connections: limit(tcp?.int('maxConnections')), max_pending_requests: limit(http?.int('http1MaxPendingRequests')), max_requests: limit(http?.int('http2MaxRequests')), max_retries: limit(http?.int('maxRetries')) }
}

function protocolOptions(port: MeshServicePort, policy: EffectivePolicy): JsonObject {
  const http = policy.pool?.object('http')
  const upgrade = http?.string('h2UpgradePolicy') === 'UPGRADE'
  const idle = parseDuration(http?.string('idleTimeout')) ?? parseDuration(policy.pool?.object('tcp')?.string('idleTimeout'))
  const perConnection = http?.int('maxRequestsPerConnection') ?? 0
  const common: JsonObject = { ...(idle === undefined ? {} : { idle_timeout: formatDuration(idle) }), ...(perConnection === 0 ? {} : { max_requests_per_connection: perConnection }) }
  const h2 = isHttp2(port.protocol) || upgrade
  if (!h2 && Object.keys(common).length === 0) return {}
  const explicit: Json = h2 ? { http2_protocol_options: http?.int('maxConcurrentStreams') === undefined ? {} : { max_concurrent_streams: http.int('maxConcurrentStreams') ?? 0 } } : { http_protocol_options: {} }
  return {
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        ...(Object.keys(common).length === 0 ? {} : { common_http_protocol_options: common }),
        explicit_http_config: explicit,
      },
    },
  }
}

function outlier(policy: EffectivePolicy): JsonObject {
  const settings = policy.outlier
  if (!settings) return {}
  const counted = (key: string, field: string): JsonObject => {
    const value = settings.int(key)
    return value === undefined ? {} : { [field]: value, [`enforcing_${field}`]: value === 0 ? 0 : 100 }
  }
  const time = (key: string, field: string): JsonObject => {
    const value = parseDuration(settings.string(key))
    return value === undefined ? {} : { [field]: formatDuration(value) }
  }
  const percent = settings.int('maxEjectionPercent') ?? 0
  return {
    outlier_detection: {
      ...counted('consecutive5xxErrors', 'consecutive_5xx'),
      ...time('interval', 'interval'),
      ...time('baseEjectionTime', 'base_ejection_time'),
      ...(percent === 0 ? {} : { max_ejection_percent: percent }),
      enforcing_success_rate: 0,
      ...counted('consecutiveGatewayErrors', 'consecutive_gateway_failure'),
    },
  }
}

function sockets(parts: ClusterParts, policy: EffectivePolicy, at: { readonly context: ClusterContext; readonly serviceEndpoints: readonly Endpoint[] }): JsonObject {
  if (policy.tls) return upstreamTls(parts, policy.tls)
  return autoMtlsSockets(parts, at.context, at.serviceEndpoints)
}

function metadata(parts: ClusterParts, context: ClusterContext): JsonObject {
  const { rule, service } = parts
  const labels = enabled(context.features, 'PILOT_ENABLE_TELEMETRY_LABEL')
  const istio: JsonObject = {
    ...(rule ? { config: `/apis/networking.istio.io/v1/namespaces/${rule.namespace}/destination-rule/${rule.name}` } : {}),
    ...(labels ? { services: [{ host: service.hostname, name: service.name, namespace: service.namespace }] } : {}),
    ...(parts.subset === '' ? {} : { subset: parts.subset }),
    ...(service.meshExternal && parts.subset === '' ? { external: true } : {}),
  }
  return Object.keys(istio).length === 0 ? {} : { metadata: { filter_metadata: { istio } } }
}
