'use client'
import type { Stale } from './panel'
import { formatClock, useNow } from './relative-time'

/** `VirtualServices as of 14:02:11, retrying in 8 s`, counting down. */
export function StaleText({ stale }: { readonly stale: Stale }) {
  const now = useNow()
  const left = stale.retryAt === null || now === 0 ? null : Math.max(0, Math.ceil((stale.retryAt - now) / 1000))
  const retry = left === null ? '' : left === 0 ? ', retrying' : `, retrying in ${left} s`
  return <span suppressHydrationWarning>{stale.what} as of <span className="m">{formatClock(stale.since)}</span>{retry}</span>
}
