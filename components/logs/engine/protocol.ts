import type { LogMarker } from '@/lib/contract/views/logs'
import type { AccessLogLine } from '@/lib/mesh/log/access-log'
import type { FilterIssue } from '@/lib/mesh/log/log-filter'
import type { HistogramData } from './line-histogram'
import type { LineGroup } from './line-groups'

/** A row of the log: a line of a pod, or something that happened to it. `id` is steady. */
export type LogRow =
  | { readonly kind: 'line'; readonly id: number; readonly pod: string; readonly time: string; readonly text: string; readonly access: AccessLogLine | undefined }
  | { readonly kind: 'marker'; readonly id: number; readonly pod: string; readonly time: string; readonly text: string }

/** A line of a pod. */
export type LogLineRow = Extract<LogRow, { kind: 'line' }>

/** A group with how many of the lines that fit the filter are in it. */
export interface CountedGroup extends LineGroup {
  readonly count: number
}

/** The sums over what is kept and fits the filter. */
export interface LogSummary {
  readonly groups: readonly CountedGroup[]
  readonly access: number
  readonly failing: number
  readonly histogram: HistogramData
}

/** What the screen shows: the rows from `first` (0 is the newest), and the counts. */
export interface LogFrame {
  readonly first: number
  readonly rows: readonly LogRow[]
  /** Rows that fit filter and group. */
  readonly total: number
  readonly kept: number
  readonly skipped: number
  /** Rows that came and fit while held. */
  readonly waiting: number
  /** Lines a second, over the last seconds. */
  readonly rate: number
  /** How much of what is kept a new filter has judged, 0 to 1. */
  readonly judged: number
  readonly issues: readonly FilterIssue[]
  /** Only when it changed; at most a few times a second. */
  readonly summary: LogSummary | undefined
}

/** What the tab tells the worker. */
export type ToLogWorker =
  /** A `lines` event of the stream, as it came; `dropped` lines before it were not handed on, since the worker lagged. */
  | { readonly kind: 'event'; readonly text: string; readonly dropped: number }
  | { readonly kind: 'reset' }
  /** The stream broke, or is there again; epoch ms. */
  | { readonly kind: 'broken'; readonly at: number }
  | { readonly kind: 'resumed'; readonly at: number }
  | { readonly kind: 'window'; readonly first: number; readonly count: number }
  | { readonly kind: 'filter'; readonly text: string }
  | { readonly kind: 'group'; readonly key: string | null }
  /** Rows that come wait, so that nothing moves. */
  | { readonly kind: 'hold'; readonly on: boolean }
  /** The last frame was drawn: the next may come. */
  | { readonly kind: 'drawn' }
  | { readonly kind: 'export' }

/** What the worker tells the tab. */
export type FromLogWorker =
  /** An event of so many characters was taken in. */
  | { readonly kind: 'taken'; readonly characters: number }
  | { readonly kind: 'frame'; readonly frame: LogFrame }
  | { readonly kind: 'missing'; readonly missing: NonNullable<LogMarker['missing']> }
  | { readonly kind: 'exported'; readonly blob: Blob }
