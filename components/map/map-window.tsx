'use client'
import { ViewportPortal, useStore } from '@xyflow/react'
import { useMemo } from 'react'
import type { GraphIndex } from '@/lib/mesh/graph/graph-index'
import type { MapLayout } from '@/lib/mesh/graph/layout'
import { rowKey } from '@/lib/mesh/graph/layout-edges'
import { densityMetrics } from '@/lib/mesh/graph/layout-rows'
import { edgeTiles, edgesBetween, itemsBetween } from '@/lib/mesh/graph/layout-window'
import type { MapKey } from '@/lib/mesh/graph/map-keys'
import { MapEdges } from './map-edges'
import { DestinationNode, EntryNode, ServerNode } from './map-nodes'
import { HostRow, RuleRow } from './map-rows'
import { MoreRow } from './more-row'
import { spineOf } from './spine'

/** The window moves in steps, so that most frames of a scroll move one layer and render nothing. */
const step = 56

/** What is on the screen of the map, and only that: rows, nodes and edges between two heights. */
export function MapWindow({ index, layout, width, lit, active, pinned, cursor, onMore }: {
  readonly index: GraphIndex
  readonly layout: MapLayout
  readonly width: number
  /** Keys on the lit path; empty when nothing is lit. */
  readonly lit: ReadonlySet<MapKey>
  /** What the path is lit for. */
  readonly active: string | null
  readonly pinned: string | null
  readonly cursor: string | null
  readonly onMore: () => void
}) {
  const top = useStore((state) => Math.floor(-state.transform[1] / step) * step)
  const viewHeight = useStore((state) => state.height)
  const tiles = useMemo(() => edgeTiles(layout), [layout])
  const window = useMemo(() => ({ top, bottom: top + Math.max(viewHeight, step) + step }), [top, viewHeight])
  const rows = useMemo(() => itemsBetween(layout.rows, 48, window), [layout, window])
  const edges = useMemo(() => edgesBetween(layout, tiles, window), [layout, tiles, window])
  const stubs = useMemo(() => rows.flatMap((row) => {
    const rule = row.kind === 'rule' ? index.graph.hosts[row.index]?.rules?.[row.rule] : undefined
    return rule?.dead ? [{ key: rowKey(index.graph, row), x: layout.columns.host.x + layout.columns.host.width, y: row.y + row.height / 2 }] : []
  }), [rows, index, layout])
  const { columns, density } = layout
  const metrics = densityMetrics[density]
  const look = (key: MapKey) => ({ off: lit.size > 0 && !lit.has(key), pinned: pinned === key, cursor: cursor === key && pinned !== key })
  const spine = spineOf(index, layout, active)
  const several = index.graph.gateway === 'all'
  return (
    <ViewportPortal>
      <MapEdges edges={edges} stubs={stubs} lit={lit} onlyLit={density === 'strip'} top={window.top} height={window.bottom - window.top} width={width} />
      {spine ? <i className={`map-spine ${spine.protocol}`} style={{ top: spine.top, height: spine.height, left: columns.host.x }} /> : null}
      {itemsBetween(layout.entries, 44, window).map(({ id, y }) => {
        const entry = index.entries.get(id)
        return entry ? <EntryNode key={id} entry={entry} several={several} y={y} {...columns.entry} density={density} {...look(`entry:${id}`)} /> : null
      })}
      {itemsBetween(layout.servers, 44, window).map(({ id, y }) => {
        const server = index.servers.get(id)
        return server ? <ServerNode key={id} server={server} y={y} {...columns.server} density={density} {...look(`server:${id}`)} /> : null
      })}
      {rows.map((row) => {
        if (row.kind === 'more') return <MoreRow key="more" totals={index.graph.totals} y={row.y} {...columns.host} onMore={onMore} />
        const host = index.graph.hosts[row.index]
        const key = rowKey(index.graph, row)
        if (!host) return null
        if (row.kind === 'host') return <HostRow key={key} host={host} density={density} y={row.y} height={row.height} {...columns.host} {...look(key)} />
        const rule = host.rules?.[row.rule]
        return rule ? <RuleRow key={key} host={host.id} rule={rule} destinations={index.destinations} density={density} y={row.y} height={row.height} {...columns.host} {...look(key)} last={row.rule === (host.rules?.length ?? 0) - 1} /> : null
      })}
      {itemsBetween(layout.destinations, metrics.to, window).map(({ id, y }) => {
        const destination = index.destinations.get(id)
        return destination ? <DestinationNode key={`${id} ${y}`} destination={destination} y={y} {...columns.to} pods={columns.pods} density={density} {...look(`to:${id}`)} /> : null
      })}
    </ViewportPortal>
  )
}
