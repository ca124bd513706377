import { AppError } from '@/lib/contract/app-error'

/** Counts requests a session: buckets that fill at a steady rate up to a burst. */
export interface RateLimit {
  /** @throws AppError rate-limited with the seconds until the next is allowed */
  take(session: string): void
}

const mostSessions = 10_000

/** Makes a limit of `rate` a second with a burst of `burst`. */
export function createRateLimit({ rate, burst, now = Date.now }: { readonly rate: number; readonly burst: number; readonly now?: () => number }): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>()
  return {
    take(session) {
      const time = now()
      const bucket = buckets.get(session) ?? { left: burst, at: time }
      bucket.left = Math.min(burst, bucket.left + ((time - bucket.at) / 1_000) * rate)
      bucket.at = time
      buckets.delete(session)
      buckets.set(session, bucket)
      if (buckets.size > mostSessions) for (const oldest of buckets.keys()) { buckets.delete(oldest); break }
      if (bucket.left < 1) throw new AppError('rate-limited', 'Too many requests', { retryAfter: (1 - bucket.left) / rate })
      bucket.left--
    },
  }
}
