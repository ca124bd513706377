import type { MapGraph } from './model'

/** How much of each host is drawn: a strip of hosts, one-line rows, or rules with their detail. */
export type Density = 'strip' | 'line' | 'detail'

/** Heights in px of what stands in the columns. */
export interface DensityMetrics {
  readonly host: number
  readonly rule: number
  readonly hostGap: number
  readonly server: number
  readonly to: number
}

/** The metrics of each density. */
export const densityMetrics: { readonly [density in Density]: DensityMetrics } = {
  strip: { host: 16, rule: 0, hostGap: 0, server: 20, to: 16 },
  line: { host: 28, rule: 28, hostGap: 12, server: 48, to: 28 },
  detail: { host: 28, rule: 48, hostGap: 12, server: 48, to: 28 },
}

/** The first row's top. */
export const layoutTop = 12

/** A row of the host column. `index` is the host's, `rule` the rule's inside it. */
export interface HostColumnRow {
  readonly kind: 'host' | 'rule' | 'more'
  readonly index: number
  readonly rule: number
  readonly y: number
  readonly height: number
}

/** Rows of the host column from top to bottom: hosts with their rules, and the row for the hosts that are not shown. */
export function hostRows(graph: MapGraph, density: Density): readonly HostColumnRow[] {
  const metrics = densityMetrics[density]
  const rows: HostColumnRow[] = []
  let y = layoutTop
  let server: string | undefined
  let serverTop = Number.NEGATIVE_INFINITY
  graph.hosts.forEach((host, index) => {
    if (host.servers[0] !== server) {
      y = Math.max(y, serverTop + metrics.server)
      server = host.servers[0]
      serverTop = y
    }
    rows.push({ kind: 'host', index, rule: -1, y, height: metrics.host })
    y += metrics.host
    if (metrics.rule > 0) {
      host.rules?.forEach((_, rule) => {
        rows.push({ kind: 'rule', index, rule, y, height: metrics.rule })
        y += metrics.rule
      })
    }
    y += metrics.hostGap
  })
  if (graph.totals.more > 0) rows.push({ kind: 'more', index: -1, rule: -1, y, height: 28 })
  return rows
}
