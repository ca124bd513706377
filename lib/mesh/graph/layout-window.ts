import type { MapLayout } from './layout'
import type { LayoutEdge } from './layout-edges'

const tile = 512

/** The edges of a layout by stretch of the map, so that a window's edges are found without looking at all. */
export type EdgeTiles = ReadonlyMap<number, readonly number[]>

/**
 * Sorts edges into tiles. An edge to a destination lies in every tile that it crosses (they are short). Of a trunk's edges only the
 * farthest does; the others lie where they end, since the trunk is already drawn on the way.
 */
export function edgeTiles(layout: MapLayout): EdgeTiles {
  const tiles = new Map<number, number[]>()
  const farthest = farthestOfTrunks(layout.edges)
  layout.edges.forEach((edge, index) => {
    const whole = edge.kind !== 'trunk' || farthest.has(index)
    const from = whole ? Math.min(edge.y0, edge.y1) : edge.y1
    const to = whole ? Math.max(edge.y0, edge.y1) : edge.y1
    for (let at = Math.floor(from / tile); at <= Math.floor(to / tile); at++) {
      const list = tiles.get(at)
      if (list) list.push(index)
      else tiles.set(at, [index])
    }
  })
  return tiles
}

function farthestOfTrunks(edges: readonly LayoutEdge[]): ReadonlySet<number> {
  const ends = new Map<string, { up: number; down: number }>()
  edges.forEach((edge, index) => {
    if (edge.kind !== 'trunk') return
    const known = ends.get(edge.from) ?? { up: index, down: index }
    ends.set(edge.from, {
      up: edge.y1 < (edges[known.up]?.y1 ?? 0) ? index : known.up,
      down: edge.y1 > (edges[known.down]?.y1 ?? 0) ? index : known.down,
    })
  })
  return new Set([...ends.values()].flatMap((end) => [end.up, end.down]))
}

/** The edges that can be seen between two heights, in the layout's order. */
export function edgesBetween(layout: MapLayout, tiles: EdgeTiles, window: { readonly top: number; readonly bottom: number }): readonly LayoutEdge[] {
  const found = new Set<number>()
  for (let at = Math.floor((window.top - 10) / tile); at <= Math.floor((window.bottom + 10) / tile); at++) for (const index of tiles.get(at) ?? []) found.add(index)
  return [...found].sort((a, b) => a - b).flatMap((index) => {
    const edge = layout.edges[index]
    if (!edge) return []
    const seen = edge.kind === 'trunk' ? Math.max(edge.y0, edge.y1) >= window.top && Math.min(edge.y0, edge.y1) <= window.bottom : Math.max(edge.y0, edge.y1) >= window.top - 10 && Math.min(edge.y0, edge.y1) <= window.bottom + 10
    return seen ? [edge] : []
  })
}

/** Those of a column's items, which stand in order of y, that can be seen between two heights. */
export function itemsBetween<T extends { readonly y: number }>(items: readonly T[], height: number, window: { readonly top: number; readonly bottom: number }): readonly T[] {
  const from = firstBelow(items, window.top - height)
  const to = firstBelow(items, window.bottom)
  return items.slice(from, to)
}

function firstBelow(items: readonly { readonly y: number }[], y: number): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((items[middle]?.y ?? 0) < y) low = middle + 1
    else high = middle
  }
  return low
}
