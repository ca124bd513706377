import type { DestinationLink, PlacedDestination } from './layout-destinations'
import type { LayoutColumns } from './layout-columns'
import { assignLanes, edgeWidth, stackOffsets } from './layout-path'
import type { HostColumnRow } from './layout-rows'
import { ruleKey, type MapKey } from './map-keys'
import type { MapDestination, MapGraph, MapProtocol } from './model'

/** An edge in pixels; `edgePath` makes its SVG path. */
export interface LayoutEdge {
  readonly from: MapKey
  readonly to: MapKey
  readonly kind: 'route' | 'mirror' | 'trunk'
  readonly protocol: MapProtocol
  readonly width: number
  /** `90%`, `mirror`, or null where the edge is all there is. */
  readonly label: string | null
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
  /** x of the riser. */
  readonly lane: number
}

const stub = 14
const labelRoom = 50
const laneStep = 6
/** An edge that would rise less than this runs level into its destination, which is 28 px high; less would only be a kink. */
const nearlyLevel = 9

/** The key of a row of the host column. */
export function rowKey(graph: MapGraph, row: HostColumnRow): MapKey {
  const host = graph.hosts[row.index]
  if (!host) return 'host:'
  return row.kind === 'rule' ? ruleKey(host.id, host.rules?.[row.rule]?.number ?? 0) : `host:${host.id}`
}

/** Edges from rules and folded hosts to destinations: the heaviest level, the others beside it, each riser in a lane before the labels. */
export function destinationEdges(graph: MapGraph, at: {
  readonly rows: readonly HostColumnRow[]
  readonly places: readonly PlacedDestination[]
  readonly links: readonly DestinationLink[]
  readonly columns: LayoutColumns
  readonly destinations: ReadonlyMap<string, MapDestination>
  readonly toHeight: number
}): readonly LayoutEdge[] {
  const x0 = at.columns.host.x + at.columns.host.width
  const x1 = at.columns.to.x
  const starts = stackEnds(at.links, (link) => link.row, (link) => side(at, link))
  const ends = stackEnds(at.links, (link) => link.place, (link) => (side(at, link) === 0 ? 0 : side(at, link) === 1 ? -1 : 1))
  const lanes = Math.max(1, Math.floor((x1 - x0 - stub - labelRoom) / laneStep) + 1)
  const y = at.links.map((link, index) => {
    const y0 = middle(at.rows[link.row]) + (starts[index] ?? 0)
    const y1 = (at.places[link.place]?.y ?? 0) + at.toHeight / 2 + (ends[index] ?? 0)
    const nearly = starts[index] === 0 && ends[index] === 0 && Math.abs(y1 - y0) <= nearlyLevel
    return { y0, y1: nearly ? y0 : y1 }
  })
  const assigned = assignLanes(y.map(({ y0, y1 }) => ({ from: y0, to: y1 })), lanes)
  const labelled = new Set<string>()
  return at.links.flatMap((link, index): readonly LayoutEdge[] => {
    const row = at.rows[link.row]
    const place = at.places[link.place]
    const ys = y[index]
    if (!row || !place || !ys) return []
    const splits = row.kind === 'rule' && (link.edge.kind === 'mirror' || link.edge.share < 0.9995)
    const label = splits && !labelled.has(`${link.place} ${Math.round(ys.y1 / 12)}`) ? (link.edge.kind === 'mirror' ? 'mirror' : shareLabel(link.edge.share)) : null
    if (label !== null) labelled.add(`${link.place} ${Math.round(ys.y1 / 12)}`)
    return [{
      from: rowKey(graph, row), to: `to:${place.id}`, kind: link.edge.kind, protocol: at.destinations.get(place.id)?.protocol ?? 'http',
      width: widthOf(graph, at.rows, link), label, x0, x1, ...ys, lane: x0 + stub + (assigned[index] ?? 0) * laneStep,
    }]
  })
}

/** `90%`; what is under one percent keeps a digit. */
export function shareLabel(share: number): string {
  const percent = share * 100
  return `${percent > 0 && percent < 1 ? percent.toFixed(1) : Math.round(percent)}%`
}

function widthOf(graph: MapGraph, rows: readonly HostColumnRow[], link: DestinationLink): number {
  if (link.edge.kind === 'mirror') return 1.5
  const row = rows[link.row]
  return edgeWidth(link.edge.share, row?.kind === 'host' ? (graph.hosts[row.index]?.rate ?? null) : null)
}

function middle(row: HostColumnRow | undefined): number {
  return row ? row.y + row.height / 2 : 0
}

function side(at: { readonly rows: readonly HostColumnRow[]; readonly places: readonly PlacedDestination[]; readonly toHeight: number }, link: DestinationLink): -1 | 0 | 1 {
  const rise = (at.places[link.place]?.y ?? 0) + at.toHeight / 2 - middle(at.rows[link.row])
  return Math.abs(rise) < 0.5 ? 0 : rise < 0 ? -1 : 1
}

/** Offsets of the edges at one of their ends: level ones first, then the heaviest. */
function stackEnds(links: readonly DestinationLink[], endOf: (link: DestinationLink) => number, sideOf: (link: DestinationLink) => -1 | 0 | 1): readonly number[] {
  const offsets = new Array<number>(links.length).fill(0)
  const groups = new Map<number, number[]>()
  links.forEach((link, index) => {
    const group = groups.get(endOf(link))
    if (group) group.push(index)
    else groups.set(endOf(link), [index])
  })
  for (const group of groups.values()) {
    if (group.length === 1) continue
    const ends = group.flatMap((index) => {
      const link = links[index]
      return link ? [{ index, link, side: sideOf(link) }] : []
    })
    ends.sort((a, b) => Math.abs(a.side) - Math.abs(b.side) || b.link.edge.share - a.link.edge.share)
    const stacked = stackOffsets(ends.map(({ link }) => (link.edge.kind === 'mirror' ? 1.5 : edgeWidth(link.edge.share, null))), ends.map((end) => end.side))
    ends.forEach(({ index }, position) => { offsets[index] = Math.max(-10, Math.min(10, stacked[position] ?? 0)) })
  }
  return offsets
}
