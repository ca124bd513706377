import { memo, type CSSProperties } from 'react'
import { cx } from '@/components/ui/cx'
import { Glyph } from '@/components/ui/glyph'
import { Icon } from '@/components/ui/icon'
import { hostTitle, ruleKey } from '@/lib/mesh/graph/map-keys'
import { matchLabel } from '@/lib/mesh/graph/match-words'
import type { MapDestination, MapHost, MapRule } from '@/lib/mesh/graph/model'
import type { Density } from '@/lib/mesh/graph/layout-rows'
import { LiveMark, useLiveLook } from './live/live-mark'
import { Mark } from './map-marks'
import { count, deadText, edgeText, hostLabel, hostNote, ownerText, rateText, ruleLabel, troubleText } from './map-words'

/** How a row stands among the others: `off` the lit path, `pinned`, under the keyboard's `cursor`. */
export interface RowLook {
  readonly off: boolean
  readonly pinned: boolean
  readonly cursor: boolean
}

/** The class names of a look. */
export function lookClass(look: RowLook): string {
  return cx(look.off && 'off', look.pinned && 'pin', look.cursor && 'cursor')
}

/** Element ids must not hold spaces; keys of the map may. */
export function elementId(key: string): string {
  return `map-${encodeURIComponent(key)}`
}

interface At {
  readonly y: number
  readonly x: number
  readonly width: number
  readonly height: number
}

/** Where a row stands, as a style. */
export function placeStyle(at: At): CSSProperties {
  return { top: at.y, left: at.x, width: at.width, height: at.height }
}

/** A host: fold, name, kind, certificate, problems, count of rules when folded, rate. */
export const HostRow = memo(function HostRow({ host, y, x, width, height, density, off, pinned, cursor }: At & RowLook & { readonly host: MapHost; readonly density: Density }) {
  const open = host.rules !== null
  const foldable = host.ruleCount > 0
  const note = hostNote(host)
  const look = useLiveLook(`host:${host.id}`)
  return (
    <div
      className={cx('map-host', density === 'strip' && 'strip', look, lookClass({ off, pinned, cursor }))} style={placeStyle({ y, x, width, height })} data-key={`host:${host.id}`} id={elementId(`host:${host.id}`)}
      role="treeitem" aria-level={3} aria-label={hostLabel(host)} aria-selected={pinned} {...(foldable ? { 'aria-expanded': open } : {})}
    >
      {density === 'strip' ? null : <span className="map-fold" data-fold={foldable ? '' : undefined}>{foldable ? <Icon name={open ? 'chevron-down' : 'chevron-right'} size={12} /> : null}</span>}
      <span className="m map-name" title={host.name}>{hostTitle(host)}</span>
      {host.trouble ? <span className={cx('map-trouble', host.trouble.errors > 0 ? 'bad' : 'warn')} title={`${host.trouble.code}: ${troubleText(host.trouble)}`}><Glyph shape={host.trouble.errors > 0 ? 'bad' : 'warn'} label="" /> {host.trouble.code}</span> : null}
      {note === '' || density === 'strip' ? null : <span className="map-note">{note}</span>}
      {open || !foldable || density === 'strip' ? null : <span className="map-count">{count(host.ruleCount, 'rule')}</span>}
      <LiveMark at={`host:${host.id}`} short={density === 'strip'} />
      {host.rate === null ? null : <span className="m map-rate">{rateText(host.rate)}</span>}
    </div>
  )
})

/** A rule: number in Envoy order, match, marks, owner; struck with the rule that takes its requests when it is dead. */
export const RuleRow = memo(function RuleRow({ host, rule, destinations, density, y, x, width, height, off, pinned, cursor, last }: At & RowLook & {
  readonly host: string
  readonly rule: MapRule
  readonly density: Density
  readonly destinations: ReadonlyMap<string, MapDestination>
  readonly last: boolean
}) {
  const key = ruleKey(host, rule.number)
  const match = matchLabel(rule.when)
  const problem = rule.dead ? undefined : rule.problems.find((found) => found.severity !== 'info')
  const grpc = destinations.get(rule.to[0]?.to ?? '')?.protocol === 'grpc'
  const look = useLiveLook(key)
  return (
    <div
      className={cx('map-rule', rule.dead && 'dead', last && 'last', density === 'detail' && 'detail', look, lookClass({ off, pinned, cursor }))} style={placeStyle({ y, x, width, height })} data-key={key} id={elementId(key)} data-n={rule.number}
      role="treeitem" aria-level={4} aria-label={ruleLabel(rule)} aria-selected={pinned}
    >
      <span className="m map-match" title={match}>{match}</span>
      {grpc ? <span className="map-word grpc">gRPC</span> : null}
      {rule.marks.map((mark) => <Mark key={mark.kind} mark={mark} />)}
      {rule.dead ? <span className="map-dead"><Glyph shape="warn" label="" /> {deadText(rule)}</span> : null}
      {problem ? <span className={cx('map-trouble', problem.severity === 'error' ? 'bad' : 'warn')}><Glyph shape={problem.severity === 'error' ? 'bad' : 'warn'} label="" /> {problem.code}</span> : null}
      <LiveMark at={key} />
      {rule.resource ? <span className="map-owner" title={`${rule.resource.kind} ${rule.resource.namespace}/${rule.resource.name}`}>{ownerText([rule.resource])}</span> : null}
      {density === 'detail' ? <span className="m map-second">{rule.to.map((edge) => edgeText(edge, destinations.get(edge.to))).join('   ')}</span> : null}
    </div>
  )
})
