import type { JsonObject } from '@/lib/std/json'
import type { NamedConfig } from '../envoy/listener'
import { formatDuration, parseDuration } from '../istio/duration'
import type { AppliedDestinationRule } from './destination-rules'
import { enabled, type Features } from './features'
import { namedConfig } from './listener-filters'
import type { Protocol } from './protocol'

/** What a TCP chain proxies to. */
export interface TcpTarget {
  readonly protocol: Protocol
  readonly statPrefix: string
  /** `cluster` or `weighted_clusters`. */
  readonly target: JsonObject
  readonly rule: AppliedDestinationRule | undefined
  readonly subset: string
  /** Whether the rule's `tunnel` counts: not behind an AUTO_PASSTHROUGH server. @default true */
  readonly tunnels?: boolean
}

/** Istio's buildNetworkFiltersStack around tcp_proxy; its top-level TCP settings and source hashing come from the DestinationRule (SPEC L44). */
export function tcpProxyFilters({ protocol, statPrefix, target, rule, subset, tunnels }: TcpTarget): readonly NamedConfig[] {
  const tcp = rule?.trafficPolicy?.object('connectionPool')?.object('tcp')
  const [idle, age] = [parseDuration(tcp?.string('idleTimeout')), parseDuration(tcp?.string('maxConnectionDuration'))]
  const proxy = namedConfig('envoy.filters.network.tcp_proxy', 'filters.network.tcp_proxy.v3.TcpProxy', {
    stat_prefix: statPrefix,
    ...target,
    ...(idle === undefined ? {} : { idle_timeout: formatDuration(idle) }),
    ...(hashesSource(rule, subset) ? { hash_policy: [{ source_ip: {} }] } : {}),
    ...(tunnels === false ? {} : tunneling(rule, subset)),
    ...(age === undefined ? {} : { max_downstream_connection_duration: formatDuration(age) }),
  })
  if (protocol === 'Mongo') return [namedConfig(mongo, 'filters.network.mongo_proxy.v3.MongoProxy', { stat_prefix: statPrefix }), proxy]
  return protocol === 'MySQL' ? [namedConfig(mysql, 'filters.network.mysql_proxy.v3.MySQLProxy', { stat_prefix: statPrefix }), proxy] : [proxy]
}

const [mongo, mysql] = ['envoy.filters.network.mongo_proxy', 'envoy.filters.network.mysql_proxy']

/** The filters of a chain without those of protocols that istiod is not told to read. */
export function withoutCodecs(filters: readonly NamedConfig[], features: Features): readonly NamedConfig[] {
  return filters.filter(({ name }) => (name !== mongo || enabled(features, 'PILOT_ENABLE_MONGO_FILTER')) && (name !== mysql || enabled(features, 'PILOT_ENABLE_MYSQL_FILTER')))
}

function hashesSource(rule: AppliedDestinationRule | undefined, subset: string): boolean {
  const own = rule?.subsets.find((candidate) => candidate.name === subset)?.trafficPolicy?.object('loadBalancer')
  const balancer = own ?? rule?.trafficPolicy?.object('loadBalancer')
  return balancer?.object('consistentHash')?.bool('useSourceIp') === true
}

function tunneling(rule: AppliedDestinationRule | undefined, subset: string): JsonObject {
  const own = subset === '' ? undefined : rule?.subsets.find((candidate) => candidate.name === subset)?.trafficPolicy?.object('tunnel')
  const tunnel = own ?? rule?.trafficPolicy?.object('tunnel')
  if (!tunnel) return {}
  const host = tunnel.string('targetHost') ?? ''
  return { tunneling_config: { hostname: `${host.includes(':') ? `[${host}]` : host}:${tunnel.int('targetPort') ?? 0}`, ...(tunnel.string('protocol') === 'POST' ? { use_post: true } : {}) } }
}
