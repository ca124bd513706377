import { useState, type KeyboardEvent, type PointerEvent } from 'react'

/** A row that is being dragged, and the row that the pointer is over. */
export interface RowDrag {
  readonly from: string
  readonly over: string | null
}

/**
 * Rows dragged by a grip with mouse, pen or finger. Rows carry `data-drop` with their id; `grip(id)` goes on the handle.
 * Let go over another row is a drop; Escape, or the pointer's loss, is none.
 */
export function useRowDrag(onDrop: (from: string, over: string) => void) {
  const [drag, setDrag] = useState<RowDrag | null>(null)
  const grip = (id: string) => ({
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0) return
      event.currentTarget.setPointerCapture(event.pointerId)
      setDrag({ from: id, over: null })
    },
    onPointerMove(event: PointerEvent) {
      if (drag === null) return
      const row = document.elementFromPoint(event.clientX, event.clientY)?.closest('[data-drop]') ?? null
      const over = row?.getAttribute('data-drop') ?? null
      if (over === drag.over) return
      row?.scrollIntoView({ block: 'nearest' })
      setDrag({ from: drag.from, over: over === drag.from ? null : over })
    },
    onPointerUp() {
      if (drag?.over != null) onDrop(drag.from, drag.over)
      setDrag(null)
    },
    onPointerCancel: () => setDrag(null),
  })
  const cancel = (event: KeyboardEvent): void => { if (event.key === 'Escape') setDrag(null) }
  return { drag, grip, cancel }
}
