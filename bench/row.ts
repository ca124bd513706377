/** One figure of the table that `npm run bench` prints. */
export interface BenchRow {
  readonly what: string
  /** VirtualServices; null where the size is another. */
  readonly n: number | null
  readonly value: number
  readonly unit: 'ms' | 'KB' | 'MB' | 'fps' | 'nodes' | '%' | '×' | 'lines/s' | 'requests/s'
  /** null: the figure has no goal of its own. */
  readonly limit: number | null
  /** Whether more is better. @default false */
  readonly atLeast?: boolean
  readonly note?: string
  /** The figure over Pilot's in the same run. */
  readonly pilot?: number | null
}

/** A percentile of measured values, 0 to 100. */
export function percentile(values: readonly number[], of: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * of) / 100))] ?? Number.NaN
}

/** Milliseconds of each run; what `prepare` does before it gives the run back does not count. */
export function timesOf(runs: number, prepare: (run: number) => (() => unknown) | undefined): readonly number[] {
  return Array.from({ length: runs }, (_, run) => {
    const go = prepare(run)
    const start = performance.now()
    go?.()
    return performance.now() - start
  })
}

/** Whether a figure meets its goal; true where it has none. */
export function meets(row: BenchRow): boolean {
  return row.limit === null || (row.atLeast === true ? row.value >= row.limit : row.value <= row.limit)
}
