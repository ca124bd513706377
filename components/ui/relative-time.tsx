'use client'
import { useSyncExternalStore } from 'react'

const units = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3_600 },
  { name: 'min', seconds: 60 },
] as const

/** A duration in one unit, with a space: `3 min`, `2 h`, `12 d`; under ten seconds with a tenth: `0.4 s`. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds / 1000)
  const unit = units.find((candidate) => seconds >= candidate.seconds)
  if (unit) return `${Math.floor(seconds / unit.seconds)} ${unit.name}`
  return seconds < 10 ? `${(Math.floor(seconds * 10) / 10).toFixed(1)} s` : `${Math.floor(seconds)} s`
}

/** The time of day in the browser's zone, `14:02:11`. */
export function formatClock(epoch: number): string {
  const date = new Date(epoch)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}

let now = Date.now()
const listeners = new Set<() => void>()
let ticking: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (ticking === undefined) now = Date.now()
  ticking ??= setInterval(() => { now = Date.now(); for (const each of listeners) each() }, 1_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(ticking)
    ticking = undefined
  }
}

/** The time, once a second, from one clock for the whole page; 0 while rendered by the server. Epoch ms. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, readNow, () => 0)
}

function readNow(): number {
  return now
}

/** How long ago, with the exact time on hover. `at` in epoch ms. */
export function Ago({ at }: { readonly at: number }) {
  const current = useNow()
  const iso = new Date(at).toISOString()
  return <time dateTime={iso} title={new Date(at).toLocaleString()} suppressHydrationWarning>{formatAge(current - at)}</time>
}
