import type { LogLine, LogMarker } from '@/lib/contract/views/logs'
import { parseAccessLog, type AccessLogLine } from '@/lib/mesh/log/access-log'
import { parseLogFilter, type FilterIssue } from '@/lib/mesh/log/log-filter'
import { logMatcher, type FindExpression, type MatchedLine } from '@/lib/mesh/log/log-matcher'
import { createArrivals } from './arrivals'
import { createLogLines, type LogLines, type TakenLine } from './log-lines'
import { createLogTally } from './log-tally'
import type { LogFrame } from './protocol'
import { resumeSentence, type StreamGap } from './resume-sentence'
import { createSlotRing } from './slot-ring'

/** The logs of one screen: lines in, frames out. Knows no clock and no worker: `now` in ms comes from who calls. */
export interface LogEngine {
  readonly add: (items: readonly (LogLine | LogMarker)[], dropped: number, now: number) => void
  /** With an issue the former filter stays in force. */
  readonly setFilter: (text: string) => void
  readonly setGroup: (key: string | null) => void
  readonly hold: (on: boolean) => void
  readonly gap: (gap: StreamGap) => void
  /** Judges kept lines by a new filter, newest first, until told to stop; whether some are left. */
  readonly judge: (stop: () => boolean) => boolean
  readonly frame: (window: { readonly first: number; readonly count: number }, now: number) => LogFrame
  /** The lines that are shown, oldest first, as text of so many lines at a time. */
  readonly written: () => Generator<string>
  readonly bytes: () => number
}

/** An engine that keeps the newest `limit` lines. @param find compiles expressions (RE2) */
export function createLogEngine({ limit, find }: { readonly limit: number; readonly find: FindExpression }): LogEngine {
  const lines = createLogLines()
  const [visible, waiting] = [createSlotRing(), createSlotRing()]
  const tally = createLogTally(lines)
  const arrivals = createArrivals()
  let matches: (line: MatchedLine) => boolean = () => true
  let issues: readonly FilterIssue[] = []
  let filter = 1
  let group: string | null = null
  let left = -1
  let judging = 0
  let held = false
  let skipped = 0
  let gap: StreamGap | undefined

  const fits = (slot: number, known?: TakenLine): boolean => lines.isMarker(slot) || matches(matchedLine(lines, slot, known))
  const shows = (slot: number): boolean => lines.isMarker(slot) || group === null || lines.groupAt(lines.groupOf(slot))?.key === group

  function takeIn(taken: TakenLine): void {
    const { slot, index } = taken
    if (index <= left) {
      left++
      return
    }
    const fit = fits(slot, taken)
    lines.setVerdict(slot, filter, fit)
    if (!fit) return
    tally.enter(slot, shows(slot))
    if (!shows(slot)) return
    const ring = held ? waiting : visible
    ring.insert(lines.indexIn(ring, slot), slot)
  }

  function evict(): void {
    const slot = lines.order.at(0)
    const { judged, fits: fit } = lines.verdict(slot)
    if (judged === filter && fit) tally.leave(slot, shows(slot))
    if (visible.at(0) === slot) visible.shift()
    else if (waiting.at(0) === slot) waiting.shift()
    lines.evict()
    if (left >= 0) left--
  }

  function take(item: LogLine | LogMarker): boolean {
    const taken = lines.take(item)
    if (!taken) return false
    takeIn(taken)
    if (lines.order.length() > limit) evict()
    return true
  }

  function release(): void {
    for (let index = 0; index < waiting.length(); index++) visible.insert(lines.indexIn(visible, waiting.at(index)), waiting.at(index))
    waiting.clear()
  }

  function judgeAnew(): void {
    filter++
    visible.clear()
    waiting.clear()
    tally.clear()
    left = lines.order.length() - 1
    judging = left + 1
  }

  return {
    add(items, dropped, now) {
      skipped += dropped
      arrivals.add(items.length + dropped, now)
      const first = items[0]
      const at = first === undefined ? '' : 'marker' in first ? first.at : first[1]
      if (dropped > 0 && at !== '') take({ marker: 'failed', pod: '', at, message: `${dropped} lines skipped: they came faster than they could be sent` })
      const sentence = gap && first ? resumeSentence(gap, items, (item) => take(item)) : undefined
      if (sentence === undefined) for (const item of items) take(item)
      else {
        gap = undefined
        take({ marker: 'resumed', pod: '', at: sentence.at, message: sentence.message })
      }
    },
    setFilter(text) {
      const parsed = parseLogFilter(text)
      const unread = parsed.terms.flatMap((term): FilterIssue[] => (term.kind === 'regex' && find(term.source) === undefined ? [{ from: term.from, to: term.to, message: 'RE2 does not take this expression' }] : []))
      issues = [...parsed.issues, ...unread].sort((a, b) => a.from - b.from)
      if (issues.length > 0) return
      matches = parsed.terms.length === 0 ? () => true : logMatcher(parsed, find)
      judgeAnew()
    },
    setGroup(key) {
      if (key === group) return
      group = key
      judgeAnew()
    },
    hold(on) {
      if (held && !on) release()
      held = on
    },
    gap(one) { gap = { from: gap?.from ?? one.from, to: one.to } },
    judge(stop) {
      while (left >= 0 && !stop()) {
        const slot = lines.order.at(left--)
        if (lines.verdict(slot).judged === filter) continue
        const fit = fits(slot)
        lines.setVerdict(slot, filter, fit)
        if (!fit) continue
        tally.enter(slot, shows(slot))
        if (shows(slot)) visible.unshift(slot)
      }
      return left >= 0
    },
    frame({ first, count }, now) {
      const total = visible.length()
      const start = Math.max(0, Math.min(first, total - 1))
      const rows = Array.from({ length: Math.max(0, Math.min(count, total - start)) }, (_, index) => lines.rowOf(visible.at(total - 1 - start - index)))
      return {
        first: start, rows, total, kept: lines.order.length(), skipped, waiting: waiting.length(), rate: arrivals.rate(now), judged: left < 0 || judging === 0 ? 1 : 1 - (left + 1) / judging, issues,
        summary: tally.summary(now),
      }
    },
    * written() {
      const some = 5_000
      for (let at = 0; at < visible.length(); at += some) {
        let text = ''
        for (let index = at; index < Math.min(at + some, visible.length()); index++) {
          const row = lines.rowOf(visible.at(index))
          text += `${row.time} ${row.pod} ${row.text}\n`
        }
        yield text
      }
    },
    bytes: lines.bytes,
  }
}

/** A slot as a matcher reads it; its text and columns only when asked. */
function matchedLine(lines: LogLines, slot: number, known: TakenLine | undefined): MatchedLine {
  let text = known?.text
  let access: AccessLogLine | undefined = known?.access
  const readText = (): string => (text ??= lines.textOf(slot))
  const head = lines.headOf(slot)
  return {
    pod: head.pod, status: head.status, flags: head.flags, method: head.method, host: head.host, text: readText,
    access: () => (head.status === undefined ? undefined : (access ??= parseAccessLog(readText()))),
  }
}
