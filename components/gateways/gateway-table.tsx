'use client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { Fragment, useState } from 'react'
import { gatewayKey } from '@/lib/mesh/gateway-workload'
import { paths } from '../shell/paths'
import { cx } from '../ui/cx'
import { Glyph } from '../ui/glyph'
import { PodBars } from '../ui/pod-bars'
import { Ago } from '../ui/relative-time'
import { useKeys } from '../ui/use-keys'
import { Causes } from './causes'
import { countProblems, hasTrouble, managerWords, mapPath, type GatewayData } from './gateway-words'
import { CertificateCell, SyncCell } from './live-cells'
import type { LiveGateway } from './live-gateway'
import type { LiveGateways } from './use-live'

/** The list. ↑↓ choose a row, Enter opens its page, space its causes, m its map, l its logs. */
export function GatewayTable({ cluster, rows, live, opened, onToggle }: {
  readonly cluster: string
  readonly rows: readonly GatewayData[]
  readonly live: LiveGateways
  readonly opened: readonly string[]
  readonly onToggle: (key: string) => void
}) {
  const [chosen, setChosen] = useState<string | null>(null)
  const router = useRouter()
  const at = rows.findIndex((row) => gatewayKey(row) === chosen)
  const row = rows[at]
  const move = (step: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))]
    if (!next) return
    setChosen(gatewayKey(next))
    document.getElementById(rowId(next))?.scrollIntoView({ block: 'nearest' })
  }
  const withRow = (action: (row: GatewayData) => void) => () => (row ? action(row) : false)
  useKeys({
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Escape: () => setChosen(null),
    Enter: (event) => (onControl(event) ? false : withRow((it) => router.push(paths.gateway(cluster, it.namespace, it.name)))()),
    ' ': (event) => (onControl(event) ? false : withRow((it) => onToggle(gatewayKey(it)))()),
    m: withRow((it) => router.push(mapPath(cluster, it))),
    l: withRow((it) => router.push(logsPath(cluster, it))),
  })
  return (
    <table className="table gateways" aria-label="Gateways">
      <colgroup>
        <col className="name" /><col className="wide" style={{ width: 120 }} /><col className="wide" style={{ width: 108 }} /><col className="ready" />
        <col className="wide" style={{ width: 128 }} /><col className="wide" style={{ width: 88 }} /><col className="wide" style={{ width: 56 }} /><col className="wide" style={{ width: 80 }} /><col className="count" /><col className="wide" />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Workload</th><th scope="col" className="wide">Address</th><th scope="col" className="wide">Ports</th><th scope="col">Pods</th>
          <th scope="col" className="wide">Istio</th><th scope="col" className="wide">In sync</th><th scope="col" className="num wide">Hosts</th><th scope="col" className="num wide">First cert</th><th scope="col" className="num">Problems</th><th scope="col" className="wide">Last change</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((each) => {
          const key = gatewayKey(each)
          const counts = countProblems(each, live.of(key))
          const open = opened.includes(key) && counts.errors + counts.warnings + counts.notes > 0
          return (
            <Fragment key={key}>
              <Row cluster={cluster} row={each} live={live.of(key)} counts={counts} open={open} chosen={key === chosen} onToggle={() => onToggle(key)} onChoose={() => setChosen(key)} />
              {open ? <Causes cluster={cluster} row={each} live={live.of(key)} id={`${rowId(each)}-causes`} /> : null}
            </Fragment>
          )
        })}
      </tbody>
    </table>
  )
}

function Row({ cluster, row, live, counts, open, chosen, onToggle, onChoose }: {
  readonly cluster: string
  readonly row: GatewayData
  readonly live: LiveGateway | undefined
  readonly counts: ReturnType<typeof countProblems>
  readonly open: boolean
  readonly chosen: boolean
  readonly onToggle: () => void
  readonly onChoose: () => void
}) {
  const { errors, warnings, notes } = counts
  const address = row.addresses[0]
  const ports = row.ports.map((port) => port.port).join(' ')
  return (
    <tr id={rowId(row)} className={cx('can-open', open && 'opened', hasTrouble(row) && 'trouble', chosen && 'chosen')} onClick={onChoose}>
      <td>
        <div className="workload">
          <span className="mark">{errors > 0 ? <Glyph shape="bad" /> : warnings > 0 ? <Glyph shape="warn" /> : null}</span>
          <Link className="cut" prefetch={false} href={paths.gateway(cluster, row.namespace, row.name)} title={gatewayKey(row)}>
            <span className="m text-ink-3">{row.namespace}/</span><span className="m font-semibold">{row.name}</span>
          </Link>
          {row.note === null ? null : <span className="wide small ml-2 text-ink-3">{row.note === 'egress' ? 'egress' : 'Gateway API'}</span>}
          <span className="second-line small text-ink-3 m cut">{address?.text ?? '–'} {ports}</span>
        </div>
      </td>
      <td className="wide m" title={row.addresses.map((each) => each.text).join(', ')}>{address === undefined ? <span className="text-faint">–</span> : <span className={cx(address.scope === 'cluster' && 'text-ink-3')} title={address.scope === 'cluster' ? 'reached from the cluster only' : undefined}>{address.text}</span>}</td>
      <td className="wide m text-ink-2" title={row.ports.map((port) => `${port.name} ${port.port} to ${port.targetPort}${port.nodePort === null ? '' : `, node port ${port.nodePort}`}`).join('\n')}>{ports === '' ? <span className="text-faint">–</span> : ports}</td>
      <td><PodBars ready={row.pods.ready} total={row.pods.total} /></td>
      <td className="wide m">{row.istio.version ?? <span className="text-faint">–</span>} <span className="text-ink-3">{row.istio.revision}</span></td>
      <td className="wide"><SyncCell live={live} /></td>
      <td className="wide m num">{row.hosts ?? <span className="text-faint">–</span>}</td>
      <td className="wide num"><CertificateCell live={live} /></td>
      <td className="num">
        {errors + warnings + notes === 0 ? <span className="text-faint">–</span> : (
          <button type="button" className="counts focus-inset" aria-expanded={open} aria-controls={`${rowId(row)}-causes`} onClick={onToggle} aria-label={`${errors + warnings + notes} problems of ${gatewayKey(row)}`}>
            {errors === 0 ? null : <span className="text-bad"><Glyph shape="bad" label="" /> <span className="m">{errors}</span></span>}
            {warnings === 0 ? null : <span className="text-warn"><Glyph shape="warn" label="" /> <span className="m">{warnings}</span></span>}
            {errors + warnings > 0 || notes === 0 ? null : <span className="text-ink-3"><Glyph shape="note" label="" /> <span className="m">{notes}</span></span>}
          </button>
        )}
      </td>
      <td className="wide">{row.lastChange === null ? <span className="text-faint">–</span> : <Changed change={row.lastChange} />}</td>
    </tr>
  )
}

function Changed({ change }: { readonly change: NonNullable<GatewayData['lastChange']> }) {
  const manager = managerWords(change.manager)
  const name = `${change.ref.namespace === '' ? '' : `${change.ref.namespace}/`}${change.ref.name}`
  return <><Ago at={Date.parse(change.time)} />&nbsp; <span className="text-ink-3" title={`${change.ref.kind} ${name}`}>{name}{manager === '' ? '' : `, ${manager}`}</span></>
}

function rowId(row: { readonly namespace: string; readonly name: string }): string {
  return `gateway-${row.namespace}-${row.name}`
}

function onControl(event: KeyboardEvent): boolean {
  return event.target instanceof HTMLElement && event.target.closest('a, button, input, [role="radio"]') !== null
}

function logsPath(cluster: string, row: { readonly namespace: string; readonly name: string }): string {
  return `${paths.logs(cluster)}?gateway=${encodeURIComponent(gatewayKey(row))}`
}
