'use client'
import { parseAsString, useQueryState } from 'nuqs'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { gatewaysView } from '@/lib/contract/views/gateways'
import { logsView } from '@/lib/contract/views/logs'
import { useCluster } from '@/lib/client/use-cluster'
import { useView } from '@/lib/client/use-view'
import { Screen, TruthBar } from '../ui/bars'
import { Icon } from '../ui/icon'
import { Empty, Forbidden } from '../ui/states'
import { useKeys } from '../ui/use-keys'
import { useNarrow } from '../ui/use-narrow'
import type { LogLineRow } from './engine/protocol'
import { FilterError } from './filter-error'
import { toggleTerm } from './filter-text'
import { HistogramView } from './histogram-view'
import { formatCount } from './line-words'
import { GroupStrip, LogGroups } from './log-groups'
import { LogList } from './log-list'
import { LogsToolbar } from './logs-toolbar'
import { saveFile } from './save-file'
import { useLogWorker } from './use-log-worker'
import './logs.css'

const LogInspector = lazy(() => import('./log-inspector').then((module) => ({ default: module.LogInspector })))

const keys = [{ keys: '↑↓', does: 'line' }, { keys: 'click', does: 'filter' }, { keys: 'Alt click', does: 'exclude' }, { keys: 'x', does: 'explain' }, { keys: 'space', does: 'pause' }, { keys: '/', does: 'search' }]

/** The logs of a gateway's pods and of istiod, merged by time, newest first: the last 300 lines, then live. */
export function LogsScreen() {
  const cluster = useCluster()
  const narrow = useNarrow()
  const gateways = useView(gatewaysView, cluster)
  const [wanted, setWanted] = useQueryState('gateway', { defaultValue: '', history: 'push' })
  const [filter, setFilter] = useQueryState('q', parseAsString.withDefault('').withOptions({ throttleMs: 300 }))
  const [group, setGroup] = useQueryState('group', parseAsString)
  const gatewayKeys = (gateways.data?.gateways ?? []).map((gateway) => `${gateway.namespace}/${gateway.name}`)
  const gateway = wanted === '' ? (gatewayKeys.find((key) => key.endsWith('/istio-ingressgateway')) ?? gatewayKeys[0] ?? '') : wanted
  const asked = gateway === '' ? undefined : cluster
  const params = { gateway, istiod: 'true', tail: '300' }
  const view = useView(logsView, asked, params)
  const { frame, summary, missing, post, exportLines } = useLogWorker(asked, params, saveFile)
  const [paused, setPaused] = useState(false)
  const [reading, setReading] = useState(false)
  const [chosen, setChosen] = useState<LogLineRow | null>(null)
  const [groupsOpen, setGroupsOpen] = useState(false)
  const [jump, setJump] = useState<{ readonly index: number }>()
  const search = useRef<HTMLInputElement>(null)

  const hold = paused || reading
  useEffect(() => post({ kind: 'filter', text: filter }), [post, filter])
  useEffect(() => post({ kind: 'group', key: group }), [post, group])
  useEffect(() => post({ kind: 'hold', on: hold }), [post, hold])
  const onWindow = useCallback((window: { readonly first: number; readonly count: number }) => post({ kind: 'window', ...window }), [post])
  const onTerm = (term: string, exclude: boolean) => void setFilter(toggleTerm(filter, term, exclude))
  const onGateway = (key: string) => { setChosen(null); void setGroup(null); void setWanted(key) }
  useKeys({ '/': () => search.current?.focus(), ' ': () => setPaused(!paused), Escape: () => setChosen(null) })

  const pods = (view.data?.pods ?? []).map((pod) => pod.pod)
  const issues = frame?.issues ?? []
  const onChoose = useCallback((key: string | null) => void setGroup(key), [setGroup])
  const onJump = useCallback((index: number) => setJump({ index }), [])
  const shown = { summary, chosen: group, onChoose }
  const some = frame !== undefined && frame.total > 0
  return (
    <Screen
      scroll={false}
      toolbar={(
        <>
          <LogsToolbar
            gateways={gatewayKeys} gateway={gateway} onGateway={onGateway} pods={pods} filter={filter} onFilter={(text) => void setFilter(text === '' ? null : text)} search={search} invalid={issues.length > 0}
            paused={paused} onPause={() => setPaused(!paused)} reading={reading && (frame?.waiting ?? 0) > 0} frame={frame} stale={view.stale} onDownload={exportLines}
          />
          <FilterError id="logs-filter-error" text={filter} issues={issues} />
        </>
      )}
      inspector={chosen === null ? null : <Suspense><LogInspector cluster={cluster} gateway={gateway} row={chosen} onTerm={onTerm} onClose={() => setChosen(null)} /></Suspense>}
      truth={<TruthBar facts={[{ label: 'Access logs', text: `${pods.length} ${pods.length === 1 ? 'pod' : 'pods'}` }, { label: 'Kept', text: `${formatCount(frame?.kept ?? 0)} lines, ${formatCount(frame?.skipped ?? 0)} skipped` }, { label: 'Times', text: 'UTC, as the pods wrote them', wide: true }]} keys={keys} />}
    >
      <div className={view.stale ? 'logs stale' : 'logs'}>
        {narrow ? null : <LogGroups {...shown} />}
        <div className="logs-main">
          <HistogramView data={summary?.histogram} onJump={onJump} />
          {narrow ? <GroupStrip {...shown} open={groupsOpen} onOpen={setGroupsOpen} /> : null}
          {narrow && groupsOpen ? <LogGroups {...shown} /> : null}
          <div className="logs-line logs-head" aria-hidden="true"><span>Time</span><span>Pod</span><span>Code</span><span /><span /><span>Host</span><span>Path</span><span>Rule → to</span><span className="num">Duration</span></div>
          {missing.map((right) => <Forbidden key={`${right.resource} ${right.namespace}`} missing={right} subject="its lines are missing here" />)}
          {view.error ? <p className="state" role="alert"><Icon name="lock" size={14} /> {view.error.message}</p> : null}
          <div className="logs-scroll">
            <LogList frame={frame} rowHeight={narrow ? 28 : 20} pods={pods} chosen={chosen?.id} onChoose={setChosen} onTerm={onTerm} onWindow={onWindow} onReading={setReading} jump={jump}>
              {some || frame === undefined ? null : <Empty action={filter === '' && group === null ? undefined : <button type="button" className="link" onClick={() => { void setFilter(null); void setGroup(null) }}>Show all lines</button>}>{filter === '' && group === null ? 'No line yet. Lines show here as the pods write them.' : frame.judged < 1 ? 'No line fits so far.' : `None of ${formatCount(frame.kept)} lines fits.`}</Empty>}
            </LogList>
          </div>
        </div>
      </div>
    </Screen>
  )
}
