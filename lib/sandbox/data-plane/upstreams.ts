import { Agent as HttpAgent } from 'node:http'
import type { ClientHttp2Session } from 'node:http2'
import { Agent as HttpsAgent } from 'node:https'
import type { Cluster, ClusterLoadAssignment } from '@/lib/mesh/envoy/cluster'
import { hostnameOf } from '@/lib/mesh/simulate/envoy-configuration'
import { durationOf, listOf, objectOf, optionalObject, stringOf } from '@/lib/mesh/simulate/read'
import { typeIs } from '@/lib/mesh/simulate/listener-match'
import type { BalancerRequest, BalancerState } from './load-balancer'
import { pickHost } from './load-balancer'
import type { SecretSource, TlsMaterial } from './secrets'
import { tlsMaterial } from './secrets'
import type { Stats } from './stats'
import type { UpstreamHost } from './upstream-host'
import { hostsOf } from './upstream-host'

/** How connections to a host are made: plain, or TLS with what the cluster's context says. */
export interface UpstreamTls {
  readonly material: TlsMaterial
  readonly sni: string
  readonly verify: boolean
}

/** A cluster as it runs: its hosts, its balancer, its connection pools. */
export interface UpstreamCluster {
  readonly cluster: Cluster
  readonly hosts: readonly UpstreamHost[]
  readonly balancer: BalancerState
  readonly http2: boolean
  readonly connectTimeout: number
  readonly plainAgent: HttpAgent
  readonly tlsAgent: HttpsAgent
  readonly sessions: Map<string, ClientHttp2Session>
  readonly addedAt: number
  /** The host name that all endpoints share, for auto_host_rewrite. */
  hostname(): string | undefined
  pick(request: BalancerRequest): UpstreamHost | undefined
  tls(host: UpstreamHost): UpstreamTls | undefined
}

/** All clusters of the data plane. */
export interface Upstreams {
  apply(clusters: readonly Cluster[], endpoints: readonly ClusterLoadAssignment[], now: number): void
  get(name: string): UpstreamCluster | undefined
  all(): readonly UpstreamCluster[]
  close(): void
}

/** An empty set of clusters. */
export function createUpstreams(stats: Stats, secrets: SecretSource): Upstreams {
  let clusters = new Map<string, UpstreamCluster>()
  return {
    apply: (wanted, endpoints, now) => {
      const assignments = new Map(endpoints.map((assignment) => [assignment.cluster_name, assignment]))
      const next = new Map(wanted.map((cluster) => [cluster.name, makeCluster(cluster, assignments, clusters.get(cluster.name), { secrets, now })]))
      for (const [name, old] of clusters) if (!next.has(name)) retire(old, stats)
      clusters = next
      for (const cluster of next.values()) declare(cluster, stats)
      stats.set('cluster_manager.active_clusters', next.size)
    },
    get: (name) => clusters.get(name),
    all: () => [...clusters.values()],
    close: () => {
      for (const cluster of clusters.values()) closePools(cluster)
    },
  }
}

function makeCluster(cluster: Cluster, assignments: ReadonlyMap<string, ClusterLoadAssignment>, before: UpstreamCluster | undefined, context: { readonly secrets: SecretSource; readonly now: number }): UpstreamCluster {
  const service = stringOf(objectOf(cluster.eds_cluster_config).service_name) ?? cluster.name
  const assignment = cluster.load_assignment ?? assignments.get(service) ?? assignments.get(cluster.name)
  const hosts = hostsOf(assignment, before?.hosts ?? [])
  const balancer = before?.balancer ?? { next: 0 }
  const protocol = objectOf(objectOf(cluster.typed_extension_protocol_options)['envoy.extensions.upstreams.http.v3.HttpProtocolOptions'])
  return {
    cluster, hosts, balancer,
    http2: objectOf(protocol.explicit_http_config).http2_protocol_options !== undefined || cluster.http2_protocol_options !== undefined,
    connectTimeout: durationOf(cluster.connect_timeout) ?? 5000,
    plainAgent: before?.plainAgent ?? new HttpAgent({ keepAlive: true, maxFreeSockets: 32 }),
    tlsAgent: before?.tlsAgent ?? new HttpsAgent({ keepAlive: true, maxFreeSockets: 32 }),
    sessions: before?.sessions ?? new Map(),
    addedAt: before?.cluster === cluster ? before.addedAt : context.now,
    hostname: () => hostnameOf(cluster, assignment),
    pick: (request) => pickHost(cluster, hosts, balancer, request),
    tls: (host) => upstreamTls(cluster, host, context.secrets),
  }
}

/** The TLS of a connection: transport_socket_matches by the endpoint's metadata, first match, else transport_socket. */
function upstreamTls(cluster: Cluster, host: UpstreamHost, secrets: SecretSource): UpstreamTls | undefined {
  const wanted = objectOf(objectOf(host.metadata.filter_metadata)['envoy.transport_socket_match'])
  const matched = listOf(cluster.transport_socket_matches).map(objectOf).find((item) => Object.entries(objectOf(item.match)).every(([key, value]) => wanted[key] === value))
  const socket = optionalObject(matched?.transport_socket) ?? optionalObject(cluster.transport_socket)
  if (socket === undefined || !typeIs(socket, 'UpstreamTlsContext')) return undefined
  const context = objectOf(socket.typed_config)
  const material = tlsMaterial(objectOf(context.common_tls_context), secrets)
  return { material, sni: stringOf(context.sni) ?? '', verify: material.trustedCa !== undefined }
}

function declare(cluster: UpstreamCluster, stats: Stats): void {
  const prefix = `cluster.${statName(cluster)}.`
  stats.declare('counter', counters.map((name) => prefix + name))
  stats.declare('gauge', gauges.map((name) => prefix + name))
  stats.set(`${prefix}membership_total`, cluster.hosts.length)
  stats.set(`${prefix}membership_healthy`, cluster.hosts.filter((host) => host.health === 'HEALTHY').length)
}

/** The cluster's name in stats; Istio ends alt_stat_name with a semicolon, which Envoy's tag rules take away. */
export function statName(cluster: { readonly cluster: Cluster }): string {
  return stringOf(cluster.cluster.alt_stat_name) ?? cluster.cluster.name
}

function retire(cluster: UpstreamCluster, stats: Stats): void {
  closePools(cluster)
  stats.drop(`cluster.${statName(cluster)}.`)
}

function closePools(cluster: UpstreamCluster): void {
  cluster.plainAgent.destroy()
  cluster.tlsAgent.destroy()
  for (const session of cluster.sessions.values()) session.close()
  cluster.sessions.clear()
}

const counters = [
  'assignment_stale', 'bind_errors', 'default.total_match_count', 'lb_healthy_panic', 'membership_change', 'retry_or_shadow_abandoned', 'update_attempt', 'update_empty',
  'update_failure', 'update_success', 'upstream_cx_connect_fail', 'upstream_cx_connect_timeout', 'upstream_cx_destroy', 'upstream_cx_http1_total', 'upstream_cx_http2_total',
  'upstream_cx_none_healthy', 'upstream_cx_overflow', 'upstream_cx_rx_bytes_total', 'upstream_cx_total', 'upstream_cx_tx_bytes_total', 'upstream_rq_cancelled', 'upstream_rq_completed',
  'upstream_rq_pending_overflow', 'upstream_rq_pending_total', 'upstream_rq_per_try_timeout', 'upstream_rq_retry', 'upstream_rq_retry_limit_exceeded', 'upstream_rq_retry_success',
  'upstream_rq_rx_reset', 'upstream_rq_timeout', 'upstream_rq_total', 'upstream_rq_tx_reset',
]
const gauges = [
  'circuit_breakers.default.cx_open', 'circuit_breakers.default.rq_open', 'circuit_breakers.default.rq_pending_open', 'max_host_weight', 'membership_degraded', 'membership_excluded',
  'upstream_cx_active', 'upstream_rq_active', 'upstream_rq_pending_active', 'version', 'warming_state',
]
