/** One bar: its start in seconds since 1970, how many lines, how many of them failing. */
export interface HistogramBar {
  readonly at: number
  readonly all: number
  readonly failing: number
}

/** The bars of one window, oldest first; `width` in seconds. */
export interface HistogramData {
  readonly width: number
  readonly bars: readonly HistogramBar[]
}

/** Counts of lines a second. */
export interface LineHistogram {
  readonly change: (seconds: number, failing: boolean, by: 1 | -1) => void
  readonly data: () => HistogramData
  readonly clear: () => void
}

const barsMost = 90
const widths = [1, 2, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400] as const

/** No counts yet. */
export function createLineHistogram(): LineHistogram {
  const seconds = new Map<number, { all: number; failing: number }>()
  return {
    change(at, failing, by) {
      const known = seconds.get(at)
      if (!known) {
        if (by === 1) seconds.set(at, { all: 1, failing: failing ? 1 : 0 })
        return
      }
      known.all += by
      if (failing) known.failing += by
      if (known.all <= 0) seconds.delete(at)
    },
    data: () => barsOf(seconds),
    clear: () => seconds.clear(),
  }
}

/** The narrowest window up to the newest second that holds nine tenths of the lines: one old line does not squeeze the others. */
function barsOf(seconds: ReadonlyMap<number, { readonly all: number; readonly failing: number }>): HistogramData {
  let newest = 0
  let total = 0
  for (const [at, { all }] of seconds) {
    newest = Math.max(newest, at)
    total += all
  }
  if (total === 0) return { width: 1, bars: [] }
  const width = widths.find((each) => {
    let held = 0
    for (const [at, { all }] of seconds) if (at > newest - each * barsMost) held += all
    return held >= total * 0.9
  }) ?? 86_400
  const last = Math.floor(newest / width)
  const bars = Array.from({ length: barsMost }, (_, index) => ({ at: (last - barsMost + 1 + index) * width, all: 0, failing: 0 }))
  for (const [at, { all, failing }] of seconds) {
    const bar = bars[Math.floor(at / width) - last + barsMost - 1]
    if (!bar) continue
    bar.all += all
    bar.failing += failing
  }
  return { width, bars }
}
