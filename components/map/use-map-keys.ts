'use client'
import type { RefObject } from 'react'
import { paths } from '@/components/shell/paths'
import { useKeys } from '@/components/ui/use-keys'
import { findRule } from '@/lib/mesh/graph/graph-index'
import { parseMapKey, type MapThing } from '@/lib/mesh/graph/map-keys'
import type { ResourceRef } from '@/lib/mesh/resource'
import { walk, type WalkStep } from '@/lib/mesh/graph/walk'
import { editLink, explainLink } from './map-links'
import type { MapModel } from './use-map-model'
import { mapViews, type MapParams, type SetMapParams } from './use-map-params'

/** The keys of the map: ←→ along the heaviest edge, ↑↓ in the column, Enter opens, e x l y leave for another screen, f only this path, v declared, live or both, / search, Esc back. */
export function useMapKeys(at: {
  readonly model: MapModel
  readonly params: MapParams
  readonly setParams: SetMapParams
  readonly cursor: string | null
  readonly setCursor: (key: string | null) => void
  readonly pin: (key: string | null) => void
  readonly fold: (hostId: string) => void
  readonly cluster: string
  readonly search: RefObject<HTMLInputElement | null>
  readonly go: (href: string) => void
}): void {
  const { model, params, cursor } = at
  const here = cursor ?? params.pin
  const thing = here === null ? null : parseMapKey(here)
  const step = (direction: WalkStep) => (): unknown => (onMap() ? at.setCursor(walk(model.index, model.layout, here, direction)) : false)
  const open = (href: string | undefined): unknown => (href === undefined ? false : at.go(href))
  useKeys({
    ArrowLeft: step('left'),
    ArrowRight: step('right'),
    ArrowUp: step('up'),
    ArrowDown: step('down'),
    Enter: () => {
      if (!onMap() || !thing) return false
      if (thing.kind === 'host' && here === params.pin) return at.fold(thing.id)
      return at.pin(here)
    },
    e: () => open(editTarget(model, at.cluster, thing)),
    x: () => open(explainTarget(model, at.cluster, thing)),
    l: () => (thing ? at.go(paths.logs(at.cluster)) : false),
    y: () => open(objectTarget(model, at.cluster, thing)),
    f: () => {
      if (here === null) return false
      at.setCursor(null)
      return at.setParams({ pin: here, only: !params.only })
    },
    v: () => {
      if (model.index.graph.gateway === 'all') return false
      return at.setParams({ view: mapViews[(mapViews.indexOf(params.view) + 1) % mapViews.length] ?? 'declared' })
    },
    '/': () => at.search.current?.focus(),
    Escape: () => {
      if (cursor !== null && params.pin !== null && cursor !== params.pin) return at.setCursor(null)
      if (params.only) return at.setParams({ only: false })
      if (params.pin !== null) return at.pin(null)
      return cursor === null ? false : at.setCursor(null)
    },
  })
}

/** Whether keys that a control would use itself are the map's: the focus is on the map, or nowhere. */
function onMap(): boolean {
  const focused = document.activeElement
  return focused === null || focused === document.body || focused.id === 'main' || focused.getAttribute('role') === 'tree'
}

function editTarget(model: MapModel, cluster: string, thing: MapThing | null): string | undefined {
  if (!thing || (thing.kind !== 'host' && thing.kind !== 'rule')) return undefined
  const host = model.index.hosts.get(thing.id)
  if (!host || host.kind !== 'http' || host.ruleCount === 0) return undefined
  return editLink(cluster, host, thing.kind === 'rule' ? thing.number : undefined)
}

function explainTarget(model: MapModel, cluster: string, thing: MapThing | null): string | undefined {
  if (!thing || (thing.kind !== 'host' && thing.kind !== 'rule')) return undefined
  const host = model.index.hosts.get(thing.id)
  return host && explainLink(cluster, model.index, host, thing.kind === 'rule' ? host.rules?.find(({ number }) => number === thing.number) : undefined)
}

function objectTarget(model: MapModel, cluster: string, thing: MapThing | null): string | undefined {
  const resource = thing ? objectOf(model, thing) : null
  return resource ? paths.object(cluster, resource) : undefined
}

function objectOf(model: MapModel, thing: MapThing): ResourceRef | null {
  switch (thing.kind) {
    case 'entry': return model.index.entries.get(thing.id)?.service ?? null
    case 'server': return model.index.servers.get(thing.id)?.resource ?? null
    case 'host': return model.index.hosts.get(thing.id)?.owners[0] ?? null
    case 'rule': return findRule(model.index, thing.id, thing.number)?.resource ?? null
    case 'to': return model.index.destinations.get(thing.id)?.resource ?? null
  }
}
