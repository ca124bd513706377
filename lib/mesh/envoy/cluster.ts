import type { Json } from '@/lib/std/json'
import type { SocketAddress } from './core'

/** envoy.config.cluster.v3.Cluster. `name` is `outbound|<port>|<subset>|<host>` for what Istio makes. */
export interface Cluster {
  readonly name: string
  readonly type?: 'STATIC' | 'STRICT_DNS' | 'LOGICAL_DNS' | 'EDS' | 'ORIGINAL_DST'
  readonly lb_policy?: string
  readonly load_assignment?: ClusterLoadAssignment
  readonly [field: string]: unknown
}

/** envoy.config.endpoint.v3.ClusterLoadAssignment: the endpoints of a cluster. */
export interface ClusterLoadAssignment {
  readonly cluster_name: string
  readonly endpoints?: readonly LocalityLbEndpoints[]
}

/** envoy.config.endpoint.v3.LocalityLbEndpoints. */
export interface LocalityLbEndpoints {
  readonly locality?: { readonly region?: string; readonly zone?: string; readonly sub_zone?: string }
  readonly lb_endpoints?: readonly LbEndpoint[]
  readonly load_balancing_weight?: number
  readonly priority?: number
}

/** envoy.config.endpoint.v3.LbEndpoint. */
export interface LbEndpoint {
  readonly endpoint: { readonly address: { readonly socket_address?: SocketAddress; readonly pipe?: { readonly path: string } }; readonly hostname?: string }
  readonly health_status?: 'HEALTHY' | 'UNHEALTHY' | 'DRAINING' | 'TIMEOUT' | 'DEGRADED'
  readonly load_balancing_weight?: number
  readonly metadata?: Json
}
