'use client'
import { useState } from 'react'
import { Icon } from '@/components/ui/icon'
import type { GraphIndex } from '@/lib/mesh/graph/graph-index'
import { litPath } from '@/lib/mesh/graph/graph-index'
import type { MapKey } from '@/lib/mesh/graph/map-keys'
import { PhoneEntries, PhoneHosts, PhoneServers, PhoneTargets } from './phone-lists'
import { count } from './map-words'

const steps = ['entry', 'server', 'host', 'to', 'pods'] as const

/** A column of the map on a phone. */
export type PhoneStep = (typeof steps)[number]

const labels: Readonly<Record<PhoneStep, string>> = { entry: 'Entry', server: 'Server', host: 'Host, rule', to: 'To', pods: 'Pods' }

/** The map on a phone: one column at a time, the path as steps, the pinned thing in the sheet below. */
export function MapPhone({ index, pinned, onPick, onFold, onMore }: {
  readonly index: GraphIndex
  readonly pinned: string | null
  readonly onPick: (key: string) => void
  readonly onFold: (hostId: string) => void
  readonly onMore: () => void
}) {
  const [step, setStep] = useState<PhoneStep>('host')
  const lit = pinned === null ? null : litPath(index, pinned)
  return (
    <div className="map-phone">
      <nav className="map-steps" aria-label="Columns">
        {steps.map((name, number) => (
          <span key={name}>
            {number === 0 ? null : <Icon name="chevron-right" size={12} className="text-faint" />}
            <button type="button" aria-current={name === step ? 'step' : undefined} onClick={() => setStep(name)}><span className="text-ink-3">{labels[name]}</span><span className="m">{stepText(index, lit, name)}</span></button>
          </span>
        ))}
      </nav>
      <div className="map-phone-list" tabIndex={0} role="region" aria-label={labels[step]}>
        {step === 'entry' ? <PhoneEntries index={index} pinned={pinned} onPick={onPick} /> : null}
        {step === 'server' ? <PhoneServers index={index} pinned={pinned} onPick={onPick} /> : null}
        {step === 'host' ? <PhoneHosts index={index} pinned={pinned} onPick={onPick} onFold={onFold} onMore={onMore} /> : null}
        {step === 'to' || step === 'pods' ? <PhoneTargets index={index} lit={lit} pinned={pinned} onPick={onPick} /> : null}
      </div>
    </div>
  )
}

/** What a step says under its name: the chosen thing, or how many there are. */
function stepText(index: GraphIndex, lit: ReadonlySet<MapKey> | null, step: PhoneStep): string {
  const { graph } = index
  const on = <T extends { readonly id: string }>(items: readonly T[], kind: 'entry' | 'server' | 'to'): readonly T[] => (lit ? items.filter((item) => lit.has(`${kind}:${item.id}`)) : items)
  const destinations = on(graph.destinations, 'to')
  switch (step) {
    case 'entry': {
      const entries = on(graph.entries, 'entry')
      return entries.length <= 2 ? entries.map((entry) => `:${entry.port}`).join(' ') : count(entries.length, 'port')
    }
    case 'server': {
      const servers = on(graph.servers, 'server')
      return servers.length === 1 ? (servers[0]?.hosts[0] ?? '*') : `${servers.length} of ${graph.servers.length}`
    }
    case 'host': return count(graph.totals.matching, 'host')
    case 'to': return lit ? `${destinations.length} of ${graph.destinations.length}` : `${destinations.length}`
    case 'pods': {
      const counted = destinations.filter((destination) => destination.total !== null)
      return `${counted.reduce((sum, destination) => sum + (destination.ready ?? 0), 0)}/${counted.reduce((sum, destination) => sum + (destination.total ?? 0), 0)}`
    }
  }
}
