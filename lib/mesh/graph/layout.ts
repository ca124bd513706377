import { layoutColumns, type LayoutColumns } from './layout-columns'
import { placeDestinations, type PlacedDestination } from './layout-destinations'
import { destinationEdges, type LayoutEdge } from './layout-edges'
import { assignLanes } from './layout-path'
import { placeColumn } from './layout-place'
import { densityMetrics, hostRows, layoutTop, type Density, type HostColumnRow } from './layout-rows'
import type { MapKey } from './map-keys'
import type { MapGraph, MapProtocol } from './model'

/** Something of the entry or server column where it stands. */
export interface PlacedNode {
  readonly id: string
  readonly y: number
}

/** The whole map in pixels. */
export interface MapLayout {
  readonly density: Density
  readonly columns: LayoutColumns
  readonly height: number
  readonly rows: readonly HostColumnRow[]
  readonly entries: readonly PlacedNode[]
  readonly servers: readonly PlacedNode[]
  readonly destinations: readonly PlacedDestination[]
  readonly edges: readonly LayoutEdge[]
}

/** Where everything stands: rows first, the other columns beside what they lead to. n log n in the number of edges. */
export function layoutMap(graph: MapGraph, at: { readonly width: number; readonly density: Density }): MapLayout {
  const metrics = densityMetrics[at.density]
  const columns = layoutColumns(at.width)
  const rows = hostRows(graph, at.density)
  const hostY = new Map(rows.flatMap((row): [string, number][] => (row.kind === 'host' ? [[graph.hosts[row.index]?.id ?? '', row.y]] : [])))
  const servers = placeServers(graph, hostY, metrics.server)
  const serverY = new Map(servers.map((server) => [server.id, server.y]))
  const entries = placeAt(graph.entries.map((entry) => ({ id: entry.id, target: Math.min(...entry.servers.map((id) => serverY.get(id) ?? Number.POSITIVE_INFINITY)), weight: Math.max(1, entry.servers.length) })), metrics.server)
  const { places, links } = placeDestinations(graph, rows, { height: metrics.to, top: layoutTop })
  const destinations = new Map(graph.destinations.map((destination) => [destination.id, destination]))
  const edges = [
    ...trunks(entries, serverEdges(graph, entries, serverY), { from: columns.entry, to: columns.server, exit: exitOf(at.density), enter: exitOf(at.density) }),
    ...trunks(servers, hostEdges(graph, serverY, hostY), { from: columns.server, to: columns.host, exit: exitOf(at.density), enter: metrics.host / 2 }),
    ...destinationEdges(graph, { rows, places, links, columns, destinations, toHeight: metrics.to }),
  ]
  const bottoms = [...rows.slice(-1).map((row) => row.y + row.height), ...[entries, servers].flatMap((column) => column.slice(-1).map((node) => node.y + metrics.server)), ...places.slice(-1).map((place) => place.y + metrics.to)]
  return { density: at.density, columns, height: Math.max(layoutTop, ...bottoms) + layoutTop, rows, entries, servers, destinations: places, edges }
}

function exitOf(density: Density): number {
  return density === 'strip' ? densityMetrics.strip.host / 2 : densityMetrics.line.host / 2
}

function placeServers(graph: MapGraph, hostY: ReadonlyMap<string, number>, height: number): readonly PlacedNode[] {
  const first = new Map<string, { y: number; primary: boolean }>()
  for (const host of graph.hosts) {
    host.servers.forEach((id, index) => {
      const known = first.get(id)
      if (!known || (!known.primary && index === 0)) first.set(id, { y: hostY.get(host.id) ?? 0, primary: index === 0 })
    })
  }
  return placeAt(graph.servers.map((server) => ({ id: server.id, target: first.get(server.id)?.y ?? Number.POSITIVE_INFINITY, weight: first.get(server.id)?.primary === true ? 10 : 1 })), height)
}

/** Places nodes in the order of their targets; those that lead to nothing shown come last, close together. */
function placeAt(nodes: readonly { readonly id: string; readonly target: number; readonly weight: number }[], height: number): readonly PlacedNode[] {
  const aimed = nodes.filter((node) => Number.isFinite(node.target)).sort((a, b) => a.target - b.target || b.weight - a.weight)
  const tops = placeColumn(aimed.map((node) => ({ target: node.target, weight: node.weight, height })), layoutTop)
  const placed = aimed.map((node, index) => ({ id: node.id, y: tops[index] ?? 0 }))
  let y = placed.length === 0 ? layoutTop : (placed[placed.length - 1]?.y ?? 0) + height
  for (const node of nodes) {
    if (Number.isFinite(node.target)) continue
    placed.push({ id: node.id, y })
    y += height
  }
  return placed
}

interface Link {
  readonly from: string
  readonly y: number
  readonly fromKey: MapKey
  readonly toKey: MapKey
  readonly protocol: MapProtocol
  readonly width: number
}

function serverEdges(graph: MapGraph, entries: readonly PlacedNode[], serverY: ReadonlyMap<string, number>): readonly Link[] {
  const placed = new Set(entries.map((entry) => entry.id))
  const protocols = new Map(graph.servers.map((server) => [server.id, server.protocol]))
  return graph.entries.filter((entry) => placed.has(entry.id)).flatMap((entry) => entry.servers.flatMap((id): Link[] => {
    const y = serverY.get(id)
    return y === undefined ? [] : [{ from: entry.id, y, fromKey: `entry:${entry.id}`, toKey: `server:${id}`, protocol: protocols.get(id) ?? 'http', width: 2 }]
  }))
}

function hostEdges(graph: MapGraph, serverY: ReadonlyMap<string, number>, hostY: ReadonlyMap<string, number>): readonly Link[] {
  const protocols = new Map(graph.servers.map((server) => [server.id, server.protocol]))
  return graph.hosts.flatMap((host) => host.servers.flatMap((id): Link[] => {
    const y = hostY.get(host.id)
    return y === undefined || !serverY.has(id) ? [] : [{ from: id, y, fromKey: `server:${id}`, toKey: `host:${host.id}`, protocol: protocols.get(id) ?? 'http', width: 2 }]
  }))
}

/** The x of a lane: the first in the middle of the gutter, the next ones beside it in turn, so that arcs have room. */
function laneFromMiddle(x0: number, x1: number, lane: number): number {
  const away = Math.ceil(lane / 2) * 6
  return (x0 + x1) / 2 + (lane % 2 === 0 ? away : -away)
}

/** Edges that leave a node together: the level one straight on, the others down one riser in a lane of the node's own. */
function trunks(nodes: readonly PlacedNode[], links: readonly Link[], at: { readonly from: { readonly x: number; readonly width: number }; readonly to: { readonly x: number }; readonly exit: number; readonly enter: number }): readonly LayoutEdge[] {
  const reach = new Map<string, { from: number; to: number }>()
  const tops = new Map(nodes.map((node) => [node.id, node.y]))
  for (const link of links) {
    const top = tops.get(link.from) ?? 0
    const known = reach.get(link.from) ?? { from: top, to: top }
    reach.set(link.from, { from: Math.min(known.from, link.y), to: Math.max(known.to, link.y) })
  }
  const x0 = at.from.x + at.from.width
  const x1 = at.to.x
  const count = Math.max(1, Math.floor((x1 - x0 - 22) / 6))
  const ids = [...reach.keys()]
  const assigned = assignLanes(ids.map((id) => reach.get(id) ?? { from: 0, to: 0 }), count)
  const lanes = new Map(ids.map((id, index) => [id, laneFromMiddle(x0, x1, assigned[index] ?? 0)]))
  return links.map((link): LayoutEdge => {
    const y0 = (tops.get(link.from) ?? 0) + at.exit
    const y1 = link.y + at.enter
    return { from: link.fromKey, to: link.toKey, kind: 'trunk', protocol: link.protocol, width: link.width, label: null, x0, x1, y0: Math.abs(y1 - y0) < 0.5 ? y0 : y0 + 4, y1, lane: lanes.get(link.from) ?? (x0 + x1) / 2 }
  })
}
