import type { JsonObject } from '@/lib/std/json'
import { formatDuration, parseDuration } from '../istio/duration'
import type { MeshConfig } from '../istio/mesh-config'
import type { Fields } from '../istio/read'
import { distribution, localitySetting } from './locality'
import type { MeshService } from './mesh-service'
import type { EffectivePolicy } from './traffic-policy'

/** Istio's applyLoadBalancer: policy and its settings (SPEC CL7). */
export function loadBalancing(policy: EffectivePolicy, originalDestination: boolean): JsonObject {
  if (originalDestination) return { lb_policy: 'CLUSTER_PROVIDED' }
  const { loadBalancer } = policy
  const hash = loadBalancer?.object('consistentHash')
  if (hash) return consistentHash(hash)
  switch (loadBalancer?.string('simple')) {
    case 'RANDOM':
      return { lb_policy: 'RANDOM' }
    case 'ROUND_ROBIN':
      return slowStart(loadBalancer, 'round_robin_lb_config')
    default:
      return { lb_policy: 'LEAST_REQUEST', ...slowStart(loadBalancer, 'least_request_lb_config') }
  }
}

function consistentHash(hash: Fields): JsonObject {
  const maglev = hash.object('maglev')
  if (maglev) {
    const size = maglev.int('tableSize') ?? 0
    return { lb_policy: 'MAGLEV', ...(size === 0 ? {} : { maglev_lb_config: { table_size: String(size) } }) }
  }
  const ring = hash.object('ringHash')
  if (ring) {
    const size = ring.int('minimumRingSize') ?? 0
    return { lb_policy: 'RING_HASH', ...(size === 0 ? {} : { ring_hash_lb_config: { minimum_ring_size: String(size) } }) }
  }
  const size = hash.int('minimumRingSize') ?? 0
  return { lb_policy: 'RING_HASH', ring_hash_lb_config: { minimum_ring_size: String(size === 0 ? 1024 : size) } }
}

function slowStart(loadBalancer: Fields | undefined, field: string): JsonObject {
  const warmup = loadBalancer?.object('warmup')
  if (warmup) {
    const window = parseDuration(warmup.string('duration'))
    return {
      [field]: {
        slow_start_config: {
          ...(window === undefined ? {} : { slow_start_window: formatDuration(window) }),
          aggression: { default_value: warmup.number('aggression') ?? 1, runtime_key: '(' },
          min_weight_percent: percent(warmup.number('minimumPercent') ?? 10),
        },
      },
    }
  }
  const window = parseDuration(loadBalancer?.string('warmupDurationSecs'))
  return window === undefined ? {} : { [field]: { slow_start_config: { slow_start_window: formatDuration(window) } } }
}

/** envoy.type.v3.Percent; zero is its default. */
export function percent(value: number): JsonObject {
  return value === 0 ? {} : { value }
}

const neverPanics: JsonObject = { common_lb_config: { healthy_panic_threshold: {} } }

/** Envoy's common_lb_config: panic threshold, and how localities count (istio-policies E7). */
export function commonLoadBalancing(policy: EffectivePolicy, service: MeshService, config: MeshConfig): JsonObject {
  const health = policy.outlier?.int('minHealthPercent') ?? 0
  const localities = localityConfig(policy, service, config)
  if (health <= 0 && localities === undefined) return neverPanics
  return { common_lb_config: { healthy_panic_threshold: policy.outlier && health > 0 && !distribution(service) ? percent(health) : {}, ...localities } }
}

/** Istio's ApplyToCluster of locality and zone-aware settings. */
function localityConfig(policy: EffectivePolicy, service: MeshService, config: MeshConfig): JsonObject | undefined {
  const setting = localitySetting(policy, service, config)
  if (setting.kind === 'none') return undefined
  if (setting.kind === 'zone-aware') {
    const least = setting.fields.int('minClusterSize')
    return { zone_aware_lb_config: { ...(setting.fields.bool('enabled') === false ? { routing_enabled: {} } : {}), ...(least === undefined ? {} : { min_cluster_size: String(least) }) } }
  }
  const { fields, priorities, force } = setting
  const failover = (force || policy.outlier !== undefined) && ((fields?.objects('failover').length ?? 0) > 0 || priorities.length > 0)
  return failover || (fields?.objects('distribute').length ?? 0) > 0 ? { locality_weighted_lb_config: {} } : undefined
}
