import { cx } from '@/components/ui/cx'
import { Glyph } from '@/components/ui/glyph'
import { Icon } from '@/components/ui/icon'
import type { GraphIndex } from '@/lib/mesh/graph/graph-index'
import { edgeWidth, stackOffsets } from '@/lib/mesh/graph/layout-path'
import { hostTitle, ruleKey, type MapKey } from '@/lib/mesh/graph/map-keys'
import { matchLabel } from '@/lib/mesh/graph/match-words'
import type { MapHost, MapRule } from '@/lib/mesh/graph/model'
import { LiveMark } from './live/live-mark'
import { Mark } from './map-marks'
import { moreText } from './more-row'
import { count, edgeText, entryTitle, hostNote, isShort, podsText, serverNote } from './map-words'

interface ListProps {
  readonly index: GraphIndex
  readonly pinned: string | null
  readonly onPick: (key: string) => void
}

/** Hosts and their rules on two lines each, with the ends of their edges in a gutter at the right. */
export function PhoneHosts({ index, pinned, onPick, onFold, onMore }: ListProps & { readonly onFold: (hostId: string) => void; readonly onMore: () => void }) {
  return (
    <>
      {index.graph.hosts.map((host) => (
        <div key={host.id}>
          <PhoneHost host={host} onFold={onFold} onPick={onPick} />
          {host.rules?.map((rule) => <PhoneRule key={rule.number} index={index} host={host} rule={rule} pinned={pinned === ruleKey(host.id, rule.number)} onPick={onPick} />)}
        </div>
      ))}
      {index.graph.totals.more > 0 ? <button type="button" className="phone-host link" onClick={onMore}>{moreText(index.graph.totals)}</button> : null}
    </>
  )
}

function PhoneHost({ host, onFold, onPick }: { readonly host: MapHost; readonly onFold: (hostId: string) => void; readonly onPick: (key: string) => void }) {
  const foldable = host.ruleCount > 0
  return (
    <button type="button" className="phone-host" onClick={() => (foldable ? onFold(host.id) : onPick(`host:${host.id}`))} {...(foldable ? { 'aria-expanded': host.rules !== null } : {})}>
      <span className="phone-fold">{foldable ? <Icon name={host.rules === null ? 'chevron-right' : 'chevron-down'} className="text-faint" /> : null}</span>
      <span className="m map-name grow-0-1">{hostTitle(host)}</span>
      {host.trouble ? <span className={host.trouble.errors > 0 ? 'small text-bad' : 'small text-warn'}><Glyph shape={host.trouble.errors > 0 ? 'bad' : 'warn'} label="" className={host.trouble.errors > 0 ? 'text-bad' : 'text-warn'} /> {host.trouble.code}</span> : null}
      <span className="small text-ink-3">{host.rules === null ? (hostNote(host) || count(host.ruleCount, 'rule')) : ''}</span>
      <LiveMark at={`host:${host.id}`} />
    </button>
  )
}

function PhoneRule({ index, host, rule, pinned, onPick }: { readonly index: GraphIndex; readonly host: MapHost; readonly rule: MapRule; readonly pinned: boolean; readonly onPick: (key: string) => void }) {
  return (
    <button type="button" className={cx('phone-rule', pinned && 'pin')} aria-pressed={pinned} onClick={() => onPick(ruleKey(host.id, rule.number))}>
      <span className="m phone-number">{rule.number}</span>
      <span className="phone-words">
        <span className="cut"><span className={cx('m', rule.dead && 'phone-dead')}>{matchLabel(rule.when)}</span> {rule.marks.map((mark) => <Mark key={mark.kind} mark={mark} />)} <LiveMark at={ruleKey(host.id, rule.number)} /></span>
        {rule.dead ? <span className="small text-warn cut"><Glyph shape="warn" label="" /> never reached{rule.dead.by === null ? '' : `, by rule ${rule.dead.by}`}</span> : <span className="m text-ink-3 cut">{rule.to.map((edge) => edgeText(edge, index.destinations.get(edge.to))).join('  ')}</span>}
      </span>
      <EdgeEnds index={index} rule={rule} pinned={pinned} />
    </button>
  )
}

function EdgeEnds({ index, rule, pinned }: { readonly index: GraphIndex; readonly rule: MapRule; readonly pinned: boolean }) {
  if (rule.dead) return <svg className="phone-ends map-edges" width="36" height="48" aria-hidden="true"><path d="M0 24h10" className="dots" /><g className="map-stub"><path d="M12 20v8" className="end" /></g></svg>
  const widths = rule.to.map((edge) => (edge.kind === 'mirror' ? 1.5 : edgeWidth(edge.share, null)))
  const offsets = stackOffsets(widths, rule.to.map(() => 1))
  return (
    <svg className="phone-ends map-edges" width="36" height="48" aria-hidden="true">
      <g className={pinned ? 'lit' : 'rest'}>
        {rule.to.map((edge, at) => {
          const y = 24 + (offsets[at] ?? 0)
          const spread = at === 0 ? '' : `H8A8 8 0 0 1 16 ${y + 8}A6 6 0 0 0 22 ${y + 14}`
          return <path key={`${edge.kind} ${edge.to}`} d={`M0 ${y}${spread}H36`} strokeWidth={widths[at]} className={cx(index.destinations.get(edge.to)?.protocol ?? 'http', edge.kind === 'mirror' && 'mirror')} />
        })}
      </g>
    </svg>
  )
}

/** The gateway's ports. */
export function PhoneEntries({ index, pinned, onPick }: ListProps) {
  return index.graph.entries.map((entry) => (
    <button key={entry.id} type="button" className={cx('phone-rule wide', pinned === `entry:${entry.id}` && 'pin')} onClick={() => onPick(`entry:${entry.id}`)}>
      <span className="phone-words"><span className="m map-name">{entryTitle(entry)}</span><span className="small text-ink-3"><span className={cx('map-word', entry.protocol)}>{entry.name}</span> {entry.nodePort === null ? '' : `nodePort ${entry.nodePort}`}</span></span>
    </button>
  ))
}

/** The gateway's servers. */
export function PhoneServers({ index, pinned, onPick }: ListProps) {
  return index.graph.servers.map((server) => (
    <button key={server.id} type="button" className={cx('phone-rule wide', pinned === `server:${server.id}` && 'pin')} onClick={() => onPick(`server:${server.id}`)}>
      <span className="phone-words"><span className="small"><span className={cx('map-word', server.protocol)}>{server.protocol}</span> <span className="text-ink-3">{serverNote(server)}</span></span><span className="m cut">{server.hosts.join(', ')}</span></span>
    </button>
  ))
}

/** Destinations with their pods; while something is pinned, only those on its path. */
export function PhoneTargets({ index, lit, pinned, onPick }: ListProps & { readonly lit: ReadonlySet<MapKey> | null }) {
  return index.graph.destinations.filter((destination) => lit === null || lit.has(`to:${destination.id}`)).map((destination) => (
    <button key={destination.id} type="button" className={cx('phone-rule wide', pinned === `to:${destination.id}` && 'pin')} onClick={() => onPick(`to:${destination.id}`)}>
      <span className="phone-words"><span className="cut"><span className="m">{destination.label}</span><LiveMark at={`to:${destination.id}`} /></span><span className={cx('small', isShort(destination) ? 'text-warn' : 'text-ink-3')}>{podsText(destination)}</span></span>
    </button>
  ))
}
