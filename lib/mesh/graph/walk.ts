import { isOnMap, type GraphIndex } from './graph-index'
import type { MapLayout } from './layout'
import { rowKey } from './layout-edges'
import { parseMapKey, ruleKey, type MapKey } from './map-keys'
import type { MapEdge } from './model'

/** A step of the keyboard: along the heaviest edge, or within the column. */
export type WalkStep = 'left' | 'right' | 'up' | 'down'

/** Where a step leads from a thing on the map; the thing itself where there is nothing further, the first host without a start. */
export function walk(index: GraphIndex, layout: MapLayout, from: string | null, step: WalkStep): MapKey | null {
  const start = from !== null && isOnMap(index, from) ? parseMapKey(from) : null
  if (!start) return firstKey(layout, index)
  const key = keyOf(start)
  switch (step) {
    case 'left': return leftOf(index, key) ?? key
    case 'right': return rightOf(index, key) ?? key
    case 'up': return columnStep(columnOf(index, layout, key), key, -1)
    case 'down': return columnStep(columnOf(index, layout, key), key, 1)
  }
}

function keyOf(thing: NonNullable<ReturnType<typeof parseMapKey>>): MapKey {
  return thing.kind === 'rule' ? ruleKey(thing.id, thing.number) : `${thing.kind}:${thing.id}`
}

function firstKey(layout: MapLayout, index: GraphIndex): MapKey | null {
  const row = layout.rows[0]
  return row && row.kind === 'host' ? rowKey(index.graph, row) : null
}

function columnStep(column: readonly MapKey[], key: MapKey, by: -1 | 1): MapKey {
  const at = column.indexOf(key)
  return column[at + by] ?? key
}

function columnOf(index: GraphIndex, layout: MapLayout, key: MapKey): readonly MapKey[] {
  const kind = parseMapKey(key)?.kind
  if (kind === 'entry') return layout.entries.map((entry): MapKey => `entry:${entry.id}`)
  if (kind === 'server') return layout.servers.map((server): MapKey => `server:${server.id}`)
  if (kind === 'to') return layout.destinations.map((place): MapKey => `to:${place.id}`)
  return layout.rows.filter((row) => row.kind !== 'more').map((row) => rowKey(index.graph, row))
}

function rightOf(index: GraphIndex, key: MapKey): MapKey | null {
  const thing = parseMapKey(key)
  if (!thing) return null
  if (thing.kind === 'entry') return first(index.entries.get(thing.id)?.servers, 'server')
  if (thing.kind === 'server') return first(index.hostsOfServer.get(thing.id), 'host')
  if (thing.kind === 'to') return null
  const host = index.hosts.get(thing.id)
  if (thing.kind === 'rule') return heaviest(host?.rules?.find((rule) => rule.number === thing.number)?.to)
  const rule = host?.rules?.[0]
  return rule ? ruleKey(thing.id, rule.number) : heaviest(host?.to)
}

function leftOf(index: GraphIndex, key: MapKey): MapKey | null {
  const thing = parseMapKey(key)
  if (!thing) return null
  if (thing.kind === 'rule') return `host:${thing.id}`
  if (thing.kind === 'host') return first(index.hosts.get(thing.id)?.servers, 'server')
  if (thing.kind === 'server') return first(index.entriesOfServer.get(thing.id), 'entry')
  const source = thing.kind === 'to' ? index.sources.get(thing.id)?.[0] : undefined
  if (!source) return null
  return source.rule === null ? `host:${source.host}` : ruleKey(source.host, source.rule)
}

function first(ids: readonly string[] | undefined, kind: 'entry' | 'server' | 'host'): MapKey | null {
  const id = ids?.[0]
  return id === undefined ? null : `${kind}:${id}`
}

function heaviest(edges: readonly MapEdge[] | undefined): MapKey | null {
  const edge = edges?.[0]
  return edge ? `to:${edge.to}` : null
}

/** Where a thing stands: its top and height in px; null when it is not drawn. */
export function standsAt(index: GraphIndex, layout: MapLayout, key: string): { readonly y: number; readonly height: number } | null {
  const thing = parseMapKey(key)
  if (!thing) return null
  if (thing.kind === 'entry') return at(layout.entries.find((entry) => entry.id === thing.id), 44)
  if (thing.kind === 'server') return at(layout.servers.find((server) => server.id === thing.id), 44)
  if (thing.kind === 'to') return at(layout.destinations.find((place) => place.id === thing.id), 28)
  const row = layout.rows.find((candidate) => candidate.kind !== 'more' && rowKey(index.graph, candidate) === key) ?? layout.rows.find((candidate) => candidate.kind === 'host' && index.graph.hosts[candidate.index]?.id === thing.id)
  return row ?? null
}

function at(node: { readonly y: number } | undefined, height: number): { readonly y: number; readonly height: number } | null {
  return node ? { y: node.y, height } : null
}
