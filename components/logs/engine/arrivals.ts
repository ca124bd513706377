const span = 3_000
/** The pods' last lines come within so long; they say nothing about the rate. */
const warmUp = 1_000

/** How many lines come a second, over the last three. Times in ms. */
export interface Arrivals {
  readonly add: (count: number, now: number) => void
  readonly rate: (now: number) => number
}

/** Nothing has come yet. */
export function createArrivals(): Arrivals {
  let batches: { readonly at: number; readonly count: number }[] = []
  let started: number | undefined
  return {
    add(count, now) {
      started ??= now + warmUp
      if (now >= started) batches.push({ at: now, count })
    },
    rate(now) {
      batches = batches.filter((batch) => now - batch.at < span)
      const seconds = Math.min(span, now - (started ?? now)) / 1000
      return seconds < 0.5 ? 0 : batches.reduce((sum, batch) => sum + batch.count, 0) / seconds
    },
  }
}
