'use client'
import './map.css'
import { useEffect, useMemo, useRef, useState, type CSSProperties } from 'react'
import { cx } from '@/components/ui/cx'
import type { Stale } from '@/components/ui/panel'
import { StaleText } from '@/components/ui/stale-text'
import { Empty, Forbidden, type MissingRight } from '@/components/ui/states'
import type { GraphIndex } from '@/lib/mesh/graph/graph-index'
import type { MapLayout } from '@/lib/mesh/graph/layout'
import type { Density } from '@/lib/mesh/graph/layout-rows'
import type { MapKey } from '@/lib/mesh/graph/map-keys'
import { MapCanvas } from './map-canvas'
import { MapCrumb } from './map-crumb'
import { MapHeads } from './map-heads'
import { MapLegend, stepDensity } from './map-legend'

/** The map on a wide screen: the path in words, the headings, the five columns, the legend. */
export function MapBoard({ index, layout, width, lit, active, pinned, cursor, only, orderChanged, stale, forbidden, reading, onHover, onPick, onFold, onMore, onDensity, onApplyOrder }: {
  readonly index: GraphIndex
  readonly layout: MapLayout
  readonly width: number
  readonly lit: ReadonlySet<MapKey>
  readonly active: string | null
  readonly pinned: string | null
  readonly cursor: string | null
  readonly only: boolean
  readonly orderChanged: boolean
  readonly stale: Stale | null
  readonly forbidden: readonly MissingRight[]
  /** The pods' Envoys are being read for the first time. */
  readonly reading: boolean
  readonly onHover: (key: string | null) => void
  readonly onPick: (key: string) => void
  readonly onFold: (hostId: string) => void
  readonly onMore: () => void
  readonly onDensity: (density: Density) => void
  readonly onApplyOrder: () => void
}) {
  const { graph } = index
  const { columns } = layout
  const gap: CSSProperties & { readonly '--map-gap': string } = { '--map-gap': `${columns.pods.x - columns.to.x - columns.to.width}px` }
  const strips = [columns.entry, columns.server, columns.host, columns.to, columns.pods]
  return (
    <div className={cx('map-body', stale && 'stale')}>
      {strips.map((column, number) => <div key={column.x} className={cx('map-strip', number === 0 && 'first', number === 4 && 'end')} style={{ left: column.x, width: column.width }} />)}
      <MapCrumb index={index} at={active} pinned={pinned !== null} only={only} />
      <MapHeads columns={columns} rates={graph.hosts.some((host) => host.rate !== null)} orderChanged={orderChanged} onApplyOrder={onApplyOrder} stale={stale ? <StaleText stale={stale} /> : null} />
      <div className="map-frame" data-density={layout.density} style={gap}>
        {graph.hosts.length === 0 ? <MapEmpty graph={graph} forbidden={forbidden} reading={reading} x={columns.host.x} /> : null}
        <MapCanvas
          index={index} layout={layout} width={width} label={`Map of ${graph.gateway}`} lit={lit} active={active} pinned={pinned} cursor={cursor}
          onHover={onHover} onPick={onPick} onFold={onFold} onMore={onMore} onDensity={(step) => onDensity(stepDensity(layout.density, step))}
        />
      </div>
      <MapLegend rates={graph.hosts.some((host) => host.rate !== null)} density={layout.density} onDensity={onDensity} />
    </div>
  )
}

function MapEmpty({ graph, forbidden, reading, x }: { readonly graph: GraphIndex['graph']; readonly forbidden: readonly MissingRight[]; readonly reading: boolean; readonly x: number }) {
  if (forbidden.length > 0) return <div className="map-empty">{forbidden.map((missing) => <Forbidden key={`${missing.resource} ${missing.namespace}`} missing={missing} />)}</div>
  return (
    <div className="map-empty" style={{ left: x }}>
      {reading ? <Empty>Reading what the pods’ Envoys have …</Empty> : graph.gateway === '' ? <Empty>No gateway in this cluster: no pods carry the labels that a Gateway selects.</Empty>
        : graph.totals.hosts === 0 ? <Empty>No host on this gateway yet: no VirtualService, HTTPRoute or Ingress binds it.</Empty>
          : <Empty>No host passes the filter.</Empty>}
    </div>
  )
}

/** The width of an element, px; 0 before it is known. */
export function useWidth(): readonly [(element: HTMLElement | null) => void, number] {
  const [width, setWidth] = useState(0)
  const observer = useRef<ResizeObserver | null>(null)
  useEffect(() => () => observer.current?.disconnect(), [])
  const measure = useMemo(() => (element: HTMLElement | null) => {
    observer.current?.disconnect()
    if (!element) return
    observer.current = new ResizeObserver(([entry]) => { if (entry) setWidth(Math.floor(entry.contentRect.width)) })
    observer.current.observe(element)
    setWidth(Math.floor(element.getBoundingClientRect().width))
  }, [])
  return [measure, width]
}
