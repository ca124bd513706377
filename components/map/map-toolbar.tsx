'use client'
import type { RefObject } from 'react'
import { Toolbar } from '@/components/ui/bars'
import { Icon } from '@/components/ui/icon'
import { MenuButton, type MenuEntry } from '@/components/ui/menu'
import { Segmented } from '@/components/ui/segmented'
import { TextField } from '@/components/ui/text-field'
import { NewVirtualService } from './new-virtual-service'
import type { MapParams } from './use-map-params'

/** The map's tool bar: which gateway, the filter, a new VirtualService, the exports. */
export function MapToolbar({ cluster, gateway, gateways, filter, view, search, onGateway, onView, onFilter, onExport }: {
  readonly cluster: string
  readonly gateway: string
  readonly gateways: readonly string[]
  readonly filter: string
  /** Null where several gateways are shown, whose pods are not read at once. */
  readonly view: MapParams['view'] | null
  readonly search: RefObject<HTMLInputElement | null>
  readonly onGateway: (gateway: string) => void
  readonly onView: (view: MapParams['view']) => void
  readonly onFilter: (filter: string) => void
  readonly onExport: (format: 'svg' | 'png') => void
}) {
  const choices: readonly MenuEntry[] = [
    ...gateways.map((key): MenuEntry => ({ kind: 'item', key, label: <span className="m">{key}</span>, checked: key === gateway, onSelect: () => onGateway(key) })),
    ...(gateways.length > 1 ? [{ kind: 'line', key: 'line' } as const, { kind: 'item', key: 'all', label: `All ${gateways.length} gateways`, checked: gateway === 'all', onSelect: () => onGateway('all') } as const] : []),
  ]
  return (
    <Toolbar label="Map">
      <MenuButton label={`Gateway: ${gateway === '' ? 'none' : gateway}`} className="pick" entries={choices}><span className="m">{gateway === 'all' ? 'all gateways' : gateway}</span></MenuButton>
      {view === null ? null : <Segmented label="What is shown" value={view} onChange={onView} segments={[{ value: 'declared', label: 'Declared' }, { value: 'live', label: 'Live' }, { value: 'both', label: 'Both' }]} />}
      <TextField
        ref={search} label="Filter hosts" icon="search" hint="/" className="map-search" placeholder="host:  ns:  is:problem" type="search" value={filter}
        onChange={(event) => onFilter(event.target.value)} onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); if (filter === '') event.currentTarget.blur(); else onFilter('') } }}
      />
      <span className="map-tools">
        <NewVirtualService cluster={cluster} gateway={gateway === 'all' ? (gateways[0] ?? '') : gateway} />
        <span className="vr" />
        <MenuButton label="Download the map" className="btn bare" chevron={false} placement="below-end" entries={[
          { kind: 'item', key: 'svg', label: 'SVG', note: 'the whole map, to scale', onSelect: () => onExport('svg') },
          { kind: 'item', key: 'png', label: 'PNG', note: 'the whole map as a picture', onSelect: () => onExport('png') },
        ]}><Icon name="download" size={14} />SVG, PNG</MenuButton>
      </span>
    </Toolbar>
  )
}
