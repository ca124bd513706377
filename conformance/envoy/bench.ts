import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { JsonObject } from '@/lib/std/json'
import { envoyBinary } from '../build/envoy'
import { startDaemon } from '../process/daemon'
import { freePort } from '../process/ports'
import { waitFor } from '../process/wait-for'
import { status } from '../stack/istiod'
import { prepareCase, type EnvoyConfiguration } from './prepare'
import type { DrawnRequest } from './requests'

const decisionSchema = z.object({
  id: z.string().nullish(), route: z.string().nullish(), cluster: z.string().nullish(), status: z.number().nullish(), flags: z.string().nullish(), details: z.string().nullish(), path: z.string().nullish(), authority: z.string().nullish(),
})

/** What Envoy did with a request, as its access log says; names without the bench's prefix. */
export interface Decision {
  readonly route: string | null
  readonly cluster: string | null
  readonly status: number | null
  readonly flags: string
  readonly details: string
  /** As sent upstream. */
  readonly path: string
  readonly authority: string
}

/** A request for one of the loaded configurations. */
export interface BenchRequest extends DrawnRequest {
  /** The configuration's place in the list. */
  readonly at: number
  /** The pod's port. */
  readonly port: number
}

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
export async function startEnvoyBench(configurations: readonly EnvoyConfiguration[]): Promise<EnvoyBench> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-envoy-'))
  const logFile = join(folder, 'decisions.jsonl')
  const upstream = createServer((_incoming, reply) => { reply.writeHead(200, { 'content-length': 0 }).end() })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const address = upstream.address()
  const upstreamPort = typeof address === 'object' && address !== null ? address.port : 0
  const adminPort = await freePort()
  const pool = await Promise.all(Array.from({ length: configurations.reduce((sum, { listeners }) => sum + listeners.length, 0) }, () => freePort()))
  const prepared = configurations.map((configuration, at) => prepareCase(configuration, { prefix: `c${at}~`, upstreamPort, logFile, portFor: () => pool.pop() ?? 0 }))
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
    upstream.close()
    upstream.closeAllConnections()
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
  const portOf = (at: number, port: number) => refused.has(`${at} 0.0.0.0_${port}`) ? undefined : prepared[at]?.ports.get(port)
  let asked = 0
  return {
    rejected,
    listens: (at, port) => portOf(at, port) !== undefined,
    close,
    async ask(requests) {
      const first = asked
      asked += requests.length
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      let next = 0
      const seen = new Set<number>()
      await Promise.all(Array.from({ length: 16 }, async () => {
        while (next < requests.length) {
          const index = next
          next += 1
          const wanted = requests[index]
          const port = wanted === undefined ? undefined : portOf(wanted.at, wanted.port)
          if (wanted === undefined || port === undefined) continue
          if (await send(agent, port, wanted, String(first + index))) seen.add(first + index)
        }
      }))
      agent.destroy()
      // A request that Envoy cannot read is logged without its headers, so without our id: the log is complete once it rests.
      let rests = 0
      let length = -1
      const decisions = await waitFor('Envoy\'s access log', async () => {
        const read = readDecisions(logFile)
        rests = read.size === length ? rests + 1 : 0
        length = read.size
        return rests >= 8 || [...seen].every((id) => read.has(id)) ? read : undefined
      }, { seconds: 20, every: 20 })
      return requests.map((_, index) => decisions.get(first + index))
    },
  }
}

/** Sends one request; false when no answer came (Envoy logs such a request without our id at times). */
function send(agent: Agent, port: number, wanted: BenchRequest, id: string): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const sent = request({ agent, host: '127.0.0.1', port, method: wanted.method, path: wanted.path, headers: { ...wanted.headers, host: wanted.authority, 'x-judge-id': id }, timeout: 5000 }, (reply) => {
        reply.resume()
        reply.on('end', () => resolve(true)).on('error', () => resolve(true))
      })
      sent.on('error', () => resolve(false))
      sent.on('timeout', () => sent.destroy())
      sent.end()
    } catch {
      resolve(false)
    }
  })
}

function readDecisions(file: string): Map<number, Decision> {
  const out = new Map<number, Decision>()
  let text = ''
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return out
  }
  for (const line of text.split('\n').slice(0, -1)) {
    const { id, route, cluster, status: code, flags, details, path, authority } = decisionSchema.parse(JSON.parse(line))
    const name = cluster?.replace(/^c\d+~/, '')
    out.set(Number(id), { route: route || null, cluster: name === undefined || name === '' || name === '-' ? null : name, status: code ?? null, flags: flags ?? '-', details: details ?? '', path: path ?? '', authority: authority ?? '' })
  }
  return out
}
