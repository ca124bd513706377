'use client'
import { useRouter } from 'next/navigation'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { Screen, TruthBar, type TruthFact } from '@/components/ui/bars'
import type { Stale } from '@/components/ui/panel'
import type { MissingRight } from '@/components/ui/states'
import type { ViewParams } from '@/lib/client/view-key'
import { isOnMap } from '@/lib/mesh/graph/graph-index'
import { parseMapKey } from '@/lib/mesh/graph/map-keys'
import type { MapGraph } from '@/lib/mesh/graph/model'
import type { LiveLayer } from './live/live-bar'
import { LiveMarksContext, noMarks } from './live/live-mark'
import { shownGraph } from './live/live-marks'
import { MapBoard, useWidth } from './map-board'
import { MapToolbar } from './map-toolbar'
import { useMapKeys } from './use-map-keys'
import { useMapModel } from './use-map-model'
import type { MapParams, SetMapParams } from './use-map-params'

const MapInspector = lazy(() => import('./map-inspector').then((module) => ({ default: module.MapInspector })))
const LiveBar = lazy(() => import('./live/live-bar').then((module) => ({ default: module.LiveBar })))
const MapPhone = lazy(() => import('./map-phone').then((module) => ({ default: module.MapPhone })))

/** Below this width one column is shown at a time, px. */
const narrow = 640
/** How many more hosts one click shows. */
const page = 200

/** The map with everything that a person can do on it, from data that is already here. */
export function MapView({ cluster, graph: declared, asked: wanted, params, setParams, facts, revision, stale, forbidden }: {
  readonly cluster: string
  /** What is declared. */
  readonly graph: MapGraph
  /** The parameters of the view, but for the gateway. */
  readonly asked: ViewParams
  readonly params: MapParams
  readonly setParams: SetMapParams
  readonly facts: readonly TruthFact[]
  /** The revision that the map is of; a new one has the pods read again. */
  readonly revision: number
  readonly stale: Stale | null
  /** Rights that are missing; said where the map would be. */
  readonly forbidden: readonly MissingRight[]
}) {
  const router = useRouter()
  const search = useRef<HTMLInputElement>(null)
  const [measure, width] = useWidth()
  const [hover, setHover] = useState<string | null>(null)
  const [cursor, setCursor] = useState<string | null>(null)
  const [layer, setLayer] = useState<LiveLayer | null>(null)
  const live = declared.gateway === 'all' || declared.gateway === '' ? null : declared.gateway
  const view = live === null ? 'declared' : params.view
  const graph = useMemo(() => shownGraph(declared, view, layer?.graphs ?? []), [declared, view, layer])
  const asked = JSON.stringify([graph.gateway, params.q, params.hosts, view, params.pod])
  const model = useMapModel({ graph, asked, width: Math.max(width, narrow), density: params.density, hover, cursor, pinned: params.pin, only: params.only })
  const { index } = model
  const pin = (key: string | null): void => {
    setCursor(null)
    const thing = key === null ? null : parseMapKey(key)
    const host = thing?.kind === 'host' ? index.hosts.get(thing.id) : undefined
    setParams({ pin: key, ...(key === null ? { only: false } : {}), ...(host && host.rules === null && host.ruleCount > 0 && params.density !== 'strip' ? { open: [...params.open, host.id] } : {}) })
  }
  const fold = (id: string): void => {
    const isOpen = index.hosts.get(id)?.rules !== null
    const open = params.open.includes('all') ? graph.hosts.map((host) => host.id) : params.open
    setParams({ open: isOpen ? open.filter((other) => other !== id) : [...open, id] })
  }
  useNamedHost(graph, params, setParams)
  useMapKeys({ model, params, setParams, cursor, setCursor, pin, fold, cluster, search, go: (href) => router.push(href) })
  const pinned = params.pin !== null && isOnMap(model.index, params.pin) ? params.pin : null
  const common = { index, pinned, onPick: pin, onFold: fold, onMore: () => setParams({ hosts: graph.hosts.length + page }) }
  return (
    <LiveMarksContext value={layer?.marks ?? noMarks}>
      <Screen
        toolbar={<MapToolbar cluster={cluster} gateway={graph.gateway} gateways={graph.gateways} filter={params.q} view={live === null ? null : view} search={search} onView={(chosen) => setParams({ view: chosen })} onGateway={(gateway) => { setCursor(null); setParams({ gw: gateway, pod: null, open: [], pin: null, only: false }) }} onFilter={(q) => setParams({ q })} onExport={(format) => void import('./map-download').then((module) => module.downloadMap(index, params.density, format))} />}
        truth={<TruthBar facts={facts} keys={[{ keys: '←→', does: 'heaviest edge' }, { keys: '↑↓', does: 'column' }, { keys: 'f', does: 'only this path' }, { keys: 'v', does: 'live' }, { keys: 'e', does: 'edit' }, { keys: 'x', does: 'explain' }]} />}
        inspector={pinned === null ? null : <Suspense><MapInspector key={pinned} cluster={cluster} index={index} pin={pinned} onPin={pin} onClose={() => pin(null)} /></Suspense>}
        scroll={false}
      >
        <h1 className="sr-only">Map{graph.gateway === '' ? '' : ` of ${graph.gateway}`}</h1>
        <div className="map-live-layer">
          {live !== null && view !== 'declared' ? <Suspense><LiveBar cluster={cluster} gateway={live} revision={revision} view={view} pod={params.pod} params={wanted} onPod={(pod) => setParams({ pod })} onLayer={setLayer} /></Suspense> : null}
          <div ref={measure} className="map-live-under">
            {width === 0 ? null : width <= narrow
              ? <Suspense><MapPhone {...common} /></Suspense>
              : <MapBoard {...common} layout={model.layout} width={width} lit={model.lit} active={model.active} cursor={cursor} only={params.only} orderChanged={model.orderChanged} stale={stale} forbidden={forbidden} reading={view === 'live' && layer?.reading !== false} onHover={setHover} onDensity={(density) => setParams({ density })} onApplyOrder={model.applyOrder} />}
          </div>
        </div>
      </Screen>
    </LiveMarksContext>
  )
}

/** Pins the host that a link named, and opens it. */
function useNamedHost(graph: MapGraph, params: MapParams, setParams: SetMapParams): void {
  const found = params.host === null ? undefined : graph.hosts.find((host) => host.name === params.host)
  useEffect(() => {
    if (found) setParams({ host: null, pin: `host:${found.id}`, open: params.open.includes(found.id) ? params.open : [...params.open, found.id] })
  }, [found, params.open, setParams])
}
