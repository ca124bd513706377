'use client'
import { useEffect, useMemo, useState } from 'react'
import { indexGraph, isOnMap, litPath, onlyLit, type GraphIndex } from '@/lib/mesh/graph/graph-index'
import { keepHostOrder } from '@/lib/mesh/graph/keep-order'
import { layoutMap, type MapLayout } from '@/lib/mesh/graph/layout'
import type { Density } from '@/lib/mesh/graph/layout-rows'
import type { MapKey } from '@/lib/mesh/graph/map-keys'
import type { MapGraph } from '@/lib/mesh/graph/model'

/** What is drawn, made from the newest map and what the person points at. */
export interface MapModel {
  readonly index: GraphIndex
  readonly layout: MapLayout
  /** What is lit: under the pointer, under the keyboard's cursor, or pinned. */
  readonly active: string | null
  readonly lit: ReadonlySet<MapKey>
  /** The newest map orders its hosts otherwise; `applyOrder` takes that over. */
  readonly orderChanged: boolean
  readonly applyOrder: () => void
}

/** Indexes, orders, narrows and lays out a map. `asked` names what was asked for: another question may reorder, an update may not. */
export function useMapModel(input: { readonly graph: MapGraph; readonly asked: string; readonly width: number; readonly density: Density; readonly hover: string | null; readonly cursor: string | null; readonly pinned: string | null; readonly only: boolean }): MapModel {
  const { graph, asked, width, density, hover, cursor, pinned, only } = input
  const [shown, setShown] = useState<{ readonly asked: string; readonly order: readonly string[] }>({ asked: '', order: [] })
  const kept = useMemo(() => (shown.asked === asked ? keepHostOrder(shown.order, graph) : { graph, changed: false }), [shown, asked, graph])
  useEffect(() => {
    setShown((before) => {
      const order = kept.graph.hosts.map((host) => host.id)
      return before.asked === asked && before.order.length === order.length && before.order.every((id, at) => id === order[at]) ? before : { asked, order }
    })
  }, [asked, kept])
  const whole = useMemo(() => indexGraph(kept.graph), [kept.graph])
  const index = useMemo(() => (only && pinned !== null && isOnMap(whole, pinned) ? indexGraph(onlyLit(whole.graph, litPath(whole, pinned))) : whole), [whole, only, pinned])
  const layout = useLayouts(index.graph, width, density)
  const active = [hover, cursor, pinned].find((key) => key !== null && isOnMap(index, key)) ?? null
  const lit = useMemo(() => (active === null ? new Set<MapKey>() : litPath(index, active)), [index, active])
  return { index, layout, active, lit, orderChanged: kept.changed, applyOrder: () => setShown({ asked, order: graph.hosts.map((host) => host.id) }) }
}

const densities: readonly Density[] = ['strip', 'line', 'detail']

/** The layout at a density; those at the other densities are made while the browser is idle, so that zooming does not wait for them. */
function useLayouts(graph: MapGraph, width: number, density: Density): MapLayout {
  const made = useMemo(() => {
    const layouts = new Map<Density, MapLayout>()
    return (wanted: Density): MapLayout => {
      const known = layouts.get(wanted)
      if (known) return known
      const layout = layoutMap(graph, { width, density: wanted })
      layouts.set(wanted, layout)
      return layout
    }
  }, [graph, width])
  useEffect(() => {
    const idle = densities.map((other) => requestIdleCallback(() => made(other)))
    return () => idle.forEach((handle) => cancelIdleCallback(handle))
  }, [made])
  return made(density)
}
