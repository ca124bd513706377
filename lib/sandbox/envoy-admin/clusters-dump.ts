import { listOf, numberOf, objectOf } from '@/lib/mesh/simulate/read'
import type { HostStats, UpstreamHost } from '../data-plane/upstream-host'
import { hostKey } from '../data-plane/upstream-host'
import type { UpstreamCluster } from '../data-plane/upstreams'
import { statName } from '../data-plane/upstreams'

/** Counters in the order in which Envoy prints them as text. */
const textStats = ['cx_active', 'cx_connect_fail', 'cx_total', 'rq_active', 'rq_error', 'rq_pending_active', 'rq_success', 'rq_timeout', 'rq_total'] as const
const counters = ['cx_connect_fail', 'cx_total', 'rq_error', 'rq_success', 'rq_timeout', 'rq_total'] as const
const gauges = ['cx_active', 'rq_active', 'rq_pending_active'] as const

/** GET /clusters as text: `cluster::host::key::value`. */
export function clustersText(clusters: readonly UpstreamCluster[]): string {
  return clusters.map((cluster) => {
    const name = cluster.cluster.name
    const limits = thresholds(cluster)
    const level = (priority: string, values: Limits) => Object.entries(values).map(([key, value]) => `${name}::${priority}::${key}::${String(value)}`)
    const hosts = cluster.hosts.flatMap((host) => hostLines(host).map(([key, value]) => `${name}::${hostKey(host)}::${key}::${value}`))
    return [`${name}::observability_name::${statName(cluster)}`, ...level('default_priority', limits.normal), ...level('high_priority', limits.high), `${name}::added_via_api::true`, ...hosts].map((line) => `${line}\n`).join('')
  }).join('')
}

/** GET /clusters?format=json: envoy.admin.v3.Clusters. */
export function clustersJson(clusters: readonly UpstreamCluster[]): object {
  return {
    cluster_statuses: clusters.map((cluster) => {
      const limits = thresholds(cluster)
      return {
        name: cluster.cluster.name, added_via_api: true,
        ...(cluster.hosts.length === 0 ? {} : { host_statuses: cluster.hosts.map(hostStatus) }),
        circuit_breakers: { thresholds: [limits.normal, { priority: 'HIGH', ...limits.high }] },
        observability_name: statName(cluster),
        ...(cluster.cluster.type === 'EDS' ? { eds_service_name: String(objectOf(cluster.cluster.eds_cluster_config).service_name ?? cluster.cluster.name) } : {}),
      }
    }),
  }
}

interface Limits {
  readonly max_connections: number
  readonly max_pending_requests: number
  readonly max_requests: number
  readonly max_retries: number
}

function thresholds(cluster: UpstreamCluster): { readonly normal: Limits; readonly high: Limits } {
  const levels = listOf(objectOf(cluster.cluster.circuit_breakers).thresholds).map(objectOf)
  const of = (priority: string): Limits => {
    const level = levels.find((item) => (item.priority ?? 'DEFAULT') === priority) ?? {}
    return {
      max_connections: numberOf(level.max_connections) ?? 1024, max_pending_requests: numberOf(level.max_pending_requests) ?? 1024,
      max_requests: numberOf(level.max_requests) ?? 1024, max_retries: numberOf(level.max_retries) ?? 3,
    }
  }
  return { normal: of('DEFAULT'), high: of('HIGH') }
}

const healthFlags: Readonly<Record<UpstreamHost['health'], string>> = { HEALTHY: 'healthy', UNHEALTHY: '/failed_eds_health', DRAINING: '/eds_status_draining', TIMEOUT: '/failed_eds_health', DEGRADED: '/degraded_eds_health' }

function hostLines(host: UpstreamHost): readonly (readonly [string, string])[] {
  return [
    ...textStats.map((name) => [name, String(name === 'rq_pending_active' ? 0 : host.stats[name])] as const),
    ['hostname', host.hostname], ['health_flags', healthFlags[host.health]], ['weight', String(host.weight)], ['region', host.locality.region], ['zone', host.locality.zone],
    ['sub_zone', host.locality.sub_zone], ['canary', 'false'], ['priority', String(host.priority)], ['success_rate', '-1'], ['local_origin_success_rate', '-1'],
  ]
}

function hostStatus(host: UpstreamHost): object {
  const value = (name: keyof HostStats | 'rq_pending_active') => {
    const count = name === 'rq_pending_active' ? 0 : host.stats[name]
    return count === 0 ? {} : { value: String(count) }
  }
  const { region, zone, sub_zone } = host.locality
  return {
    address: { socket_address: { address: host.address, port_value: host.port } },
    stats: [...counters.map((name) => ({ ...value(name), name })), ...gauges.map((name) => ({ type: 'GAUGE', ...value(name), name }))],
    health_status: healthStatus(host.health),
    weight: host.weight,
    ...(host.hostname === '' ? {} : { hostname: host.hostname }),
    ...(host.priority === 0 ? {} : { priority: host.priority }),
    locality: { ...(region === '' ? {} : { region }), ...(zone === '' ? {} : { zone }), ...(sub_zone === '' ? {} : { sub_zone }) },
  }
}

function healthStatus(health: UpstreamHost['health']): object {
  if (health === 'UNHEALTHY' || health === 'TIMEOUT') return { eds_health_status: health === 'TIMEOUT' ? 'TIMEOUT' : 'UNHEALTHY' }
  return { eds_health_status: health }
}
