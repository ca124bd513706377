import { compareBytes } from '@/lib/std/compare-bytes'
import type { Json, JsonObject } from '@/lib/std/json'
import type { AccessLog } from '../../envoy/core'
import type { MeshConfig } from '../../istio/mesh-config'
import type { Fields } from '../../istio/read'
import { meshAccessLogs } from '../listener-filters'
import { logProvider, providerLog } from './access-log-provider'
import type { AuthorizerLookup } from './external-authorizer'
import { providersOf, type Telemetry } from './telemetry'

/** The access logs of a gateway at each place where Envoy writes them (istio-policies A5). */
export interface AccessLogs {
  readonly http: readonly AccessLog[]
  readonly tcp: readonly AccessLog[]
  readonly listener: readonly AccessLog[]
}

/** What access logs come from. */
export interface AccessLogInput {
  readonly telemetries: readonly Telemetry[]
  readonly config: MeshConfig
  readonly lookup: AuthorizerLookup
}

/** Telemetry's access logs where it or the mesh's defaults name a provider that can log, else MeshConfig's own (Istio's Telemetries.AccessLogging; SPEC PO13). */
export function accessLogs(input: AccessLogInput): AccessLogs {
  const logs = wantedLogs(input)
  if (logs.length === 0) return { http: meshAccessLogs(input.config, 'http'), tcp: meshAccessLogs(input.config, 'tcp'), listener: meshAccessLogs(input.config, 'listener') }
  const on = logs.filter(({ disabled }) => !disabled)
  const everywhere = on.map(({ log, filter }) => withFilter(log, filter === undefined ? [] : [expressionFilter(filter)]))
  const silent = input.config.fields.bool('disableEnvoyListenerLog') === true
  return { http: everywhere, tcp: everywhere, listener: silent ? [] : on.map(({ log, filter }) => withFilter(log, [noRouteFilter, ...(filter === undefined ? [] : [expressionFilter(filter)])])) }
}

interface Wanted {
  readonly disabled: boolean
  /** A CEL expression, as written. */
  readonly filter: string | undefined
}

/** Logs that a provider can write, by its name; those that are off among them, since they silence MeshConfig's own too. */
function wantedLogs(input: AccessLogInput): readonly (Wanted & { readonly log: AccessLog })[] {
  const defaults = input.config.fields.object('defaultProviders')?.strings('accessLogging') ?? []
  return [...mergeLogs(input.telemetries.map(({ logging }) => logging).filter((logging) => logging.length > 0), defaults)]
    .flatMap(([name, wanted]) => {
      const provider = logProvider(name, input.config)
      const log = provider && providerLog(provider, input)
      return provider && log ? [{ name: provider.name, log, ...wanted }] : []
    })
    .sort((a, b) => compareBytes(a.name, b.name))
}

/** Istio's mergeLogs for a gateway: the last Telemetry that names providers says which count; each entry switches its own, or those named before it. */
function mergeLogs(sources: readonly (readonly Fields[])[], defaults: readonly string[]): ReadonlyMap<string, Wanted> {
  if (sources.length === 0) return new Map(defaults.map((name) => [name, { disabled: false, filter: undefined }]))
  const applying = sources.map((entries) => entries.filter(isForClients))
  const filters = new Map(applying.flat().flatMap((entry) => providersOf(entry).map((name) => [name, entry.object('filter')] as const)))
  const inForce = applying.map((entries) => new Set(entries.flatMap(providersOf))).findLast((names) => names.size > 0) ?? new Set(defaults)
  const wanted = new Map<string, Wanted>()
  let inherited = defaults
  for (const entry of sources.flat()) {
    const own = providersOf(entry)
    inherited = own.length > 0 ? own : inherited
    if (!isForClients(entry)) continue
    for (const name of inherited) {
      if (!inForce.has(name)) continue
      const filter = filters.get(name)
      wanted.set(name, entry.bool('disabled') === true ? { disabled: true, filter: undefined } : { disabled: false, filter: filter && (filter.string('expression') ?? '') })
    }
  }
  return wanted
}

function isForClients(entry: Fields): boolean {
  return ['', 'CLIENT', 'CLIENT_AND_SERVER'].includes(entry.object('match')?.string('mode') ?? '')
}

const noRouteFilter: JsonObject = { response_flag_filter: { flags: ['NR'] } }

function expressionFilter(expression: string): JsonObject {
  return { extension_filter: { name: 'envoy.access_loggers.extension_filters.cel', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter', ...(expression === '' ? {} : { expression }) } } }
}

function withFilter(log: AccessLog, filters: readonly Json[]): AccessLog {
  const [only] = filters
  if (only === undefined) return log
  return { ...log, filter: filters.length === 1 ? only : { and_filter: { filters } } }
}
