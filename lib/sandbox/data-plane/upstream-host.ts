import type { Cluster, ClusterLoadAssignment } from '@/lib/mesh/envoy/cluster'
import { listOf, numberOf, objectOf, stringOf } from '@/lib/mesh/simulate/read'
import type { JsonObject } from '@/lib/std/json'

/** Counters of one endpoint, by the names /clusters prints. */
export interface HostStats {
  cx_active: number
  cx_connect_fail: number
  cx_total: number
  rq_active: number
  rq_error: number
  rq_success: number
  rq_timeout: number
  rq_total: number
}

/** One endpoint of a cluster. */
export interface UpstreamHost {
  readonly address: string
  readonly port: number
  readonly hostname: string
  /** EDS health as Envoy names it. */
  readonly health: 'HEALTHY' | 'UNHEALTHY' | 'DRAINING' | 'TIMEOUT' | 'DEGRADED'
  readonly weight: number
  readonly priority: number
  readonly locality: { readonly region: string; readonly zone: string; readonly sub_zone: string }
  readonly metadata: JsonObject
  readonly stats: HostStats
}

const healths = ['HEALTHY', 'UNHEALTHY', 'DRAINING', 'TIMEOUT', 'DEGRADED'] as const

/** The hosts of a load assignment; hosts that were there before keep their counters. */
export function hostsOf(assignment: ClusterLoadAssignment | Cluster['load_assignment'] | undefined, before: readonly UpstreamHost[]): readonly UpstreamHost[] {
  const known = new Map(before.map((host) => [hostKey(host), host.stats]))
  return listOf(objectOf(assignment).endpoints).flatMap((item) => {
    const group = objectOf(item)
    return listOf(group.lb_endpoints).flatMap((endpoint) => {
      const host = hostOf(objectOf(endpoint), group)
      return host === undefined ? [] : [{ ...host, stats: known.get(hostKey(host)) ?? emptyStats() }]
    })
  })
}

/** `address:port`, the key of an endpoint within its cluster. */
export function hostKey(host: { readonly address: string; readonly port: number }): string {
  return `${host.address}:${String(host.port)}`
}

function hostOf(endpoint: JsonObject, group: JsonObject): Omit<UpstreamHost, 'stats'> | undefined {
  const target = objectOf(endpoint.endpoint)
  const socket = objectOf(objectOf(target.address).socket_address)
  const address = stringOf(socket.address)
  const port = numberOf(socket.port_value)
  if (address === undefined || port === undefined) return undefined
  const locality = objectOf(group.locality)
  return {
    address, port, hostname: stringOf(target.hostname) ?? '', health: healths.find((name) => name === endpoint.health_status) ?? 'HEALTHY',
    weight: numberOf(endpoint.load_balancing_weight) ?? 1, priority: numberOf(group.priority) ?? 0,
    locality: { region: stringOf(locality.region) ?? '', zone: stringOf(locality.zone) ?? '', sub_zone: stringOf(locality.sub_zone) ?? '' },
    metadata: objectOf(endpoint.metadata),
  }
}

function emptyStats(): HostStats {
  return { cx_active: 0, cx_connect_fail: 0, cx_total: 0, rq_active: 0, rq_error: 0, rq_success: 0, rq_timeout: 0, rq_total: 0 }
}
