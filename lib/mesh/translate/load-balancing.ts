import type { JsonObject } from '@/lib/std/json'
import { formatDuration, parseDuration } from '../istio/duration'
import type { MeshConfig } from '../istio/mesh-config'
import type { Fields } from '../istio/read'
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

/** Envoy's common_lb_config: panic threshold, and weights by locality where Istio asks for them (istio-policies E7). */
export function commonLoadBalancing(policy: EffectivePolicy, service: MeshService, config: MeshConfig): JsonObject {
  const health = policy.outlier?.int('minHealthPercent') ?? 0
  const weighted = localityWeighted(policy, service, config)
  if (health <= 0 && !weighted) return neverPanics
  return {
    common_lb_config: {
      healthy_panic_threshold: policy.outlier && health > 0 && !distributed(service) ? percent(health) : {},
      ...(weighted ? { locality_weighted_lb_config: {} } : {}),
    },
  }
}

/** A service that asks for near endpoints: it is told of unready ones too, and never panics (ForcesSupportUnhealthyEndpoints). */
function distributed(service: MeshService): boolean {
  return /^Prefer(Close|SameZone|SameNode)$/.test(service.object.metadata.annotations?.['networking.istio.io/traffic-distribution'] ?? '')
}

function localityWeighted(policy: EffectivePolicy, service: MeshService, config: MeshConfig): boolean {
  if (policy.loadBalancer?.string('simple') === undefined && policy.loadBalancer?.object('zoneAwareLbSetting')) return false
  const own = policy.loadBalancer?.object('localityLbSetting')
  if (!own && distributed(service)) return true
  const setting = own ?? config.fields.object('localityLbSetting')
  if (!setting || setting.bool('enabled') === false) return false
  if (setting.has('distribute')) return setting.objects('distribute').length > 0
  return policy.outlier !== undefined && (setting.objects('failover').length > 0 || setting.strings('failoverPriority').length > 0)
}
