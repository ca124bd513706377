'use client'
import type { RefObject } from 'react'
import type { Stale } from '../ui/panel'
import { Toolbar } from '../ui/bars'
import { Button } from '../ui/button'
import { Glyph } from '../ui/glyph'
import { MenuButton } from '../ui/menu'
import { StaleText } from '../ui/stale-text'
import { TextField } from '../ui/text-field'
import { Icon } from '../ui/icon'
import type { LogFrame } from './engine/protocol'
import { formatCount, shortName } from './line-words'

/** What is followed, the filter, and whether it follows. On a phone two lines: the gateway and Pause, then the filter. */
export function LogsToolbar({ gateways, gateway, onGateway, pods, filter, onFilter, search, invalid, paused, onPause, reading, frame, stale, onDownload }: {
  readonly gateways: readonly string[]
  readonly gateway: string
  readonly onGateway: (key: string) => void
  readonly pods: readonly string[]
  readonly filter: string
  readonly onFilter: (text: string) => void
  readonly search: RefObject<HTMLInputElement | null>
  readonly invalid: boolean
  readonly paused: boolean
  readonly onPause: () => void
  readonly reading: boolean
  readonly frame: LogFrame | undefined
  readonly stale: Stale | null
  readonly onDownload: () => void
}) {
  return (
    <Toolbar label="Logs" className="logs-toolbar">
      <h1 className="sr-only">Logs</h1>
      <MenuButton label="Gateway" className="pick" entries={gateways.map((key) => ({ kind: 'item', key, label: <span className="m">{key}</span>, checked: key === gateway, onSelect: () => onGateway(key) }))}><span className="m cut" title={gateway}>{gateway === '' ? 'no gateway' : gateway}</span></MenuButton>
      <span className="vr" />
      <span className="logs-pods">{pods.map((pod, index) => <span key={pod} className={`logs-pod pod-${Math.min(index, 3) + 1}`} title={pod}><span className="m">{shortName(pod)}</span></span>)}</span>
      <span className="vr" />
      <TextField ref={search} label="Filter lines" icon="filter" hint="/" mono placeholder="text, /re2/, field:value, -exclude" invalid={invalid} aria-describedby={invalid ? 'logs-filter-error' : undefined} value={filter} onChange={(event) => onFilter(event.target.value)} onKeyDown={(event) => { if (event.key === 'Escape') event.currentTarget.blur() }} />
      <span className="logs-status-line small"><Following frame={frame} paused={paused} reading={reading} stale={stale} /></span>
      <Button icon={paused ? 'play' : 'pause'} hint="space" onClick={onPause}>{paused ? 'Follow' : 'Pause'}</Button>
      <Button className="logs-download" look="bare" icon="download" onClick={onDownload}>Download</Button>
      <MenuButton label="More" placement="below-end" className="btn bare only logs-more" chevron={false} entries={[{ kind: 'item', key: 'download', label: 'Download', onSelect: onDownload }]}><Icon name="more" /></MenuButton>
    </Toolbar>
  )
}

function Following({ frame, paused, reading, stale }: { readonly frame: LogFrame | undefined; readonly paused: boolean; readonly reading: boolean; readonly stale: Stale | null }) {
  const waiting = formatCount(frame?.waiting ?? 0)
  const searching = frame !== undefined && frame.judged < 1
  if (stale) return <span className="row text-warn" role="status"><Glyph shape="warn" label="" /><StaleText stale={stale} /></span>
  return (
    <>
      <span className="row" role="status">
        {paused || reading ? <Glyph shape="half" label="" /> : <Glyph shape="ok" label="" />}
        {searching ? `searching, ${Math.floor((frame?.judged ?? 0) * 100)} %` : paused ? `paused, ${waiting} waiting` : reading ? `held while you read, ${waiting} waiting` : `following, ${rateWords(frame?.rate ?? 0)}`}
      </span>
      <span className="text-ink-3">{formatCount(frame?.skipped ?? 0)} skipped</span>
    </>
  )
}

function rateWords(rate: number): string {
  return `${rate > 0 && rate < 10 ? rate.toFixed(1) : formatCount(rate)} lines/s`
}
