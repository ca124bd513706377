import type { Readable } from 'node:stream'
import { AppError } from '@/lib/contract/app-error'
import type { Clock } from './clock'

/** Longer than a bookmark's minute: a body that is silent for so long hangs on a half-open connection (R9). */
export const idleDeadline = 90_000

/** Ends a body that brings nothing for 90 s. */
export function idleWatch(body: Readable, clock: Clock, deadline = idleDeadline): { readonly touch: () => void; readonly end: () => void } {
  const over = new AbortController()
  let last = clock.now()
  const guard = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const left = last + deadline - clock.now()
      if (left <= 0) {
        body.destroy(new AppError('timeout', `Nothing came for ${deadline / 1_000} s`))
        return
      }
      await clock.sleep(left, over.signal)
    }
  }
  void guard()
  return { touch: () => { last = clock.now() }, end: () => over.abort() }
}
