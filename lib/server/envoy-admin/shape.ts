import type * as z from 'zod/mini'
import type { envoyDataSchemas } from '@/lib/contract/envoy'
import { isJsonObject, ownProperty, type Json, type JsonObject } from '@/lib/std/json'
import { redact } from './redact'

type Data<Name extends keyof typeof envoyDataSchemas> = z.output<(typeof envoyDataSchemas)[Name]>
type Discovered = Data<'listeners'>['listeners'][number]

/** Of /server_info and /memory, the fields that are shown; the command line and the node's metadata stay on the server. */
export function serverInfo(info: JsonObject, memory: JsonObject): Data<'server-info'> {
  const node = inner(info, 'node')
  const allocated = Number(text(memory, 'allocated'))
  const uptime = text(info, 'uptime_current_epoch')
  const concurrency = inner(info, 'command_line_options')['concurrency']
  return {
    version: text(info, 'version'), state: text(info, 'state'), uptimeSeconds: Number(uptime.endsWith('s') ? uptime.slice(0, -1) : uptime) || 0,
    concurrency: typeof concurrency === 'number' ? concurrency : null,
    node: { id: text(node, 'id'), cluster: text(node, 'cluster'), istioVersion: text(inner(node, 'metadata'), 'ISTIO_VERSION') || null },
    memory: Number.isFinite(allocated) && allocated > 0 ? { allocated, heap: Number(text(memory, 'heap_size')) || 0 } : null,
  }
}

/** Listeners: the active state, else the warming one, else the error that keeps it out. */
export function listeners(dynamic: JsonObject, fixed: JsonObject): Data<'listeners'> {
  const own = list(dynamic, 'configs').map((entry): Discovered => {
    const states = [['active', inner(entry, 'active_state')], ['warming', inner(entry, 'warming_state')], ['draining', inner(entry, 'draining_state')]] as const
    const [state, held] = states.find(([, one]) => one['listener'] !== undefined) ?? ['error', {}]
    const error = inner(entry, 'error_state')
    return { name: text(entry, 'name'), version: text(held, 'version_info') || null, updated: text(held, 'last_updated') || null, state, error: text(error, 'details') || null, config: redacted(held, 'listener') }
  })
  return { listeners: [...own, ...list(fixed, 'configs').map((entry) => fixedOne(entry, 'listener'))] }
}

/** Route configurations. */
export function routes(dynamic: JsonObject, fixed: JsonObject): Data<'routes'> {
  return { routeConfigurations: [...list(dynamic, 'configs').map((entry) => activeOne(entry, 'route_config')), ...list(fixed, 'configs').map((entry) => fixedOne(entry, 'route_config'))] }
}

/** Clusters with the hosts that Envoy has for them. */
export function clusters(dynamic: JsonObject, fixed: JsonObject, hosts: JsonObject): Data<'clusters'> {
  const endpoints = new Map(list(hosts, 'cluster_statuses').map((status) => [text(status, 'name'), list(status, 'host_statuses').map(endpointOf)]))
  const all = [...list(dynamic, 'configs').map((entry) => activeOne(entry, 'cluster')), ...list(fixed, 'configs').map((entry) => fixedOne(entry, 'cluster'))]
  return { clusters: all.map((one) => ({ ...one, endpoints: endpoints.get(one.name) ?? [] })) }
}

/** Certificates of /certs. */
export function certs(value: JsonObject): Data<'certs'> {
  return { chains: list(value, 'certificates').map((entry) => ({ ca: list(entry, 'ca_cert').map(certificateOf), chain: list(entry, 'cert_chain').map(certificateOf) })) }
}

/** Counters and gauges; histograms are left out. */
export function stats(value: JsonObject): Data<'stats'> {
  return { stats: list(value, 'stats').flatMap((entry) => (typeof entry['name'] === 'string' && typeof entry['value'] === 'number' ? [{ name: entry['name'], value: entry['value'] }] : [])) }
}

/** The whole dump, redacted. */
export function dump(value: JsonObject): Data<'dump'> {
  const safe = redact(value)
  return { dump: plain(safe) }
}

type Certificate = Data<'certs'>['chains'][number]['chain'][number]

function certificateOf(value: JsonObject): Certificate {
  const names = list(value, 'subject_alt_names').map((name) => text(name, 'dns') || text(name, 'uri') || text(name, 'ip_address')).filter((name) => name !== '')
  return { path: text(value, 'path'), serial: text(value, 'serial_number'), subjectAltNames: names, validFrom: text(value, 'valid_from'), expires: text(value, 'expiration_time'), daysLeft: Number(value['days_until_expiration'] ?? 0) || 0 }
}

type Endpoint = Data<'clusters'>['clusters'][number]['endpoints'][number]

function endpointOf(host: JsonObject): Endpoint {
  const address = inner(host, 'address')
  const socket = inner(address, 'socket_address')
  const internal = inner(address, 'envoy_internal_address')
  const status = inner(host, 'health_status')
  const health = text(status, 'eds_health_status') || 'UNKNOWN'
  const flags = Object.entries(status).flatMap(([name, value]) => (value === true ? [name] : []))
  const stat = (name: string): number => {
    const found = list(host, 'stats').find((one) => one['name'] === name)
    return Number(found?.['value'] ?? 0) || 0
  }
  const port = socket['port_value']
  return {
    address: text(socket, 'address') || text(inner(address, 'pipe'), 'path') || text(internal, 'server_listener_name') || text(host, 'hostname'), port: typeof port === 'number' ? port : null,
    healthy: flags.length === 0 && (health === 'HEALTHY' || health === 'UNKNOWN'), health, flags, weight: Number(host['weight'] ?? 1), priority: Number(host['priority'] ?? 0), zone: text(inner(host, 'locality'), 'zone'),
    active: stat('cx_active'), requests: stat('rq_total'), errors: stat('rq_error'),
  }
}

function activeOne(entry: JsonObject, key: string): Discovered {
  const config = redacted(entry, key)
  const error = text(inner(entry, 'error_state'), 'details')
  return { name: config === null ? '' : text(config, 'name'), version: text(entry, 'version_info') || null, updated: text(entry, 'last_updated') || null, state: error === '' ? 'active' : 'error', error: error || null, config }
}

function fixedOne(entry: JsonObject, key: string): Discovered {
  return { ...activeOne(entry, key), state: 'static' }
}

function redacted(object: JsonObject, key: string): Record<string, Plain> | null {
  const value = ownProperty(object, key)
  return isJsonObject(value) ? plain(redact(value)) : null
}

type Plain = z.output<ReturnType<typeof z.json>>

/** Guarantee: redact() has just built the value anew, an object of JSON without undefined. */
function plain(value: Json): Record<string, Plain> {
  return value as Record<string, Plain>
}

function inner(object: JsonObject, key: string): JsonObject {
  const value = ownProperty(object, key)
  return isJsonObject(value) ? value : {}
}

function list(object: JsonObject, key: string): readonly JsonObject[] {
  const value = ownProperty(object, key)
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

function text(object: JsonObject, key: string): string {
  const value = ownProperty(object, key)
  return typeof value === 'string' ? value : ''
}
