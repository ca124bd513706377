import type { GraphIndex } from '@/lib/mesh/graph/graph-index'
import type { MapLayout } from '@/lib/mesh/graph/layout'
import { parseMapKey } from '@/lib/mesh/graph/map-keys'
import type { MapProtocol } from '@/lib/mesh/graph/model'

/** The bar at the left of the host column that leads from a lit host's row down to the lit rule; null when no host or rule is lit alone. */
export function spineOf(index: GraphIndex, layout: MapLayout, active: string | null): { readonly top: number; readonly height: number; readonly protocol: MapProtocol } | null {
  const thing = active === null ? null : parseMapKey(active)
  if (!thing || (thing.kind !== 'host' && thing.kind !== 'rule')) return null
  const hostAt = index.graph.hosts.findIndex((host) => host.id === thing.id)
  const host = index.graph.hosts[hostAt]
  const first = layout.rows.findIndex((row) => row.index === hostAt && row.kind === 'host')
  const head = layout.rows[first]
  if (!host || !head) return null
  const ruleAt = thing.kind === 'rule' ? (host.rules?.findIndex((rule) => rule.number === thing.number) ?? -1) : (host.rules?.length ?? 0) - 1
  const last = layout.density === 'strip' ? head : (layout.rows[first + 1 + ruleAt] ?? head)
  return { top: head.y, height: last.y + last.height - head.y, protocol: index.servers.get(host.servers[0] ?? '')?.protocol ?? 'http' }
}
