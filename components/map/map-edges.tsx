import { memo } from 'react'
import type { LayoutEdge } from '@/lib/mesh/graph/layout-edges'
import { edgePath } from '@/lib/mesh/graph/layout-path'
import type { MapKey } from '@/lib/mesh/graph/map-keys'
import { cx } from '@/components/ui/cx'

/** The edges of a window of the map: those off the path, those on it, shares in their gaps, stubs of dead rules. */
export const MapEdges = memo(function MapEdges({ edges, stubs, lit, onlyLit, top, height, width }: {
  readonly edges: readonly LayoutEdge[]
  /** Where dead rules end, px. */
  readonly stubs: readonly { readonly x: number; readonly y: number; readonly key: MapKey }[]
  readonly lit: ReadonlySet<MapKey>
  /** Edges to destinations are drawn on the lit path only: in the strip they would be a weave. */
  readonly onlyLit: boolean
  readonly top: number
  readonly height: number
  readonly width: number
}) {
  const any = lit.size > 0
  const isLit = (edge: LayoutEdge): boolean => lit.has(edge.from) && lit.has(edge.to)
  const rest = edges.filter((edge) => (edge.kind === 'trunk' || !onlyLit) && !(any && isLit(edge)))
  return (
    <svg className="map-edges" style={{ top, left: 0, width, height }} viewBox={`0 ${top} ${width} ${height}`} aria-hidden="true">
      <g className={any ? 'faded' : 'rest'}>{rest.map((edge) => <EdgePath key={edgeKey(edge)} edge={edge} />)}</g>
      {any ? <g className="lit">{edges.filter(isLit).map((edge) => <EdgePath key={edgeKey(edge)} edge={edge} />)}</g> : null}
      {stubs.map((stub) => (
        <g key={stub.key} className="map-stub"><path d={`M${stub.x} ${stub.y}h18`} className="dots" /><path d={`M${stub.x + 19} ${stub.y - 4}v8`} className="end" /></g>
      ))}
      {edges.filter((edge) => edge.label !== null).map((edge) => (
        <text key={edgeKey(edge)} x={edge.x1 - 25} y={edge.y1 + 4} className={cx('map-share', edge.kind === 'mirror' && 'mirror', any && (isLit(edge) ? 'lit' : 'off'))}>{edge.label}</text>
      ))}
    </svg>
  )
})

const EdgePath = memo(function EdgePath({ edge }: { readonly edge: LayoutEdge }) {
  return <path d={edgePath(edge)} className={edge.kind === 'mirror' ? `${edge.protocol} mirror` : edge.protocol} strokeWidth={edge.width} />
})

function edgeKey(edge: LayoutEdge): string {
  return `${edge.from} ${edge.to} ${edge.kind} ${edge.y0} ${edge.y1}`
}
