import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttp, get } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod/mini'
import { listenerAddress } from '@/lib/mesh/simulate/listener-match'
import { nodeOf } from './envoy-admin/node-info'
import type { ApplyResult, GatewayConfiguration, GatewayPlaces, GatewayRuntime, GatewayRuntimeOptions } from './gateway-runtime'
import { startAdminFront } from './real-envoy/admin-front'
import { createPlaceNames } from './real-envoy/place-names'
import { createXdsFiles } from './real-envoy/xds-files'

/** How long Envoy may take to come up, and to take a push. */
const PATIENCE_MILLISECONDS = 10_000

/** Envoy opens /dev/stdout by name, which a socket (Node's stdio) does not allow: a true pipe through cat. exec keeps the pid that is written. */
const PIPELINE = `{ sh -c 'echo $$ > "$0"; exec "$@"' "$@"; } 2>&1 | cat`

/** Starts the real Envoy as a gateway pod, configured by files renamed into place (filesystem xDS). */
export async function startEnvoyGateway(options: GatewayRuntimeOptions, binary: string): Promise<GatewayRuntime> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-gateway-'))
  const files = createXdsFiles(join(folder, 'xds'))
  const bound = new Map<number, number>()
  const state = { places: options.places, names: createPlaceNames({ endpointPorts: options.places.endpointPorts, listeners: bound, podIp: options.pod.ip }), stopping: false, last: undefined as GatewayConfiguration | undefined, early: new Array<string>() }
  const lineListeners = new Set<(line: string) => void>()
  const exitListeners = new Set<(reason: string) => void>()
  const adminPath = join(folder, 'admin')
  const pidPath = join(folder, 'pid')
  writeFileSync(join(folder, 'bootstrap.json'), JSON.stringify(bootstrap(options, files)))
  files.write(emptyConfiguration, { names: state.names, listenerPort: () => 0, readFile: () => undefined })

  const child = spawn('sh', ['-c', PIPELINE, 'sh', pidPath, binary, '-c', join(folder, 'bootstrap.json'), '--admin-address-path', adminPath, '--disable-hot-restart', '--concurrency', '1', '--file-flush-interval-msec', '50', '--drain-time-s', '1'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const onLine = (line: string) => {
    const restored = state.names.restoreText(line)
    if (lineListeners.size === 0) state.early.push(restored)
    else for (const listener of lineListeners) listener(restored)
  }
  createInterface({ input: child.stdout }).on('line', onLine)
  const gone = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, by) => resolve(`envoy ended with ${by ?? `code ${String(code)}`}`))
  })
  gone.then((reason) => {
    if (!state.stopping) for (const listener of exitListeners) listener(reason)
  }).catch(() => undefined)

  const signal = (name: 'SIGTERM' | 'SIGKILL') => {
    try {
      process.kill(Number(readFileSync(pidPath, 'utf8')), name)
    } catch {
      child.kill(name)
    }
  }
  const onProcessExit = () => signal('SIGKILL')
  process.once('exit', onProcessExit)
  const ended = { value: false }
  gone.finally(() => {
    ended.value = true
  }).catch(() => undefined)
  const target = await until(async () => {
    if (ended.value) throw new Error(await gone)
    const port = Number(readFileSync(adminPath, 'utf8').split(':').pop())
    return (await fetchText(port, '/ready')).startsWith('LIVE') ? port : undefined
  })
  const admin = await startAdminFront(target, () => state.names)
  const ready = createHttp((request, response) => response.writeHead(request.url === '/healthz/ready' && !ended.value ? 200 : 503).end())
  await new Promise<void>((resolve) => ready.listen(0, '127.0.0.1', resolve))
  const readyAddress = ready.address()

  const apply = async (configuration: GatewayConfiguration): Promise<ApplyResult> => {
    state.last = configuration
    for (const listener of configuration.listeners) {
      const { port } = listenerAddress(listener)
      if (!bound.has(port)) bound.set(port, state.places.listenerPorts[String(port)] || (await freePort()))
    }
    state.names = createPlaceNames({ endpointPorts: state.places.endpointPorts, listeners: bound, podIp: options.pod.ip })
    const before = await counters(target)
    const changed = files.write(configuration, { names: state.names, listenerPort: (port) => bound.get(port) ?? 0, readFile: (path) => state.places.files[path] })
    await until(async () => {
      const now = await counters(target)
      return (!changed || now.attempts > before.attempts) && now.warming === 0 ? true : undefined
    }).catch(() => undefined)
    const active = new Set((await fetchText(target, '/listeners')).split('\n').map((line) => Number(line.split(':').pop())))
    for (const [port, place] of [...bound]) if (!active.has(place)) bound.delete(port)
    return { rejected: await rejections(target) }
  }
  let queue: Promise<unknown> = Promise.resolve()
  const enqueue = (configuration: GatewayConfiguration) => {
    const result = queue.then(() => apply(configuration))
    queue = result.catch(() => undefined)
    return result
  }
  return {
    implementation: 'envoy',
    adminPort: admin.port,
    readyPort: typeof readyAddress === 'object' && readyAddress !== null ? readyAddress.port : 0,
    apply: enqueue,
    setPlaces: async (places: GatewayPlaces) => {
      state.places = places
      if (state.last !== undefined) await enqueue(state.last)
    },
    boundPorts: () => new Map(bound),
    lines: (listener) => {
      for (const line of state.early.splice(0)) listener(line)
      lineListeners.add(listener)
      return () => lineListeners.delete(listener)
    },
    exited: (listener) => {
      exitListeners.add(listener)
      return () => exitListeners.delete(listener)
    },
    adminRequests: () => Promise.resolve(admin.requests()),
    stop: async () => {
      state.stopping = true
      ready.closeAllConnections()
      ready.close()
      await admin.close()
      if (!ended.value) signal('SIGTERM')
      const hard = setTimeout(() => signal('SIGKILL'), 5000)
      await gone
      clearTimeout(hard)
      process.removeListener('exit', onProcessExit)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const emptyConfiguration: GatewayConfiguration = { version: '0', listeners: [], routeConfigurations: [], clusters: [], endpoints: [], secrets: [] }

function bootstrap(options: GatewayRuntimeOptions, files: { readonly listenersPath: string; readonly clustersPath: string }): object {
  const { id, cluster, metadata } = z.parse(nodeSchema, nodeOf({ ...options.pod, istioVersion: options.istioVersion ?? '1.31.0' }))
  const source = (path: string) => ({ path_config_source: { path }, resource_api_version: 'V3' })
  return {
    node: { id, cluster, metadata },
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } },
    dynamic_resources: { lds_config: source(files.listenersPath), cds_config: source(files.clustersPath) },
  }
}

const nodeSchema = z.object({ id: z.string(), cluster: z.string(), metadata: z.unknown() })
const statsSchema = z.object({ stats: z.array(z.object({ name: z.optional(z.string()), value: z.optional(z.unknown()) })) })

async function counters(port: number): Promise<{ readonly attempts: number; readonly warming: number }> {
  const { stats } = z.parse(statsSchema, JSON.parse(await fetchText(port, '/stats?format=json&filter=%5Elistener_manager%5C.(lds%5C.update_attempt%7Ctotal_listeners_warming)%24')))
  const value = (name: string) => Number(stats.find((stat) => stat.name === name)?.value ?? 0)
  return { attempts: value('listener_manager.lds.update_attempt'), warming: value('listener_manager.total_listeners_warming') }
}

const refusedSchema = z.object({ configs: z.optional(z.array(z.object({ name: z.optional(z.string()), error_state: z.optional(z.object({ details: z.optional(z.string()) })) }))) })

async function rejections(port: number): Promise<ApplyResult['rejected']> {
  const { configs = [] } = z.parse(refusedSchema, JSON.parse(await fetchText(port, '/config_dump?resource=dynamic_listeners')))
  return configs.flatMap((item) => (item.error_state === undefined || item.name === undefined ? [] : [{ kind: 'listener' as const, name: item.name, details: item.error_state.details ?? '' }]))
}

function fetchText(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.on('end', () => resolve(body))
    }).on('error', reject)
  })
}

/** Asks again and again until there is an answer; an error counts as none until the patience ends. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + PATIENCE_MILLISECONDS
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
    } catch (error) {
      if (Date.now() > end) throw error
    }
    if (Date.now() > end) throw new Error('Envoy did not answer in time')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
