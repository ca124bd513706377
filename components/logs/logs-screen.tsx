'use client'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useQueryState } from 'nuqs'
import { useEffect, useRef, useState } from 'react'
import { logItemSchema, logsView, type LogLine, type LogMarker } from '@/lib/contract/views/logs'
import { gatewaysView } from '@/lib/contract/views/gateways'
import { useCluster } from '@/lib/client/use-cluster'
import { useLines } from '@/lib/client/use-lines'
import { useView } from '@/lib/client/use-view'
import { Screen, Toolbar, TruthBar } from '../ui/bars'
import { Button } from '../ui/button'
import { Icon } from '../ui/icon'
import { MenuButton } from '../ui/menu'
import { Empty, Forbidden, type MissingRight } from '../ui/states'
import { TextField } from '../ui/text-field'
import { useKeys } from '../ui/use-keys'
import { LogInspector } from './log-inspector'
import { createLogStore, rowMatcher, type LogRow } from './log-store'
import { LogRowView, shortName } from './log-row'
import './logs.css'

/** The logs of a gateway's pods and of istiod, merged by time: the last 300 lines, then live. */
export function LogsScreen() {
  const cluster = useCluster()
  const gateways = useView(gatewaysView, cluster)
  const [wanted, setWanted] = useQueryState('gateway', { defaultValue: '', history: 'push' })
  const [filter, setFilter] = useQueryState('q', { defaultValue: '', throttleMs: 300 })
  const keys = (gateways.data?.gateways ?? []).map((gateway) => `${gateway.namespace}/${gateway.name}`)
  const gateway = wanted === '' ? (keys.find((key) => key.endsWith('/istio-ingressgateway')) ?? keys[0] ?? '') : wanted
  const params = { gateway, istiod: 'true', tail: '300' }
  const view = useView(logsView, gateway === '' ? undefined : cluster, params)
  const [store] = useState(createLogStore)
  const [paused, setPaused] = useState(false)
  const [version, setVersion] = useState(0)
  const [chosen, setChosen] = useState<LogRow | null>(null)
  const [missing, setMissing] = useState<readonly MissingRight[]>([])
  const search = useRef<HTMLInputElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const stuck = useRef(true)
  const pending = useRef(false)

  useEffect(() => {
    store.clear()
    setChosen(null)
    setMissing([])
    setVersion((known) => known + 1)
  }, [store, gateway, cluster])

  useLines('logs', gateway === '' ? undefined : cluster, params, (event) => {
    if (event.kind !== 'lines') return
    const items = event.lines.flatMap((line): readonly (LogLine | LogMarker)[] => {
      const parsed = logItemSchema.safeParse(line)
      return parsed.success ? [parsed.data] : []
    })
    store.add(items, event.dropped)
    const denied = items.flatMap((item) => ('marker' in item && item.missing !== undefined ? [item.missing] : []))
    if (denied.length > 0) setMissing((known) => distinctRights([...known, ...denied]))
    if (pending.current) return
    pending.current = true
    requestAnimationFrame(() => {
      pending.current = false
      setVersion((known) => known + 1)
    })
  })

  const frozen = useRef<{ readonly rows: readonly LogRow[]; readonly filter: string } | null>(null)
  const live = store.rows(rowMatcher(filter))
  if (!paused || frozen.current === null || frozen.current.filter !== filter) frozen.current = { rows: live, filter }
  const rows = frozen.current.rows
  const waiting = paused ? Math.max(0, live.length - rows.length) : 0
  const pods = [...new Set((view.data?.pods ?? []).map((pod) => pod.pod))]
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => 20, overscan: 12 })

  useEffect(() => {
    if (!paused && stuck.current && rows.length > 0) virtual.scrollToIndex(rows.length - 1, { align: 'end' })
    // Follows the newest line as lines come.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [version, rows.length, paused])

  useKeys({ '/': () => search.current?.focus(), ' ': (event) => { event.preventDefault(); setPaused(!paused) }, Escape: () => setChosen(null) })

  return (
    <Screen
      scroll={false}
      toolbar={(
        <Toolbar label="Logs">
          <h1 className="sr-only">Logs</h1>
          <MenuButton label="Gateway" className="pick" entries={keys.map((key) => ({ kind: 'item', key, label: <span className="m">{key}</span>, checked: key === gateway, onSelect: () => { void setWanted(key) } }))}><span className="m">{gateway === '' ? 'no gateway' : gateway}</span></MenuButton>
          <span className="vr" />
          {pods.map((pod, index) => <span key={pod} className={`logs-pod pod-${Math.min(index, 3) + 1}`} title={pod}><span className="m">{shortName(pod)}</span></span>)}
          <TextField ref={search} label="Filter lines" icon="filter" hint="/" mono placeholder="text in the line or pod" value={filter} onChange={(event) => { void setFilter(event.target.value) }} />
          <span className="push" />
          <span className="label small" role="status">{paused ? `paused, ${waiting} new` : 'following'}, {store.skipped()} skipped</span>
          <Button icon={paused ? 'play' : 'pause'} hint="space" onClick={() => setPaused(!paused)}>{paused ? 'Follow' : 'Pause'}</Button>
          <Button look="bare" icon="download" onClick={() => download(rows)}>Download</Button>
        </Toolbar>
      )}
      inspector={chosen?.kind === 'line' ? <LogInspector row={chosen} onClose={() => setChosen(null)} /> : null}
      truth={<TruthBar facts={[{ label: 'Access logs', text: `${pods.length} pods` }, { label: 'Kept', text: `${store.kept()} lines, ${store.skipped()} skipped` }]} keys={[{ keys: 'space', does: 'pause' }, { keys: '/', does: 'filter' }]} />}
    >
      <div className="logs">
        <div className="logs-line logs-head" aria-hidden="true"><span>Time</span><span>Pod</span><span>Code</span><span /><span>Method</span><span>Host</span><span>Path</span><span>To</span><span className="num">Duration</span></div>
        <div
          ref={scroller} className="logs-lines" role="log" aria-live="off" aria-label="Log lines" tabIndex={0}
          onScroll={(event) => { const box = event.currentTarget; stuck.current = box.scrollHeight - box.scrollTop - box.clientHeight < 40 }}
        >
          {rows.length === 0 ? <Empty>{filter === '' ? 'No line yet. Lines show here as the pods write them.' : 'No line holds this text.'}</Empty> : null}
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {virtual.getVirtualItems().map((item) => {
              const row = rows[item.index]
              return row ? <LogRowView key={row.id} row={row} top={item.start} podIndex={pods.indexOf(row.pod)} selected={chosen?.id === row.id} onChoose={setChosen} /> : null
            })}
          </div>
        </div>
        {!paused && !stuck.current ? <Button className="logs-newest" icon="down" onClick={() => { stuck.current = true; setVersion(version + 1) }}>Newest</Button> : null}
        {missing.length === 0 ? null : <div>{missing.map((right) => <Forbidden key={`${right.resource} ${right.namespace}`} missing={right} subject="its lines are missing here" />)}</div>}
        {view.error ? <p className="state" role="alert"><Icon name="lock" size={14} /> {view.error.message}</p> : null}
      </div>
    </Screen>
  )
}

function distinctRights(rights: readonly MissingRight[]): readonly MissingRight[] {
  return rights.filter((right, index) => rights.findIndex((other) => other.resource === right.resource && other.namespace === right.namespace) === index)
}

function download(rows: readonly LogRow[]): void {
  const text = rows.map((row) => `${row.time} ${row.pod} ${row.text}\n`)
  const url = URL.createObjectURL(new Blob(text, { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'gateway.log'
  link.click()
  URL.revokeObjectURL(url)
}
