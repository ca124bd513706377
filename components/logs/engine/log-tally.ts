import { createLineHistogram } from './line-histogram'
import type { LogLines } from './log-lines'
import type { CountedGroup, LogSummary } from './protocol'

const summaryEvery = 250

/** Running sums over the lines that fit a filter; the histogram only over those that are shown. */
export interface LogTally {
  readonly enter: (slot: number, shown: boolean) => void
  readonly leave: (slot: number, shown: boolean) => void
  readonly clear: () => void
  /** The sums, when they changed and the last telling is old enough; else undefined. */
  readonly summary: (now: number) => LogSummary | undefined
}

/** Nothing counted yet. */
export function createLogTally(lines: LogLines): LogTally {
  let counts = new Float64Array(4_100)
  const histogram = createLineHistogram()
  let changed = true
  let told = Number.NEGATIVE_INFINITY

  function change(slot: number, shown: boolean, by: 1 | -1): void {
    changed = true
    const group = lines.groupOf(slot)
    if (group !== 0) counts[group] = (counts[group] ?? 0) + by
    if (shown && !lines.isMarker(slot)) histogram.change(lines.secondsOf(slot), lines.groupAt(group)?.failing === true, by)
  }

  return {
    enter: (slot, shown) => change(slot, shown, 1),
    leave: (slot, shown) => change(slot, shown, -1),
    clear() {
      counts = new Float64Array(4_100)
      histogram.clear()
      changed = true
    },
    summary(now) {
      if (!changed || now - told < summaryEvery) return undefined
      changed = false
      told = now
      const groups: CountedGroup[] = []
      for (let id = 1; id <= lines.groups(); id++) {
        const group = lines.groupAt(id)
        const count = counts[id] ?? 0
        if (group && count > 0) groups.push({ ...group, count })
      }
      groups.sort((a, b) => Number(b.failing) - Number(a.failing) || b.count - a.count || (a.key < b.key ? -1 : 1))
      const sum = (some: readonly CountedGroup[]): number => some.reduce((total, group) => total + group.count, 0)
      return { groups: groups.slice(0, 400), access: sum(groups), failing: sum(groups.filter((group) => group.failing)), histogram: histogram.data() }
    },
  }
}
