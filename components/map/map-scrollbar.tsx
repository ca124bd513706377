'use client'
import { useReactFlow, useStore } from '@xyflow/react'
import { useRef, type PointerEvent } from 'react'
import { useKeys } from '@/components/ui/use-keys'

/** Where the screen is on the whole map: a thumb that can be dragged, and the keys that page. Nothing where all fits. */
export function MapScrollbar({ height }: { readonly height: number }) {
  const flow = useReactFlow()
  const view = useStore((state) => state.height)
  const top = useStore((state) => -state.transform[1])
  const grab = useRef<{ readonly y: number; readonly top: number } | null>(null)
  const most = Math.max(0, height - view)
  const to = (wanted: number): void => void flow.setViewport({ x: 0, y: -Math.max(0, Math.min(most, wanted)), zoom: 1 })
  useKeys({
    PageDown: () => to(top + view - 56),
    PageUp: () => to(top - view + 56),
    Home: () => to(0),
    End: () => to(most),
  }, most > 0)
  if (most === 0 || view === 0) return null
  const thumb = Math.max(24, (view / height) * view)
  const scale = most / (view - thumb)
  const drag = {
    onPointerDown: (event: PointerEvent) => {
      event.currentTarget.setPointerCapture(event.pointerId)
      grab.current = { y: event.clientY, top }
    },
    onPointerMove: (event: PointerEvent) => { if (grab.current) to(grab.current.top + (event.clientY - grab.current.y) * scale) },
    onPointerUp: () => { grab.current = null },
  }
  return <div className="map-scrollbar" aria-hidden="true"><i style={{ height: thumb, transform: `translateY(${top / scale}px)` }} {...drag} /></div>
}
