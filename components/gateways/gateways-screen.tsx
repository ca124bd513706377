'use client'
import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryState } from 'nuqs'
import { useRef } from 'react'
import { gatewaysView } from '@/lib/contract/views/gateways'
import { useCluster } from '@/lib/client/use-cluster'
import { useView } from '@/lib/client/use-view'
import { gatewayKey } from '@/lib/mesh/gateway-workload'
import { useDeclaredFacts } from '../shell/declared-facts'
import { useNamespaceFilter } from '../shell/namespace-filter'
import { Screen, TruthBar } from '../ui/bars'
import { Button } from '../ui/button'
import { Glyph } from '../ui/glyph'
import { Segmented } from '../ui/segmented'
import { StaleText } from '../ui/stale-text'
import { Empty } from '../ui/states'
import { TextField } from '../ui/text-field'
import { useKeys } from '../ui/use-keys'
import { ViewStates } from '../ui/view-states'
import { CausesElsewhere } from './causes'
import { GatewayTable } from './gateway-table'
import { countProblems, hasTrouble, matchesText, type GatewayData } from './gateway-words'
import { useSteadyOrder } from './steady-order'
import { useLiveGateways } from './use-live'
import { useLiveFacts } from './live-facts'
import './gateways.css'

const hints = [
  { keys: '↑↓', does: 'gateway' }, { keys: 'Enter', does: 'open' }, { keys: 'space', does: 'causes' }, { keys: 'm', does: 'map' }, { keys: 'l', does: 'logs' }, { keys: '/', does: 'search' },
]

/** Where people start: one row a gateway workload, those in trouble opened with their causes. */
export function GatewaysScreen() {
  const cluster = useCluster()
  const view = useView(gatewaysView, cluster)
  const namespaces = useNamespaceFilter()
  const [text, setText] = useQueryState('q', parseAsString.withDefault(''))
  const [show, setShow] = useQueryState('show', parseAsStringLiteral(['all', 'problems']).withDefault('all'))
  const [opened, setOpened] = useQueryState('open', parseAsArrayOf(parseAsString))
  const search = useRef<HTMLInputElement>(null)
  useKeys({ '/': () => search.current?.focus() })

  const inNamespaces = (view.data?.gateways ?? []).filter((row) => namespaces.length === 0 || namespaces.includes(row.namespace))
  const { rows, changed, apply } = useSteadyOrder(inNamespaces)
  const live = useLiveGateways(cluster, rows)
  const hasFindings = (row: GatewayData) => { const { errors, warnings, notes } = countProblems(row, live.of(gatewayKey(row))); return errors + warnings + notes > 0 }
  const troubled = inNamespaces.filter(hasFindings)
  const shown = rows.filter((row) => matchesText(row, text) && (show === 'all' || hasFindings(row)))
  const openKeys = opened ?? inNamespaces.filter(hasTrouble).map(gatewayKey)
  const toggle = (key: string) => void setOpened(openKeys.includes(key) ? openKeys.filter((other) => other !== key) : [...openKeys, key])

  return (
    <Screen truth={<TruthBar facts={[...useDeclaredFacts(view.revision), ...useLiveFacts(live)]} keys={hints} />}>
      <div className={view.stale ? 'gateways-bar stale' : 'gateways-bar'}>
        <h1>Gateways</h1>
        {view.data ? <span className="text-ink-3">{countWords(inNamespaces)}</span> : null}
        {view.stale ? <span className="row small text-warn"><Glyph shape="warn" label="" /><StaleText stale={view.stale} /></span> : null}
        {changed ? <button type="button" className="link small" onClick={apply}>order changed, apply</button> : null}
        <span className="break wide:ml-auto" />
        {live.readAt === null ? null : <Button look="bare" icon="retry" className="gateways-again" disabled={live.reading} onClick={live.readAgain}>Read pods again</Button>}
        <TextField ref={search} label="Filter gateways by name, host, address" icon="search" hint="/" placeholder="name, address" value={text} onChange={(event) => void setText(event.target.value === '' ? null : event.target.value)} onKeyDown={(event) => { if (event.key === 'Escape') event.currentTarget.blur() }} />
        <Segmented label="Which gateways" value={show} onChange={(value) => void setShow(value)} segments={[{ value: 'all', label: 'All' }, { value: 'problems', label: `With problems ${troubled.length}` }]} />
      </div>
      <ViewStates view={view} rows={5} rowHeight={36} columns="316px 112px 104px 72px 120px 80px 48px 72px 80px 1fr">
        {({ elsewhere }) => (
          <>
            {shown.length > 0
              ? <GatewayTable cluster={cluster} rows={shown} live={live} opened={openKeys} onToggle={toggle} />
              : <Nothing filtered={inNamespaces.length > 0} onClear={() => { void setText(null); void setShow(null) }} />}
            <CausesElsewhere cluster={cluster} problems={elsewhere.filter((problem) => namespaces.length === 0 || namespaces.includes(problem.subject.namespace))} />
          </>
        )}
      </ViewStates>
    </Screen>
  )
}

function Nothing({ filtered, onClear }: { readonly filtered: boolean; readonly onClear: () => void }) {
  return (
    <div className="border-t border-line-strong">
      {filtered
        ? <Empty action={<button type="button" className="link" onClick={onClear}>Show all gateways</button>}>No gateway fits the filter.</Empty>
        : <Empty>No gateway workload in the namespaces in view: no pods carry the labels that a Gateway selects, such as <code>istio: ingressgateway</code>.</Empty>}
    </div>
  )
}

function countWords(rows: readonly GatewayData[]): string {
  const namespaces = new Set(rows.map((row) => row.namespace)).size
  return `${rows.length} ${rows.length === 1 ? 'workload' : 'workloads'} in ${namespaces} ${namespaces === 1 ? 'namespace' : 'namespaces'}`
}
