import type { ReactNode } from 'react'
import type { LayoutColumns } from '@/lib/mesh/graph/layout-columns'

/** The columns' headings; an order that would change waits here, and stale data is said here. */
export function MapHeads({ columns, rates, orderChanged, stale, onApplyOrder }: {
  readonly columns: LayoutColumns
  readonly rates: boolean
  readonly orderChanged: boolean
  readonly stale: ReactNode
  readonly onApplyOrder: () => void
}) {
  const at = ({ x, width }: { readonly x: number; readonly width: number }) => ({ left: x, width })
  return (
    <div className="map-heads">
      <span style={at(columns.entry)}>Entry</span>
      <span style={at(columns.server)}>Server</span>
      <span style={at(columns.host)}>
        Host, rules in Envoy order
        {orderChanged ? <button type="button" className="link" onClick={onApplyOrder}>order changed, apply</button> : null}
        {stale === null ? null : <span className="text-warn"> {stale}</span>}
        {rates ? <span className="map-rate">req/s</span> : null}
      </span>
      <span style={at(columns.to)}>To</span>
      <span style={at(columns.pods)}>Pods</span>
    </div>
  )
}
