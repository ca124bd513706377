import type { Clock } from './clock'

/** As client-go's reflector: 800 ms, doubled, jitter 1.0, forgotten after 2 minutes of health (R1); never above 30 s, so that a server that is back is seen within 35 s (issue 3, 6.7). */
const initial = 800
const factor = 2
const cap = 30_000
const jitter = 1
const resetAfter = 120_000

/** The growing pauses between attempts that fail. */
export interface Backoff {
  /** How long to wait before the next attempt, in ms. */
  next(): number
  /** Tells that an attempt succeeded and lasted. */
  healthy(): void
}

/** Makes one; the pause starts anew when the last failure is more than 2 minutes old (client-go: newBackoffManager). */
export function createBackoff(clock: Clock): Backoff {
  let duration = initial
  let last = 0
  return {
    next() {
      const now = clock.now()
      if (last > 0 && now - last > resetAfter) duration = initial
      last = now
      const wait = duration * (1 + clock.random() * jitter)
      duration = Math.min(duration * factor, cap)
      return Math.round(Math.min(wait, cap))
    },
    healthy() {
      duration = initial
    },
  }
}
