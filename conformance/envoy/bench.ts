import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '@/lib/std/json'
import { envoyBinary } from '../build/envoy'
import { startDaemon } from '../process/daemon'
import { freePort } from '../process/ports'
import { waitFor } from '../process/wait-for'
import { status } from '../stack/istiod'
import { portOf, prepareCase, type EnvoyConfiguration } from './prepare'
import { createAsker, type BenchRequest, type Decision } from './ask'
import type { Surroundings } from './surroundings'

/** Real Envoy with a list of configurations side by side. */
export interface EnvoyBench {
  /** Listeners that Envoy refused, with its reason. */
  readonly rejected: readonly { readonly at: number; readonly reason: string }[]
  /** Whether the configuration has a running listener on the pod's port. */
  listens(at: number, port: number): boolean
  /** Sends the requests and gives Envoy's decision for each; undefined where none was logged. */
  ask(requests: readonly BenchRequest[]): Promise<readonly (Decision | undefined)[]>
  close(): Promise<void>
}

/** Starts Envoy with these configurations. */
export async function startEnvoyBench(configurations: readonly EnvoyConfiguration[], surroundings: Surroundings): Promise<EnvoyBench> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-envoy-'))
  const logFile = join(folder, 'decisions.jsonl')
  const adminPort = await freePort()
  const pool = await Promise.all(Array.from({ length: configurations.reduce((sum, { listeners }) => sum + listeners.length, 0) }, () => freePort()))
  const prepared = configurations.map((configuration, at) => prepareCase(configuration, { prefix: `c${at}~`, upstreamPort: surroundings.upstreamPort, certificate: surroundings.server, jwks: surroundings.jwks, logFile, portFor: () => pool.pop() ?? 0 }))
  const typed = (type: string) => (resource: JsonObject) => ({ '@type': `type.googleapis.com/envoy.config.${type}`, ...resource })
  const file = (name: string, content: unknown) => {
    writeFileSync(join(folder, name), JSON.stringify(content))
    return join(folder, name)
  }
  const source = (name: string, resources: unknown) => ({ resource_api_version: 'V3', path_config_source: { path: file(name, { version_info: '1', resources }) } })
  const bootstrap = file('bootstrap.json', {
    node: { id: 'bench', cluster: 'bench' },
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: adminPort } } },
    dynamic_resources: {
      lds_config: source('lds.json', prepared.flatMap(({ listeners }) => listeners.map(typed('listener.v3.Listener')))),
      cds_config: source('cds.json', prepared.flatMap(({ clusters }) => clusters.map(typed('cluster.v3.Cluster')))),
    },
    layered_runtime: { layers: [{ name: 'static', static_layer: { 're2.max_program_size.error_level': 32768, 'envoy.reloadable_features.http_reject_path_with_fragment': false } }] },
  })
  const said: string[] = []
  const daemon = startDaemon({
    name: 'envoy', command: await envoyBinary(), onLine: (_stream, line) => said.push(line),
    args: ['-c', bootstrap, '--concurrency', '1', '--use-dynamic-base-id', '--file-flush-interval-msec', '10', '--log-level', 'warning', '--base-id-path', join(folder, 'base-id')],
  })
  const close = async () => {
    await daemon.stop({ signal: 'SIGKILL' })
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await waitFor('Envoy\'s readiness', async () => await status(adminPort, '/ready') === 200 ? true : undefined, { seconds: 30, every: 30 })
  } catch (error) {
    await close()
    throw new Error(`Envoy did not start: ${said.slice(-5).join('\n')}`, { cause: error })
  }
  const refusal = /listener 'c(\d+)~([^']*)' config rejected: (.*)/
  const rejected = said.flatMap((line) => {
    const found = refusal.exec(line)
    return found === null ? [] : [{ at: Number(found[1]), name: found[2] ?? '', reason: found[3] ?? '' }]
  })
  const refused = new Set(rejected.map(({ at, name }) => `${at} ${name}`))
  const running = prepared.map(({ listeners }, at) => new Map(listeners.flatMap((listener) => {
    const name = String(listener['name'])
    const bound = portOf(listener)
    const podPort = [...prepared[at]?.ports ?? []].find(([, here]) => here === bound)?.[0]
    return refused.has(`${at} ${name.replace(/^c\d+~/, '')}`) || bound === undefined || podPort === undefined ? [] : [[podPort, { port: bound, name }] as const]
  })))
  return { rejected, listens: (at, port) => running[at]?.has(port) === true, close, ask: createAsker((at, port) => running[at]?.get(port), surroundings, () => existsSync(logFile) ? readFileSync(logFile, 'utf8') : '') }
}
