import { layoutMap } from '@/lib/mesh/graph/layout'
import { mapGraph, type MapInput } from '@/lib/mesh/graph/map-graph'
import { snapshotOf, withObject, type Snapshot } from '@/lib/mesh/snapshot'
import { compile } from '@/lib/mesh/translate/compile'
import type { Compiled } from '@/lib/mesh/translate/compiled'
import { gatewayWorkloads } from '@/lib/mesh/translate/gateway-workloads'
import { gatewayKey } from '@/lib/mesh/gateway-workload'
import { mapHostsMost } from '@/lib/contract/views/map'
import { mesh } from './mesh'
import { percentile, timesOf, type BenchRow } from './row'

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
      { what: 'map data, first view after a change', n, value: afterChange(first), unit: 'ms', limit: 30 },
      { what: 'map data, first view', n, value: JSON.stringify(small).length / 1024, unit: 'KB', limit: 50 },
      { what: 'map data, filtered', n, value: median(9, () => mapGraph({ ...first, filter: 'host:cart canary' })), unit: 'ms', limit: 100 },
      { what: 'map layout, first view', n, value: median(9, () => layoutMap(small, { width: 1440, density: 'line' })), unit: 'ms', limit: 4 },
      { what: 'map layout, all hosts open', n, value: median(3, () => layoutMap(large, { width: 1440, density: 'line' })), unit: 'ms', limit: 500 },
    ]
  })
}

/** A VirtualService gets another timeout, its gateway is compiled again from what there is, and the map is made of that; the compile is not in the figure. */
function afterChange(first: MapInput): number {
  const objects = [...first.snapshot.objects.get(virtualServices)?.values() ?? []].flatMap((names) => [...names.values()])
  let { snapshot, compiled } = first
  const times = timesOf(15, (run) => {
    const object = objects[(run * 37) % objects.length]
    if (!object) return undefined
    snapshot = withObject(snapshot, virtualServices, JSON.parse(JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: `edited-${run}` } }).replace('"timeout":"3s"', `"timeout":"${run + 4}s"`)), snapshot.revision)
    compiled = compiled.map((one) => compile(snapshot, one.gateway, {}, one))
    return () => mapGraph({ ...first, snapshot, compiled })
  })
  return percentile(times.slice(5), 50)
}

const virtualServices = 'virtualservices.networking.istio.io'

function median(times: number, run: () => unknown): number {
  return percentile(timesOf(times, () => run), 50)
}
