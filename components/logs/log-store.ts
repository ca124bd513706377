import { parseAccessLog, printable, type AccessLogLine } from '@/lib/mesh/log/access-log'
import type { LogLine, LogMarker } from '@/lib/contract/views/logs'

/** A row of the log: a line of a pod, or something that happened to it. */
export type LogRow =
  | { readonly kind: 'line'; readonly id: number; readonly pod: string; readonly time: string; readonly text: string; readonly access: AccessLogLine | undefined }
  | { readonly kind: 'marker'; readonly id: number; readonly pod: string; readonly time: string; readonly text: string; readonly marker: LogMarker['marker'] | 'dropped' }

/** The lines kept in this browser, in the order of their times, newest last; told in batches. */
export interface LogStore {
  add(items: readonly (LogLine | LogMarker)[], dropped: number): void
  /** Rows that match, of all that are kept. */
  rows(matches: (row: LogRow) => boolean): readonly LogRow[]
  readonly kept: () => number
  readonly skipped: () => number
  clear(): void
}

const limit = 50_000

/** An empty store. The newest 50,000 rows are kept; what is dropped is counted. */
export function createLogStore(): LogStore {
  let rows: LogRow[] = []
  let next = 1
  let skipped = 0
  return {
    add(items, dropped) {
      const made = items.map((item): LogRow => {
        if (!('marker' in item)) return { kind: 'line', id: next++, pod: item[0], time: item[1], text: printable(item[2]), access: parseAccessLog(item[2]) }
        return { kind: 'marker', id: next++, pod: item.pod, time: item.at, text: item.message, marker: item.marker }
      })
      skipped += dropped
      if (dropped > 0) made.unshift({ kind: 'marker', id: next++, pod: '', time: made[0]?.time ?? '', text: `${dropped} lines skipped: they came faster than this browser takes them`, marker: 'dropped' })
      merge(rows, made)
      if (rows.length > limit) rows = rows.slice(rows.length - limit)
    },
    rows: (matches) => rows.filter(matches),
    kept: () => rows.length,
    skipped: () => skipped,
    clear() {
      rows = []
      skipped = 0
    },
  }
}

/**
 * Puts new rows into their places by time; nearly all belong at the end. A line that is there already is not taken
 * twice: a stream that began anew sends its last lines again.
 */
function merge(rows: LogRow[], made: readonly LogRow[]): void {
  for (const row of made) {
    let at = rows.length
    while (at > 0 && (rows[at - 1]?.time ?? '') > row.time) at--
    if (isKept(rows, at, row)) continue
    if (at === rows.length) rows.push(row)
    else rows.splice(at, 0, row)
  }
}

/** Whether one of the rows of the same time that end before `at` is the same. */
function isKept(rows: readonly LogRow[], at: number, row: LogRow): boolean {
  for (let index = at - 1; index >= 0; index--) {
    const before = rows[index]
    if (before?.time !== row.time) return false
    if (before.pod === row.pod && before.kind === row.kind && before.text === row.text) return true
  }
  return false
}

/** Whether a row holds a text, whatever the case; markers always show. */
export function rowMatcher(text: string): (row: LogRow) => boolean {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return () => true
  return (row) => row.kind === 'marker' || row.text.toLowerCase().includes(wanted) || row.pod.toLowerCase().includes(wanted)
}
