import { Fragment, type ReactNode } from 'react'
import { Icon } from '@/components/ui/icon'
import { findRule, type GraphIndex } from '@/lib/mesh/graph/graph-index'
import { hostTitle, parseMapKey, type MapThing } from '@/lib/mesh/graph/map-keys'
import { matchLabel } from '@/lib/mesh/graph/match-words'
import type { MapEdge } from '@/lib/mesh/graph/model'
import { count, isShort, percent, podsText, serverNote } from './map-words'

/** The path through what is lit or pinned, read as a sentence from the port to the pods. */
export function MapCrumb({ index, at, pinned, only }: { readonly index: GraphIndex; readonly at: string | null; readonly pinned: boolean; readonly only: boolean }) {
  const thing = at === null ? null : parseMapKey(at)
  const parts = thing ? crumbs(index, thing) : []
  return (
    <nav className="map-crumb" aria-label="Path">
      {parts.length === 0 ? <span className="text-ink-3">{summary(index)}</span> : parts.map((part, number) => (
        <Fragment key={part.key}>{number === 0 ? null : <Icon name="chevron-right" size={12} className="text-faint" />}<span>{part.text}</span></Fragment>
      ))}
      {pinned ? <span className="map-pinned">{only ? 'only this path' : 'pinned'} <kbd>{only ? 'f' : 'Esc'}</kbd></span> : null}
    </nav>
  )
}

function summary(index: GraphIndex): string {
  const { totals } = index.graph
  const found = totals.matching === totals.hosts ? count(totals.hosts, 'host') : `${totals.matching} of ${count(totals.hosts, 'host')}`
  return `${found}, ${count(totals.rules, 'rule')}, ${count(totals.servers, 'server')}`
}

interface Crumb {
  readonly key: string
  readonly text: ReactNode
}

function crumbs(index: GraphIndex, thing: MapThing): readonly Crumb[] {
  if (thing.kind === 'entry') return entryCrumb(index, [thing.id])
  if (thing.kind === 'server') return [...entryCrumb(index, index.entriesOfServer.get(thing.id) ?? []), ...serverCrumb(index, [thing.id])]
  if (thing.kind === 'to') {
    const sources = index.sources.get(thing.id) ?? []
    const destination = index.destinations.get(thing.id)
    return destination ? [{ key: 'from', text: `${count(sources.length, 'rule')} of ${count(new Set(sources.map((source) => source.host)).size, 'host')}` }, { key: 'to', text: <><span className="m">{destination.label}</span>, {podsText(destination)}</> }] : []
  }
  const host = index.hosts.get(thing.id)
  if (!host) return []
  const servers = host.servers.slice(0, 1)
  const head = [...entryCrumb(index, servers.flatMap((id) => index.entriesOfServer.get(id) ?? []).slice(0, 1)), ...serverCrumb(index, servers), { key: 'host', text: <span className="m">{hostTitle(host)}</span> }]
  const rule = thing.kind === 'rule' ? findRule(index, thing.id, thing.number) : undefined
  if (!rule) return [...head, { key: 'rules', text: count(host.ruleCount, 'rule') }]
  return [...head, { key: 'rule', text: <>rule {rule.number} <span className="m">{matchLabel(rule.when)}</span></> }, { key: 'to', text: rule.dead ? <span className="text-warn">never reached{rule.dead.by === null ? '' : `, by rule ${rule.dead.by}`}</span> : targets(index, rule.to) }]
}

function entryCrumb(index: GraphIndex, ids: readonly string[]): readonly Crumb[] {
  const entry = index.entries.get(ids[0] ?? '')
  return entry ? [{ key: 'entry', text: <span className="m">:{entry.port}</span> }] : []
}

function serverCrumb(index: GraphIndex, ids: readonly string[]): readonly Crumb[] {
  const server = index.servers.get(ids[0] ?? '')
  if (!server) return []
  const note = server.httpsRedirect ? `, ${serverNote(server)}` : ''
  return [{ key: 'server', text: <>{server.protocol} <span className="m">{server.hosts[0] ?? '*'}</span>{note}</> }]
}

function targets(index: GraphIndex, edges: readonly MapEdge[]): ReactNode {
  return edges.map((edge, number) => {
    const destination = index.destinations.get(edge.to)
    const pods = destination ? podsText(destination) : ''
    return (
      <Fragment key={`${edge.kind} ${edge.to}`}>
        {number === 0 ? '' : ', '}
        {edge.kind === 'mirror' ? 'mirror ' : edge.share < 0.9995 ? <><span className="m">{percent(edge.share)}</span> </> : ''}
        {destination?.label ?? edge.to}{pods === '' ? '' : <>, <span className={destination && isShort(destination) ? 'text-warn' : undefined}>{pods}</span></>}
      </Fragment>
    )
  })
}
