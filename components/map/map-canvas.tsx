'use client'
import '@xyflow/react/dist/base.css'
import { PanOnScrollMode, ReactFlow, ReactFlowProvider, useReactFlow, useStore, useStoreApi, type CoordinateExtent } from '@xyflow/react'
import { useCallback, useEffect, useRef, type MouseEvent } from 'react'
import type { GraphIndex } from '@/lib/mesh/graph/graph-index'
import type { MapLayout } from '@/lib/mesh/graph/layout'
import { parseMapKey, type MapKey } from '@/lib/mesh/graph/map-keys'
import { standsAt } from '@/lib/mesh/graph/walk'
import { elementId } from './map-rows'
import { MapScrollbar } from './map-scrollbar'
import { MapWindow } from './map-window'
import { useHover } from './use-hover'

const noNodes: never[] = []

interface CanvasProps {
  readonly index: GraphIndex
  readonly layout: MapLayout
  readonly width: number
  readonly label: string
  readonly lit: ReadonlySet<MapKey>
  readonly active: string | null
  readonly pinned: string | null
  readonly cursor: string | null
  readonly onHover: (key: string | null) => void
  readonly onPick: (key: string) => void
  readonly onFold: (hostId: string) => void
  readonly onMore: () => void
  /** Ctrl or ⌘ with the wheel: a step to a denser (1) or to a wider (−1) drawing. */
  readonly onDensity: (step: 1 | -1) => void
}

/** The map itself: React Flow is the viewport (x locked, vertical scroll), the rows in it are our own and only those on the screen. */
export function MapCanvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  )
}

function Canvas({ index, layout, width, label, lit, active, pinned, cursor, onHover, onPick, onFold, onMore, onDensity }: CanvasProps) {
  const frame = useRef<HTMLDivElement>(null)
  const viewHeight = useStore((state) => state.height)
  // Before the height is known the extent is larger than any screen: d3 would centre a map that is smaller than its view.
  const extent: CoordinateExtent = [[0, 0], [width, Math.max(layout.height, viewHeight === 0 ? 20_000 : viewHeight)]]
  const hover = useHover(onHover)
  useStayInside(layout.height)
  useKeepInView(index, layout, cursor ?? pinned)
  useDensityWheel(frame, onDensity)
  // React Flow calls itself an application; to a screen reader it is only a layer between the tree and its items.
  useEffect(() => frame.current?.querySelector('.react-flow')?.setAttribute('role', 'presentation'), [])
  const onClick = useCallback((event: MouseEvent) => {
    const target = event.target instanceof Element ? event.target : null
    const key = target?.closest('[data-key]')?.getAttribute('data-key')
    frame.current?.focus({ preventScroll: true })
    if (key === null || key === undefined) return
    const thing = parseMapKey(key)
    if (thing?.kind === 'host' && target?.closest('[data-fold]')) onFold(thing.id)
    else onPick(key)
  }, [onFold, onPick])
  return (
    <div
      ref={frame} className="map-canvas" role="tree" aria-label={label} tabIndex={0} aria-activedescendant={activeElement(layout, cursor ?? pinned)}
      onClick={onClick} onPointerMove={hover.move} onPointerLeave={hover.leave}
    >
      <ReactFlow
        nodes={noNodes} edges={noNodes} minZoom={1} maxZoom={1} translateExtent={extent}
        panOnScroll panOnScrollMode={PanOnScrollMode.Vertical} panOnScrollSpeed={1} panOnDrag zoomOnScroll={false} zoomOnPinch={false} zoomOnDoubleClick={false} preventScrolling
        nodesDraggable={false} nodesConnectable={false} nodesFocusable={false} edgesFocusable={false} elementsSelectable={false} disableKeyboardA11y
        panActivationKeyCode={null} selectionKeyCode={null} multiSelectionKeyCode={null} deleteKeyCode={null} zoomActivationKeyCode={null} proOptions={{ hideAttribution: true }}
      >
        <MapWindow index={index} layout={layout} width={width} lit={lit} active={active} pinned={pinned} cursor={cursor} onMore={onMore} />
      </ReactFlow>
      <MapScrollbar height={layout.height} />
    </div>
  )
}

function activeElement(layout: MapLayout, key: string | null): string | undefined {
  const thing = key === null ? null : parseMapKey(key)
  if (key === null || !thing) return undefined
  if (thing.kind !== 'to') return elementId(key)
  const place = layout.destinations.find((candidate) => candidate.id === thing.id)
  return place ? elementId(`${key}@${place.y}`) : undefined
}

/** Brings the view back onto a map that became shorter. */
function useStayInside(height: number): void {
  const flow = useReactFlow()
  const store = useStoreApi()
  const viewHeight = useStore((state) => state.height)
  useEffect(() => {
    const top = -store.getState().transform[1]
    const clamped = Math.max(0, Math.min(top, height - viewHeight))
    if (viewHeight > 0 && clamped !== top) void flow.setViewport({ x: 0, y: -clamped, zoom: 1 })
  }, [height, viewHeight, flow, store])
}

/** Scrolls no farther than it must to bring what was chosen by key or link into view. */
function useKeepInView(index: GraphIndex, layout: MapLayout, key: string | null): void {
  const flow = useReactFlow()
  const store = useStoreApi()
  const latest = useRef({ index, layout })
  useEffect(() => { latest.current = { index, layout } })
  const ready = useStore((state) => state.height > 0)
  useEffect(() => {
    if (key === null || !ready) return
    const { height, transform } = store.getState()
    const place = standsAt(latest.current.index, latest.current.layout, key)
    if (!place) return
    const top = -transform[1]
    const margin = 56
    const wanted = place.y < top + margin ? place.y - margin : place.y + place.height > top + height - margin ? place.y + place.height + margin - height : top
    const clamped = Math.max(0, Math.min(wanted, latest.current.layout.height - height))
    if (Math.abs(clamped - top) > 1) void flow.setViewport({ x: 0, y: -clamped, zoom: 1 })
  }, [key, ready, flow, store])
}

/** Ctrl-wheel changes the density; a wheel turn of less than 80 px is not a step yet. */
function useDensityWheel(frame: { readonly current: HTMLElement | null }, onDensity: (step: 1 | -1) => void): void {
  const latest = useRef(onDensity)
  useEffect(() => { latest.current = onDensity })
  useEffect(() => {
    const element = frame.current
    if (!element) return
    let turned = 0
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      event.stopPropagation()
      turned += event.deltaY
      if (Math.abs(turned) < 80) return
      latest.current(turned > 0 ? -1 : 1)
      turned = 0
    }
    element.addEventListener('wheel', onWheel, { capture: true, passive: false })
    return () => element.removeEventListener('wheel', onWheel, { capture: true })
  }, [frame])
}
