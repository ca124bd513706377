import { placeColumn } from './layout-place'
import type { HostColumnRow } from './layout-rows'
import type { MapEdge, MapGraph } from './model'

/** A destination where it stands; one that is used far apart stands several times, so that no edge runs across the whole map. */
export interface PlacedDestination {
  readonly id: string
  readonly y: number
}

/** An edge between a row of the host column and a placed destination, by index. */
export interface DestinationLink {
  readonly row: number
  readonly place: number
  readonly edge: MapEdge
}

/** How far an edge may reach before its destination is drawn again, px. */
export const destinationReach = 700

/** What a folded host's edge weighs beside a rule's: opened rules are what is read, so theirs stay level. */
const foldedWeight = 0.25

/** Places destinations beside the rows that lead to them, the heaviest edge of each level where there is room. Rules that are never reached lead nowhere. */
export function placeDestinations(graph: MapGraph, rows: readonly HostColumnRow[], at: { readonly height: number; readonly top: number }): { readonly places: readonly PlacedDestination[]; readonly links: readonly DestinationLink[] } {
  const found: { id: string; target: number; weight: number; order: number }[] = []
  const links: { row: number; found: number; edge: MapEdge }[] = []
  const latest = new Map<string, number>()
  rows.forEach((row, rowIndex) => {
    edgesOfRow(graph, row).forEach((edge, order) => {
      const target = row.y + (row.height - at.height) / 2
      const weight = (edge.kind === 'mirror' ? 0.01 : 0.05 + edge.share) * (row.kind === 'rule' ? 1 : foldedWeight)
      let index = latest.get(edge.to)
      const known = index === undefined ? undefined : found[index]
      if (index === undefined || !known || Math.abs(known.target - target) > destinationReach) {
        index = found.length
        found.push({ id: edge.to, target, weight, order })
        latest.set(edge.to, index)
      } else if (weight > known.weight) {
        known.target = target
        known.weight = weight
        known.order = order
      }
      links.push({ row: rowIndex, found: index, edge })
    })
  })
  const order = found.map((_, index) => index).sort((a, b) => compare(found[a], found[b]) || a - b)
  const tops = placeColumn(order.map((index) => ({ target: found[index]?.target ?? 0, weight: found[index]?.weight ?? 0, height: at.height })), at.top)
  const placeOf = new Map(order.map((index, place) => [index, place]))
  return {
    places: order.map((index, place) => ({ id: found[index]?.id ?? '', y: tops[place] ?? 0 })),
    links: links.map((link) => ({ row: link.row, place: placeOf.get(link.found) ?? 0, edge: link.edge })),
  }
}

function compare(a: { readonly target: number; readonly order: number } | undefined, b: { readonly target: number; readonly order: number } | undefined): number {
  if (!a || !b) return 0
  return a.target - b.target || a.order - b.order
}

/** The edges that start at a row: a rule's own, a folded host's bundle; none of a rule that is never reached. */
export function edgesOfRow(graph: MapGraph, row: HostColumnRow): readonly MapEdge[] {
  const host = graph.hosts[row.index]
  if (!host) return []
  if (row.kind === 'host') return host.to
  const rule = host.rules?.[row.rule]
  return rule && !rule.dead ? rule.to : []
}
