import type { LocalityLbEndpoints } from '../envoy/cluster'
import type { MeshConfig } from '../istio/mesh-config'
import type { Fields } from '../istio/read'
import type { Endpoint } from './endpoints'
import type { LocalityGroup } from './load-assignment'
import type { MeshService } from './mesh-service'
import type { EffectivePolicy } from './traffic-policy'

/** Which localities come first. `force`: also without outlier detection. */
export type LocalitySetting =
  | { readonly kind: 'locality'; readonly fields: Fields | undefined; readonly priorities: readonly string[]; readonly force: boolean }
  | { readonly kind: 'zone-aware'; readonly fields: Fields }
  | { readonly kind: 'none' }

const near: Readonly<Record<string, readonly string[]>> = {
  PreferClose: ['topology.istio.io/network', 'topology.kubernetes.io/region', 'topology.kubernetes.io/zone'],
  PreferSameZone: ['topology.istio.io/network', 'topology.kubernetes.io/region', 'topology.kubernetes.io/zone'],
  PreferSameNode: ['topology.istio.io/network', 'topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone', 'kubernetes.io/hostname'],
}

/** The DestinationRule's setting, else what the service asks for, else the mesh's; zone-aware before locality (Istio's GetEffectiveLbSetting). */
export function localitySetting(policy: EffectivePolicy, service: MeshService, config: MeshConfig): LocalitySetting {
  const zoneAware = policy.loadBalancer?.object('zoneAwareLbSetting')
  if (zoneAware) return { kind: 'zone-aware', fields: zoneAware }
  const own = policy.loadBalancer?.object('localityLbSetting')
  if (own) return written(own)
  const priorities = distribution(service)
  if (priorities) return { kind: 'locality', fields: undefined, priorities, force: true }
  const meshes = config.fields.object('zoneAwareLbSetting')
  return meshes ? { kind: 'zone-aware', fields: meshes } : written(config.fields.object('localityLbSetting'))
}

/** The labels by which a service prefers near endpoints. */
export function distribution({ object }: MeshService): readonly string[] | undefined {
  const asked = object.metadata.annotations?.['networking.istio.io/traffic-distribution'] ?? ''
  return Object.hasOwn(near, asked) ? near[asked] : undefined
}

function written(fields: Fields | undefined): LocalitySetting {
  if (fields?.bool('enabled') === false) return { kind: 'none' }
  return { kind: 'locality', fields, priorities: fields?.strings('failoverPriority') ?? [], force: false }
}

/**
 * The localities with their priorities and weights (Istio's ApplyLocalityLoadBalancer and ApplyZoneAwareLoadBalancer;
 * SPEC CL11). The gateway's own locality is not known: it is taken for none, as Pilot takes it for a proxy that tells none.
 */
export function arrangeLocalities(groups: readonly LocalityGroup[], at: { readonly setting: LocalitySetting; readonly failover: boolean; readonly labels: Readonly<Record<string, string>> }): readonly LocalityLbEndpoints[] {
  const { setting, labels } = at
  if (setting.kind === 'none') return groups.map(({ made }) => made)
  if (setting.kind === 'zone-aware') {
    if (setting.fields.bool('enabled') === false) return groups.map(({ made }) => made)
    const placed = byLabels(groups, setting.fields.strings('failoverPriority'), labels)
    return compact(placed.map(({ locality, made }) => ({ made, priority: (made.priority ?? 0) * 3 + regional(locality, setting.fields) })))
  }
  const { fields, priorities } = setting
  if (fields && fields.objects('distribute').length > 0) return distribute(groups, fields)
  if (!at.failover && !setting.force) return groups.map(({ made }) => made)
  const placed = byLabels(groups, priorities, labels)
  const failover = fields?.objects('failover') ?? []
  if (priorities.length > 0 && failover.length === 0) return placed.map(({ made }) => made)
  return compact(placed.map(({ locality, made }) => ({ made, priority: (made.priority ?? 0) * 5 + distance(locality, failover) })))
}

/** Istio's LbPriority from nowhere: 0 the same locality, 2 another zone, 3 another region, 4 one that no failover leads to. */
function distance(locality: string, failover: readonly Fields[]): number {
  const [region = '', zone = '', subzone = ''] = locality.split('/')
  if (region === '') return zone !== '' ? 2 : subzone !== '' ? 1 : 0
  const rule = failover.find((each) => (each.string('from') ?? '') === '')
  return rule && rule.string('to') !== region ? 4 : 3
}

function regional(locality: string, fields: Fields): number {
  const [region = ''] = locality.split('/')
  if (region === '') return 0
  const rule = fields.objects('failover').find((each) => (each.string('from') ?? '') === '')
  return rule?.string('to') === region ? 1 : 2
}

/** Priorities as they are found become 0, 1, 2 … without gaps. */
function compact(placed: readonly { readonly made: LocalityLbEndpoints; readonly priority: number }[]): readonly LocalityLbEndpoints[] {
  const found = [...new Set(placed.map(({ priority }) => priority))].sort((a, b) => a - b)
  return placed.map(({ made, priority }) => withPriority(made, found.indexOf(priority)))
}

function withPriority({ priority: _, ...rest }: LocalityLbEndpoints, priority: number): LocalityLbEndpoints {
  return priority === 0 ? rest : { ...rest, priority }
}

/** Istio's applyFailoverPriorities: the more of the labels an endpoint shares with the proxy, from the first on, the sooner; a locality is split by that. */
function byLabels(groups: readonly LocalityGroup[], priorities: readonly string[], labels: Readonly<Record<string, string>>): readonly LocalityGroup[] {
  if (priorities.length === 0 || Object.keys(labels).length === 0) return groups
  const split = groups.flatMap((group) => {
    const ranks = group.endpoints.map((endpoint) => rankOf(endpoint, priorities, labels))
    return [...new Set(ranks)].sort((a, b) => a - b).map((rank) => ({ rank, group: part(group, (index) => ranks[index] === rank) }))
  })
  const found = [...new Set(split.map(({ rank }) => rank))].sort((a, b) => a - b)
  return split.map(({ rank, group }) => ({ ...group, made: withPriority(group.made, found.indexOf(rank)) }))
}

function rankOf({ labels: own }: Endpoint, priorities: readonly string[], labels: Readonly<Record<string, string>>): number {
  let networks = 0
  for (const [index, entry] of priorities.entries()) {
    const [name = '', value, ...more] = entry.split('=')
    const wanted = value === undefined || more.length > 0 ? labels[name] : value
    if ((wanted ?? '') === (own[name] ?? '')) continue
    if (index > 0 || priorities[0] !== 'topology.istio.io/network') return networks + priorities.length - index
    networks = priorities.length
  }
  return networks
}

function part(group: LocalityGroup, takes: (index: number) => boolean): LocalityGroup {
  const lbEndpoints = (group.made.lb_endpoints ?? []).filter((_, index) => takes(index))
  const weight = lbEndpoints.reduce((sum, endpoint) => sum + (endpoint.load_balancing_weight ?? 0), 0)
  return { locality: group.locality, endpoints: group.endpoints.filter((_, index) => takes(index)), made: { ...group.made, lb_endpoints: lbEndpoints, load_balancing_weight: weight } }
}

/** Istio's applyLocalityWeights for the first entry that is for every locality; what no target names gets nothing. */
function distribute(groups: readonly LocalityGroup[], fields: Fields): readonly LocalityLbEndpoints[] {
  const rule = fields.objects('distribute').find((each) => matches('', each.string('from') ?? ''))
  if (!rule) return groups.map(({ made }) => made)
  const to = rule.object('to')
  const left = new Set(groups)
  const weights = new Map<LocalityGroup, number>()
  for (const [target, share] of Object.entries(to?.raw ?? {})) {
    const hit = [...left].filter(({ locality }) => matches(locality, target))
    const total = hit.reduce((sum, { made }) => sum + (made.load_balancing_weight ?? 1), 0)
    for (const group of hit) {
      left.delete(group)
      const weight = typeof share === 'number' ? Math.ceil(((group.made.load_balancing_weight ?? 1) * share) / total) : 0
      if (weight > 0) weights.set(group, weight)
    }
  }
  return groups.map((group) => {
    if (left.has(group)) {
      const { lb_endpoints: _, ...rest } = group.made
      return rest
    }
    const weight = weights.get(group)
    return weight === undefined ? group.made : { ...group.made, load_balancing_weight: weight }
  })
}

/** Istio's LocalityMatch: `*` for any region; a zone that is empty or `*` for any zone. */
function matches(locality: string, rule: string): boolean {
  const [region = '', zone = '', subzone = ''] = locality.split('/')
  const [wantedRegion = '', wantedZone = '', wantedSubzone = ''] = rule.split('/')
  const any = (wanted: string): boolean => wanted === '' || wanted === '*'
  return (wantedRegion === '*' || wantedRegion === region) && (any(wantedZone) || wantedZone === zone) && (any(wantedSubzone) || wantedSubzone === subzone)
}
