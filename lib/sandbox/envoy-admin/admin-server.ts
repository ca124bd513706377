import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { re2FullMatch, compileRe2 } from '@/lib/mesh/re2'
import type { DataPlane } from '../data-plane/data-plane'
import { certificatesJson } from './certificates-dump'
import { clustersJson, clustersText } from './clusters-dump'
import { configSections, resourceDump, wholeDump } from './config-dump'
import { helpText } from './help-text'
import { changeLogging } from './logging'
import type { NodeInfo } from './node-info'
import { serverInfo } from './server-info'
import { statsDump } from './stats-dump'

/** A running admin endpoint. */
export interface AdminServer {
  /** On 127.0.0.1; it stands for the pod's 127.0.0.1:15000. */
  readonly port: number
  /** `GET /config_dump` → how often, for tests that prove what was never called. */
  requests(): ReadonlyMap<string, number>
  close(): Promise<void>
}

/** One answer. */
interface Answer {
  readonly status: number
  readonly type: 'text/plain; charset=UTF-8' | 'application/json' | 'text/html; charset=UTF-8' | 'text/plain'
  readonly body: string
}

/** Serves Envoy's admin interface for a data plane on a free loopback port. */
export async function startAdminServer(plane: DataPlane, node: NodeInfo, options: { readonly now: () => number; readonly onQuit: () => void }): Promise<AdminServer> {
  const counts = new Map<string, number>()
  const failing = { value: false }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://admin')
    const method = request.method ?? 'GET'
    const key = `${method} ${url.pathname}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
    request.resume()
    const answer = respond(plane, { node, method, url, port: portOf(server), failing, ...options })
    response.writeHead(answer.status, { 'content-type': answer.type, 'cache-control': 'no-cache, max-age=0', 'x-content-type-options': 'nosniff', server: 'envoy' })
    response.end(method === 'HEAD' ? '' : answer.body)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  plane.state().log.write('info', 'admin', 'source/server/admin/admin.cc:66', `admin address: 127.0.0.1:15000`)
  return {
    port: portOf(server),
    requests: () => counts,
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

interface AdminRequest {
  readonly node: NodeInfo
  readonly method: string
  readonly url: URL
  readonly port: number
  readonly failing: { value: boolean }
  readonly now: () => number
  readonly onQuit: () => void
}

/** Paths that change something: POST only. */
const mutating: ReadonlySet<string> = new Set(['/logging', '/quitquitquit', '/drain_listeners', '/healthcheck/fail', '/healthcheck/ok', '/reset_counters', '/reopen_logs', '/runtime_modify', '/cpuprofiler', '/heapprofiler', '/allocprofiler'])

function respond(plane: DataPlane, request: AdminRequest): Answer {
  const { method, url } = request
  const state = plane.state()
  if (mutating.has(url.pathname)) {
    if (method === 'POST') return mutate(plane, request)
    state.log.write('error', 'admin', 'source/server/admin/admin.cc:431', `admin path "${url.pathname}" mutates state, method=${method} rather than POST`)
    return text(405, `Method ${method} not allowed, POST required.`)
  }
  const format = url.searchParams.get('format') ?? 'text'
  switch (url.pathname) {
    case '/': return { status: 200, type: 'text/html; charset=UTF-8', body: `<!DOCTYPE html><html><head><title>Envoy Admin</title></head><body><pre>${helpText.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</pre></body></html>\n` }
    case '/help': return text(200, helpText)
    case '/config_dump': return configDump(plane, request)
    case '/listeners': {
      if (format === 'json') return json({ listener_statuses: state.listeners.map(({ listener, address, port }) => ({ name: listener.name, local_address: { socket_address: { address, port_value: port } } })) })
      return text(200, state.listeners.map(({ listener, address, port }) => `${listener.name}::${address}:${String(port)}\n`).join(''))
    }
    case '/clusters': return format === 'json' ? json(clustersJson(state.clusters)) : text(200, clustersText(state.clusters))
    case '/certs': return json(certificatesJson(state, request.now()))
    case '/server_info': return json(serverInfo(state, request.node, request.now()))
    case '/ready': return request.failing.value ? text(503, 'DRAINING\n') : text(200, 'LIVE\n')
    case '/stats': return stats(plane, url.searchParams, format)
    case '/stats/prometheus': return stats(plane, url.searchParams, 'prometheus')
    case '/hot_restart_version': return text(200, '11.104')
    case '/memory': {
      const memory = process.memoryUsage()
      return json({ allocated: String(memory.heapUsed), heap_size: String(memory.heapTotal), pageheap_unmapped: '0', pageheap_free: '0', total_thread_cache: '0', total_physical_bytes: String(memory.rss) })
    }
    case '/runtime': return json({ layers: [], entries: {} })
    case '/init_dump': return json({})
    default: return text(404, `invalid path. ${helpText}`)
  }
}

function mutate(plane: DataPlane, request: AdminRequest): Answer {
  const state = plane.state()
  switch (request.url.pathname) {
    case '/logging': {
      const answer = changeLogging(state.log, request.url.searchParams)
      return text(answer.status, answer.body)
    }
    case '/quitquitquit':
      setImmediate(request.onQuit)
      return text(200, 'OK\n')
    case '/drain_listeners':
      plane.drainListeners().catch(() => undefined)
      return text(200, 'OK\n')
    case '/healthcheck/fail':
      request.failing.value = true
      return text(200, 'OK\n')
    case '/healthcheck/ok':
      request.failing.value = false
      return text(200, 'OK\n')
    case '/reset_counters':
      state.stats.resetCounters()
      return text(200, 'OK\n')
    default: return text(200, 'OK\n')
  }
}

function configDump(plane: DataPlane, request: AdminRequest): Answer {
  const query = request.url.searchParams
  const expression = query.get('name_regex') ?? undefined
  if (expression !== undefined && compileRe2(expression) === null) return { status: 400, type: 'text/plain', body: `Error while parsing name_regex from ${request.url.pathname}` }
  const keep = expression === undefined || expression === '' ? undefined : (name: string) => re2FullMatch(expression, name)
  const sections = configSections(plane.state(), request.node, { adminPort: request.port, endpoints: query.has('include_eds') })
  const resource = query.get('resource')
  if (resource === null) {
    const mask = query.get('mask')
    return mask === null ? json(wholeDump(sections, keep)) : { status: 400, type: 'text/plain', body: `FieldMask ${mask} could not be successfully applied to any configs.` }
  }
  const mask = (query.get('mask') ?? '').split(',').filter((path) => path !== '')
  const found = resourceDump(sections, resource, { keep, mask })
  return found === undefined ? { status: 404, type: 'text/plain', body: `${resource} not found in config dump` } : json(found)
}

function stats(plane: DataPlane, query: URLSearchParams, format: string): Answer {
  const state = plane.state()
  state.stats.set('server.uptime', Math.max(0, Math.floor((Date.now() - state.started) / 1000)))
  const filter = query.get('filter') ?? undefined
  const dump = statsDump(state.stats.all(), { format, filter, usedOnly: query.has('usedonly'), type: query.get('type') ?? undefined })
  if (dump === undefined) return text(400, `Invalid re2 regex: ${filter ?? ''}`)
  return { status: 200, type: dump.json ? 'application/json' : 'text/plain; charset=UTF-8', body: dump.body }
}

function text(status: number, body: string): Answer {
  return { status, type: 'text/plain; charset=UTF-8', body }
}

/** protojson as Envoy prints it: indented by one space, ended by a line break. */
function json(value: object): Answer {
  return { status: 200, type: 'application/json', body: `${JSON.stringify(value, null, 1)}\n` }
}
