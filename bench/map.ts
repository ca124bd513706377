import { layoutMap } from '@/lib/mesh/graph/layout'
import { mapGraph, type MapInput } from '@/lib/mesh/graph/map-graph'
import { snapshotOf, type Snapshot } from '@/lib/mesh/snapshot'
import { compile } from '@/lib/mesh/translate/compile'
import type { Compiled } from '@/lib/mesh/translate/compiled'
import { gatewayWorkloads } from '@/lib/mesh/translate/gateway-workloads'
import { gatewayKey } from '@/lib/mesh/gateway-workload'
import { mapHostsMost } from '@/lib/contract/views/map'
import { mesh } from './mesh'

/** One line of the table that `npm run bench` prints. */
export interface BenchRow {
  readonly what: string
  readonly n: number
  readonly value: number
  readonly unit: 'ms' | 'KB' | 'fps' | 'nodes'
  readonly limit: number
}

/** The mesh of performance.md, compiled, as the map takes it. */
export function meshMap(n: number): Pick<MapInput, 'snapshot' | 'compiled' | 'problems' | 'gateways'> {
  const snapshot = snapshotOf(mesh(n))
  const compiled = compiledOf(snapshot)
  return { snapshot, compiled: [compiled], problems: [], gateways: [gatewayKey(compiled.gateway)] }
}

function compiledOf(snapshot: Snapshot): Compiled {
  const gateway = gatewayWorkloads(snapshot)[0]
  if (!gateway) throw new Error('The mesh has no gateway.')
  return compile(snapshot, gateway)
}

/** Time and size of the map's first view and of all hosts opened, and the layout of both, for the three sizes. */
export function benchMap(sizes: readonly number[] = [625, 2_500, 10_000]): readonly BenchRow[] {
  return sizes.flatMap((n): readonly BenchRow[] => {
    const source = meshMap(n)
    const first = { ...source, open: [], filter: '', namespaces: [], limit: null, focus: null }
    const whole = { ...first, open: ['all'], limit: mapHostsMost }
    source.compiled.forEach((compiled) => compiled.cluster(''))
    mapGraph(first)
    const small = mapGraph(first)
    const large = mapGraph(whole)
    return [
      { what: 'map data, first view', n, value: median(9, () => mapGraph(first)), unit: 'ms', limit: 30 },
      { what: 'map data, first view after a change', n, value: median(5, () => mapGraph({ ...first, compiled: source.compiled.map((compiled) => ({ ...compiled })) })), unit: 'ms', limit: 60 },
      { what: 'map data, first view', n, value: JSON.stringify(small).length / 1024, unit: 'KB', limit: 50 },
      { what: 'map data, filtered', n, value: median(9, () => mapGraph({ ...first, filter: 'host:cart canary' })), unit: 'ms', limit: 100 },
      { what: 'map layout, first view', n, value: median(9, () => layoutMap(small, { width: 1440, density: 'line' })), unit: 'ms', limit: 4 },
      { what: 'map layout, all hosts open', n, value: median(3, () => layoutMap(large, { width: 1440, density: 'line' })), unit: 'ms', limit: 500 },
    ]
  })
}

function median(times: number, run: () => unknown): number {
  const taken = Array.from({ length: times }, () => {
    const start = performance.now()
    run()
    return performance.now() - start
  }).sort((a, b) => a - b)
  return taken[Math.floor(times / 2)] ?? 0
}

if (process.argv[1]?.endsWith('bench/map.ts') === true) {
  for (const row of benchMap()) console.log(`${row.what.padEnd(36)} n=${String(row.n).padEnd(6)} ${row.value.toFixed(1).padStart(8)} ${row.unit.padEnd(4)} (limit ${row.limit})`)
}
