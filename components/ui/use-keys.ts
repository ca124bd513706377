'use client'
import { useEffect, useRef } from 'react'

/** Key (as KeyboardEvent.key, with `Mod+` for ⌘ or Ctrl) → what it does. Return false to let the key through. */
export type KeyTable = Readonly<Record<string, ((event: KeyboardEvent) => unknown) | undefined>>

/**
 * Keys of a screen, on the window. Plain keys rest while a text input has the focus (but Escape), while an
 * element has handled the event, and while a menu, popover or the palette is open.
 */
export function useKeys(table: KeyTable, enabled = true): void {
  const latest = useRef(table)
  useEffect(() => { latest.current = table })
  useEffect(() => {
    if (!enabled) return
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      const mod = event.metaKey || event.ctrlKey
      const name = mod ? `Mod+${event.key.toLowerCase()}` : event.key
      const action = Object.hasOwn(latest.current, name) ? latest.current[name] : undefined
      if (!action || event.altKey) return
      if (!mod && (isFloatOpen() || (isTyping(event.target) && event.key !== 'Escape'))) return
      if (action(event) !== false) event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [enabled])
}

/** Whether the target takes text. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type)
}

function isFloatOpen(): boolean {
  return document.querySelector('[data-float-open]') !== null
}
