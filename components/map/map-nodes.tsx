import { memo } from 'react'
import { cx } from '@/components/ui/cx'
import { Glyph } from '@/components/ui/glyph'
import type { Density } from '@/lib/mesh/graph/layout-rows'
import type { MapDestination, MapEntry, MapServer } from '@/lib/mesh/graph/model'
import { LiveMark } from './live/live-mark'
import { elementId, lookClass, placeStyle, type RowLook } from './map-rows'
import { entryTitle, isShort, podsText, serverNote, troubleText, wholeName } from './map-words'

interface NodeAt extends RowLook {
  readonly y: number
  readonly x: number
  readonly width: number
  readonly density: Density
}

/** A port of the gateway's Service: port and target, name, nodePort. */
export const EntryNode = memo(function EntryNode({ entry, several, y, x, width, density, off, pinned, cursor }: NodeAt & { readonly entry: MapEntry; readonly several: boolean }) {
  const title = entryTitle(entry)
  return (
    <div
      className={cx('map-entry', lookClass({ off, pinned, cursor }))} style={placeStyle({ y, x, width, height: density === 'strip' ? 20 : 44 })} data-key={`entry:${entry.id}`} id={elementId(`entry:${entry.id}`)}
      role="treeitem" aria-level={1} aria-label={`entry port ${entry.port}, ${entry.name}`} aria-selected={pinned} title={several ? entry.gateway : (entry.service ? `Service ${entry.service.namespace}/${entry.service.name}` : 'No Service leads to this port')}
    >
      <div className="m map-name">{title}</div>
      {density === 'strip' ? null : (
        <div className="map-line"><span className={cx('map-word', entry.protocol)}>{entry.name}</span> <span className="m text-ink-3">{several ? entry.gateway.slice(entry.gateway.indexOf('/') + 1) : entry.nodePort === null ? (entry.service ? '' : 'no Service') : `n${entry.nodePort}`}</span></div>
      )}
    </div>
  )
})

/** A server of a Gateway: protocol, TLS mode or redirect, hosts. */
export const ServerNode = memo(function ServerNode({ server, y, x, width, density, off, pinned, cursor }: NodeAt & { readonly server: MapServer }) {
  const hosts = server.hosts.join(', ')
  return (
    <div
      className={cx('map-server', lookClass({ off, pinned, cursor }))} style={placeStyle({ y, x, width, height: density === 'strip' ? 20 : 44 })} data-key={`server:${server.id}`} id={elementId(`server:${server.id}`)}
      role="treeitem" aria-level={2} aria-label={`server ${server.protocol} ${server.port}, hosts ${hosts}`} aria-selected={pinned} title={`${server.resource.kind} ${server.resource.namespace}/${server.resource.name} ${server.path}\n${server.hosts.join('\n')}`}
    >
      <div className="map-line">
        <span className={cx('map-word', server.protocol)}>{server.protocol}</span>
        <span className="map-note">{serverNote(server)}</span>
        {server.trouble ? <span className={cx('map-trouble', server.trouble.errors > 0 ? 'bad' : 'warn')}><Glyph shape={server.trouble.errors > 0 ? 'bad' : 'warn'} label="" /> {server.trouble.code}</span> : null}
        <LiveMark at={`server:${server.id}`} />
      </div>
      {density === 'strip' ? null : <div className="m map-hosts">{hosts === '' ? '*' : hosts}</div>}
    </div>
  )
})

/** A destination and, in the last column, its pods: one bar each, filled when ready, and the count. */
export const DestinationNode = memo(function DestinationNode({ destination, y, x, width, pods, density, off, pinned, cursor }: NodeAt & {
  readonly destination: MapDestination
  readonly pods: { readonly x: number; readonly width: number }
}) {
  const height = density === 'strip' ? 16 : 29
  const look = lookClass({ off, pinned, cursor })
  const { ready, total } = destination
  const counted = total !== null && destination.kind !== 'redirect' && destination.kind !== 'direct' && (density !== 'strip' || isShort(destination))
  return (
    <>
      <div
        className={cx('map-to m', destination.kind, density === 'strip' && 'strip', look)} style={placeStyle({ y, x, width, height })} data-key={`to:${destination.id}`} id={elementId(`to:${destination.id}@${y}`)}
        role="treeitem" aria-level={5} aria-label={`to ${destination.label}, ${podsText(destination)}`} aria-selected={pinned} title={`${wholeName(destination)}\n${podsText(destination)}`}
      >
        {destination.label} {destination.trouble ? <span className={cx('map-trouble', destination.trouble.errors > 0 ? 'bad' : 'warn')} title={`${destination.trouble.code}: ${troubleText(destination.trouble)}`}><Glyph shape={destination.trouble.errors > 0 ? 'bad' : 'warn'} label={destination.trouble.code} /></span> : null} <LiveMark at={`to:${destination.id}`} short />
      </div>
      {counted ? (
        <div className={cx('map-pods', destination.protocol, density === 'strip' && 'strip', look)} style={placeStyle({ y, x: pods.x, width: pods.width, height })} data-key={`to:${destination.id}`} aria-hidden="true">
          {total > 0 && total <= 6 ? <PodBars ready={ready ?? 0} total={total} /> : null}
          <span className={cx('m', isShort(destination) && 'short')}>{ready ?? 0}/{total}</span>
        </div>
      ) : null}
    </>
  )
})

/** Pods as one drawing: filled bars are ready, hollow ones are not. */
function PodBars({ ready, total }: { readonly ready: number; readonly total: number }) {
  const bars = Array.from({ length: total }, (_, index) => index)
  const filled = bars.filter((index) => index < ready).map((index) => `M${index * 6} 0h5v10h-5z`).join('')
  const hollow = bars.filter((index) => index >= ready).map((index) => `M${index * 6 + 0.6} .6h3.8v8.8h-3.8z`).join('')
  return (
    <svg className="map-bars" width={total * 6} height="10">
      {filled === '' ? null : <path d={filled} />}
      {hollow === '' ? null : <path d={hollow} className="no" />}
    </svg>
  )
}
