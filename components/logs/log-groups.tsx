'use client'
import { memo } from 'react'
import type { CountedGroup, LogSummary } from './engine/protocol'
import { formatCount } from './line-words'

/** The lines by how they ended: status, flag, rule and destination. A click shows only those; again lifts it. */
export const LogGroups = memo(Groups)

function Groups({ summary, chosen, onChoose }: { readonly summary: LogSummary | undefined; readonly chosen: string | null; readonly onChoose: (key: string | null) => void }) {
  const groups = summary?.groups ?? []
  const failing = groups.filter((group) => group.failing)
  const answered = groups.filter((group) => !group.failing)
  const most = Math.max(1, ...groups.map((group) => group.count))
  return (
    <aside className="logs-groups" aria-label="Groups" tabIndex={0}>
      <GroupList title="Failing" aside={`${formatCount(summary?.failing ?? 0)} of ${formatCount(summary?.access ?? 0)}`} groups={failing} most={most} chosen={chosen} onChoose={onChoose} />
      <GroupList title="Answered" aside="status, flag, rule → to" groups={answered} most={most} chosen={chosen} onChoose={onChoose} />
    </aside>
  )
}

function GroupList({ title, aside, groups, most, chosen, onChoose }: {
  readonly title: string
  readonly aside: string
  readonly groups: readonly CountedGroup[]
  readonly most: number
  readonly chosen: string | null
  readonly onChoose: (key: string | null) => void
}) {
  return (
    <section aria-label={title}>
      <h2 className="logs-groups-head"><span>{title}</span><span>{aside}</span></h2>
      {groups.map((group) => {
        const on = group.key === chosen
        return (
          <button key={group.key} type="button" className={group.failing ? 'logs-group failing' : 'logs-group'} aria-pressed={on} title={group.words} onClick={() => onChoose(on ? null : group.key)}>
            <span className="m logs-group-code">{statusWords(group)}</span><span className="m logs-group-flags">{group.flags === '' ? '–' : group.flags}</span><span className="m cut">{group.words}</span><span className="m num">{formatCount(group.count)}</span>
            <svg viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true"><rect width={share(group.count, most)} height="2" /></svg>
          </button>
        )
      })}
    </section>
  )
}

/** The worst groups in one line, for a phone; the rest behind a link. */
export function GroupStrip({ summary, chosen, open, onChoose, onOpen }: {
  readonly summary: LogSummary | undefined
  readonly chosen: string | null
  readonly open: boolean
  readonly onChoose: (key: string | null) => void
  readonly onOpen: (open: boolean) => void
}) {
  const worst = (summary?.groups ?? []).filter((group) => group.failing || group.key === chosen).slice(0, 3)
  return (
    <div className="logs-strip">
      {worst.map((group) => <button key={group.key} type="button" className={group.failing ? 'm failing' : 'm'} aria-pressed={group.key === chosen} title={group.words} onClick={() => onChoose(group.key === chosen ? null : group.key)}><b>{statusWords(group)} {group.flags}</b> {formatCount(group.count)}</button>)}
      {worst.length === 0 ? <span className="text-ink-3">nothing fails</span> : null}
      <button type="button" className="link push" aria-expanded={open} onClick={() => onOpen(!open)}>{open ? 'Hide groups' : 'All groups'}</button>
    </div>
  )
}

function statusWords(group: CountedGroup): string {
  return group.status === 0 ? 'tcp' : String(group.status)
}

/** The bar's length in percent, on a log scale. */
function share(count: number, most: number): number {
  return Math.max(2, (Math.log1p(count) / Math.log1p(most)) * 100)
}
