import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { startJudge, type Judge } from '@/conformance/judge'
import type { KubeObject } from '@/lib/mesh/resource'
import { snapshotOf, withObject, type Snapshot } from '@/lib/mesh/snapshot'
import { configurationOfCompiled, configurationOfDump, type EnvoyConfiguration } from '@/lib/mesh/simulate/envoy-configuration'
import { simulate } from '@/lib/mesh/simulate/simulate'
import { compile } from '@/lib/mesh/translate/compile'
import type { Compiled } from '@/lib/mesh/translate/compiled'
import { gatewayWorkloads } from '@/lib/mesh/translate/gateway-workloads'
import { mesh, type MeshObject } from './mesh'
import { percentile, timesOf, type BenchRow } from './row'

const virtualServices = 'virtualservices.networking.istio.io'

/** Compile, recompile and explain at the sizes; Pilot is timed beside the compile, run by run, where it is built. */
export async function benchEngine(sizes: readonly number[]): Promise<readonly BenchRow[]> {
  const judge = await judgeOrNone()
  try {
    const rows: BenchRow[] = []
    for (const n of sizes) rows.push(...await engineRows(n, judge))
    return rows
  } finally {
    judge?.close()
  }
}

async function judgeOrNone(): Promise<Judge | undefined> {
  try {
    return await startJudge({ features: 'default' })
  } catch {
    return undefined
  }
}

async function engineRows(n: number, judge: Judge | undefined): Promise<readonly BenchRow[]> {
  const ours: number[] = []
  const pilots: number[] = []
  let snapshot = snapshotOf(asRead(n))
  let compiled: Compiled | undefined
  for (let run = 0; run < 3; run++) {
    const objects = asRead(n)
    collect()
    ours.push(timed(() => {
      snapshot = snapshotOf(objects)
      compiled = compileFirst(snapshot)
      compiled.clusters()
    }))
    // Loading the largest mesh takes Pilot's fake API server more than a minute.
    const times = judge && run < (n > 5_000 ? 2 : 3) && (await judge.translate({ yaml: documents(objects), proxy: { namespace: 'istio-system', labels: { istio: 'ingressgateway', app: 'istio-ingressgateway' } }, want: ['times'] })).times
    if (times) pilots.push(Object.values(times).reduce((sum, one) => sum + one, 0))
  }
  if (!compiled) return []
  const full = Math.min(...ours)
  const again = recompiles(snapshot, compiled)
  const asks = explains(compiled, configurationOfCompiled(compiled))
  const pilot = pilots.length === 0 ? null : full / Math.min(...pilots)
  return [
    { what: 'compile, from objects to clusters', n, value: full, unit: 'ms', limit: null, pilot, note: `Pilot ${pilots.length === 0 ? 'not built' : `${Math.min(...pilots).toFixed(0)} ms`}` },
    { what: 'compile, times Pilot’s', n, value: pilot ?? Number.NaN, unit: '×', limit: 1 },
    { what: 'recompile after a VirtualService, p50', n, value: again, unit: 'ms', limit: null },
    { what: 'recompile, share of the full compile', n, value: (again / full) * 100, unit: '%', limit: 1 },
    { what: 'explain one request, p50', n, value: percentile(asks, 50), unit: 'ms', limit: 0.2 },
    { what: 'explain one request, p99', n, value: percentile(asks, 99), unit: 'ms', limit: 1 },
  ]
}

setFlagsFromString('--expose-gc')
/** Clears away what earlier runs left, so that each pays for its own garbage alone, as each of Pilot's cases does. */
const collect: () => void = runInNewContext('gc')

/** The mesh as an API server's answer gives it: objects that JSON.parse made. */
function asRead(n: number): readonly MeshObject[] {
  return JSON.parse(JSON.stringify([...mesh(n)]))
}

function timed(run: () => void): number {
  const start = performance.now()
  run()
  return performance.now() - start
}

function compileFirst(snapshot: Snapshot): Compiled {
  const gateway = gatewayWorkloads(snapshot)[0]
  if (!gateway) throw new Error('The mesh has no gateway.')
  return compile(snapshot, gateway)
}

/** Pods but the gateway's own are left out: Pilot's listeners, routes and clusters do not read them. JSON is YAML. */
function documents(objects: readonly MeshObject[]): string {
  return objects.filter(([key, { metadata }]) => key !== 'pods' || metadata.namespace === 'istio-system').map(([, object]) => JSON.stringify(object)).join('\n---\n')
}

/** The median of recompiles, each after another VirtualService got another timeout. */
function recompiles(snapshot: Snapshot, compiled: Compiled): number {
  const objects = [...snapshot.objects.get(virtualServices)?.values() ?? []].flatMap((names) => [...names.values()])
  let [last, now] = [compiled, snapshot]
  const times = timesOf(40, (run) => {
    const object = objects[(run * 37) % objects.length]
    if (!object) return undefined
    const next = withObject(now, virtualServices, edited(object, run), now.revision)
    return () => { last = compile(next, last.gateway, {}, last); now = next }
  })
  return percentile(times.slice(10), 50)
}

function edited(object: KubeObject, run: number): KubeObject {
  const copy: KubeObject = structuredClone(object)
  return { ...copy, metadata: { ...copy.metadata, resourceVersion: `edited-${run}` }, spec: JSON.parse(JSON.stringify(copy['spec']).replace('"timeout":"3s"', `"timeout":"${run + 4}s"`)) }
}

function explains(compiled: Compiled, configuration: EnvoyConfiguration, runs = 6_000): readonly number[] {
  const hosts = compiled.routeConfigurations.find(({ name }) => name === 'http.8080')?.virtual_hosts.map(({ domains }) => domains[0] ?? '') ?? []
  const ask = (run: number) => () => simulate(configuration, {
    port: 8080, peerAddress: '10.1.2.3', protocol: 'http1', tls: 'off', method: 'GET', scheme: 'http', path: `/api/${run % 100}`,
    authority: (hosts[(run * 31) % Math.max(hosts.length, 1)] ?? '').replace('*', 'any'), headers: {},
  })
  return timesOf(runs, ask).slice(runs / 2)
}

/** A config_dump of the size of performance.md's: from its text to the first explanation, and each one after. */
export function benchDump(megabytes = 60): readonly BenchRow[] {
  const compiled = compileFirst(snapshotOf(mesh(10_000)))
  const text = dumpText(compiled, megabytes * 1_000_000)
  let configuration: EnvoyConfiguration | undefined
  const first = timed(() => {
    configuration = configurationOfDump(JSON.parse(text))
    simulate(configuration, { port: 8080, peerAddress: '10.1.2.3', protocol: 'http1', tls: 'off', method: 'GET', scheme: 'http', path: '/', authority: 'www.cart-0.example.com', headers: {} })
  })
  if (!configuration) return []
  return [
    { what: `explain against a config_dump of ${Math.round(text.length / 1e6)} MB, first`, n: null, value: first, unit: 'ms', limit: 3_000 },
    { what: 'explain against that config_dump, after, p99', n: null, value: percentile(explains(compiled, configuration, 2_000), 99), unit: 'ms', limit: 1 },
  ]
}

/** Listeners, routes, and as many clusters as make the size. */
function dumpText(compiled: Compiled, bytes: number): string {
  const type = (name: string): string => `type.googleapis.com/envoy.admin.v3.${name}`
  const clusters: unknown[] = []
  let size = JSON.stringify(compiled.routeConfigurations).length + JSON.stringify(compiled.listeners).length
  for (const cluster of compiled.clusters()) {
    if (size > bytes) break
    clusters.push({ cluster })
    size += JSON.stringify(cluster).length + 14
  }
  return JSON.stringify({
    configs: [
      { '@type': type('ListenersConfigDump'), dynamic_listeners: compiled.listeners.map((listener) => ({ name: listener.name, active_state: { listener } })) },
      { '@type': type('RoutesConfigDump'), dynamic_route_configs: compiled.routeConfigurations.map((configuration) => ({ route_config: configuration })) },
      { '@type': type('ClustersConfigDump'), dynamic_active_clusters: clusters },
    ],
  })
}
