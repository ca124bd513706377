import { memo } from 'react'
import { clusterLabel, parseClusterName } from '@/lib/mesh/graph/cluster-name'
import type { LogField } from '@/lib/mesh/log/log-filter'
import { cx } from '../ui/cx'
import { termOf } from './filter-text'
import { isFailing } from './engine/line-groups'
import type { LogLineRow, LogRow } from './engine/protocol'
import { formatMillis, plainWords, shortName } from './line-words'

interface LogRowProps {
  readonly row: LogRow
  readonly podIndex: number
  readonly selected: boolean
}

/**
 * One row: an access-log line in columns, any other line as text, a marker as a ruled sentence. Clicks are the list's.
 * A row never changes: each frame brings its rows anew, and only those that were not there are drawn.
 */
export const LogRowView = memo(Row, (before, after) => before.row.id === after.row.id && before.row.text === after.row.text && before.row.time === after.row.time && before.podIndex === after.podIndex && before.selected === after.selected)

function Row({ row, podIndex, selected }: LogRowProps) {
  const time = <span className="logs-time"><i className="wide">{row.time.slice(11, 17)}</i>{row.time.slice(17, 23)}</span>
  if (row.kind === 'marker') return <div className="logs-line logs-marker">{time}<i /><span className="logs-sentence" title={row.text}>{row.pod === '' ? '' : `${shortName(row.pod)} `}{row.text}</span><i /></div>
  const pod = `pod-${Math.min(Math.max(podIndex, 0), 3) + 1}`
  const classes = cx('logs-line', selected && 'selected', pod)
  if (!row.access) {
    const { level, text } = plainWords(row.text)
    return (
      <div className={cx(classes, 'logs-plain')} data-id={row.id}>
        {time}<Cell field="pod" value={shortName(row.pod)} className="logs-pod-cell">{shortName(row.pod)}</Cell>
        <span className="logs-text">{level === undefined ? null : <b className={level}>{level}</b>}{text}</span>
      </div>
    )
  }
  return <div className={cx(classes, isFailing(row.access.status, row.access.flags) && 'failing')} data-id={row.id}>{time}<AccessCells row={row} access={row.access} /></div>
}

function AccessCells({ row, access }: { readonly row: LogLineRow; readonly access: NonNullable<LogLineRow['access']> }) {
  const host = access.authority === '' ? access.serverName : access.authority
  const cluster = parseClusterName(access.upstreamCluster)
  const route = access.routeName === '' || access.routeName === 'default' ? '' : access.routeName
  const to = cluster ? clusterLabel(cluster) : access.upstreamCluster
  return (
    <>
      <Cell field="pod" value={shortName(row.pod)} className="logs-pod-cell">{shortName(row.pod)}</Cell>
      <Cell field="status" value={String(access.status)} className="logs-status">{access.status === 0 ? 'tcp' : access.status}</Cell>
      {access.flags === '' ? <span className="logs-flags">–</span> : <Cell field="flag" value={access.flags} className="logs-flags">{access.flags}</Cell>}
      <Cell field="method" value={access.method} className="logs-quiet">{access.method}</Cell>
      <Cell field="host" value={host} className="logs-quiet logs-host">{host}</Cell>
      <span className="logs-path" title={access.path}>{access.path !== '' ? access.path : to === '' ? '–' : <span className="logs-quiet">{to}</span>}</span>
      {to === ''
        ? <span className={access.flags === 'NR' ? 'logs-none' : 'logs-quiet'}>{route !== '' ? route : access.flags === 'NR' ? 'no rule' : '–'}</span>
        : <Cell field="to" value={to} className="logs-quiet" title={`${route === '' ? '' : `${route} → `}${access.upstreamCluster}`}>{route === '' ? '' : <i>{route} → </i>}{to}</Cell>}
      <span className="num logs-quiet">{access.duration === null ? '–' : formatMillis(access.duration)}</span>
    </>
  )
}

/** A value that a click filters by, and an Alt-click excludes. */
function Cell({ field, value, className, title, children }: { readonly field: LogField; readonly value: string; readonly className: string; readonly title?: string; readonly children: React.ReactNode }) {
  return value === '' ? <span className={className} /> : <span className={className}><span className="logs-value" data-term={termOf(field, value)} title={title ?? value}>{children}</span></span>
}
