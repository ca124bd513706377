'use client'
import { useEffect, useMemo, useRef, type PointerEvent } from 'react'

/** How long the pointer rests before a path lights up, ms (token t-fast). */
const restMillis = 80

/** Tells what the pointer rests on, by its `data-key`; null as soon as it is on nothing. */
export function useHover(onHover: (key: string | null) => void): { readonly move: (event: PointerEvent) => void; readonly leave: () => void } {
  const latest = useRef(onHover)
  useEffect(() => { latest.current = onHover })
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const over = useRef<string | null>(null)
  useEffect(() => () => clearTimeout(timer.current), [])
  return useMemo(() => {
    const set = (key: string | null): void => {
      if (key === over.current) return
      over.current = key
      clearTimeout(timer.current)
      timer.current = setTimeout(() => latest.current(key), restMillis)
    }
    return {
      move: (event) => {
        if (event.pointerType === 'touch' || event.buttons !== 0) return
        set(event.target instanceof Element ? (event.target.closest('[data-key]')?.getAttribute('data-key') ?? null) : null)
      },
      leave: () => set(null),
    }
  }, [])
}
