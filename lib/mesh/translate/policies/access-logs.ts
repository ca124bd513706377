import { compareBytes } from '@/lib/std/compare-bytes'
import type { Json, JsonObject } from '@/lib/std/json'
import type { AccessLog } from '../../envoy/core'
import type { GatewayWorkload } from '../../gateway-workload'
import { memoParse } from '../../istio/memo-parse'
import type { MeshConfig } from '../../istio/mesh-config'
import type { Fields } from '../../istio/read'
import type { Snapshot } from '../../snapshot'
import { listObjects } from '../../snapshot'
import { byCreation } from '../creation-order'
import { fileLog, meshAccessLogs } from '../listener-filters'
import type { AuthorizerLookup } from './external-authorizer'
import { attaches, readTarget } from './policy-selection'

const parseTelemetry = memoParse((spec) => ({ ...readTarget(spec), logging: spec.objects('accessLogging'), tracing: spec.objects('tracing') }))

/** The access logs of a gateway at each place where Envoy writes them (istio-policies A5). */
export interface AccessLogs {
  readonly http: readonly AccessLog[]
  readonly tcp: readonly AccessLog[]
  readonly listener: readonly AccessLog[]
}

/** What access logs come from. */
export interface AccessLogInput {
  readonly snapshot: Snapshot
  readonly gateway: GatewayWorkload
  readonly config: MeshConfig
  readonly lookup: AuthorizerLookup
}

/** Telemetry's access logs where it or the mesh's defaults name a provider, else MeshConfig's own (SPEC PO13). */
export function accessLogs(input: AccessLogInput): AccessLogs {
  const wanted = wantedProviders(input)
  if (!wanted) return { http: meshAccessLogs(input.config, 'http'), tcp: meshAccessLogs(input.config, 'tcp'), listener: meshAccessLogs(input.config, 'listener') }
  const silent = input.config.fields.bool('disableEnvoyListenerLog') === true
  const at = (place: 'http' | 'tcp' | 'listener'): readonly AccessLog[] => (place === 'listener' && silent ? [] : wanted.flatMap((provider) => providerLog(provider, place, input) ?? []))
  return { http: at('http'), tcp: at('tcp'), listener: at('listener') }
}

/** The Telemetries that reach a gateway: the root's, the namespace's (oldest each), then the selecting ones of the namespace. */
function sources(input: AccessLogInput): readonly (readonly Fields[])[] {
  const at = (namespace: string): readonly (ReturnType<typeof parseTelemetry>['value'])[] => [...listObjects(input.snapshot, 'telemetries.telemetry.istio.io', namespace)].sort(byCreation).map((object) => parseTelemetry(object).value)
  const whole = (namespace: string): readonly Fields[] => at(namespace).find((telemetry) => telemetry.selector === undefined && telemetry.targetRefs.length === 0)?.logging ?? []
  const { namespace } = input.gateway
  const own = at(namespace).filter((telemetry) => (telemetry.selector !== undefined || telemetry.targetRefs.length > 0) && attaches(telemetry, namespace, input.gateway))
  return [whole(input.config.rootNamespace), ...(namespace === input.config.rootNamespace ? [] : [whole(namespace)]), ...own.map((telemetry) => telemetry.logging)]
}

interface Wanted {
  readonly name: string
  readonly filter: string
}

/** undefined: nothing resolved, MeshConfig's own log stays. */
function wantedProviders(input: AccessLogInput): readonly Wanted[] | undefined {
  const defaults = input.config.fields.object('defaultProviders')?.strings('accessLogging') ?? []
  const lists = sources(input).map((list) => list.filter((entry) => ['', 'CLIENT', 'CLIENT_AND_SERVER'].includes(entry.object('match')?.string('mode') ?? '')))
  if (lists.every((list) => list.length === 0) && defaults.length === 0) return undefined
  const named = lists.map((list) => new Set(list.flatMap(providersOf))).findLast((names) => names.size > 0)
  const inForce = named ?? new Set(defaults)
  const state = new Map<string, { disabled: boolean; filter: string }>([...inForce].map((name) => [name, { disabled: false, filter: '' }]))
  let inherited: readonly string[] = defaults
  for (const entry of lists.flat()) {
    const own = providersOf(entry)
    const names = own.length > 0 ? own : inherited
    inherited = names
    for (const name of names) {
      const known = state.get(name)
      if (!known) continue
      known.disabled = entry.bool('disabled') ?? false
      if (own.length > 0) known.filter = entry.object('filter')?.string('expression') ?? ''
    }
  }
  const known = [...state].filter(([name]) => name === 'envoy' || provider(name, input.config) !== undefined)
  if (known.length === 0) return undefined
  return known.filter(([, { disabled }]) => !disabled).map(([name, { filter }]) => ({ name, filter })).sort((a, b) => compareBytes(a.name, b.name))
}

function providersOf(entry: Fields): readonly string[] {
  return entry.objects('providers').map((provider) => provider.string('name') ?? '')
}

function provider(name: string, config: MeshConfig): Fields | undefined {
  return config.fields.objects('extensionProviders').find((candidate) => candidate.string('name') === name)
}

function providerLog(wanted: Wanted, place: 'http' | 'tcp' | 'listener', input: AccessLogInput): AccessLog | undefined {
  const written = provider(wanted.name, input.config)
  const filter = filterOf(wanted.filter, place)
  const file = written?.object('envoyFileAccessLog')
  if (!written || file) return fileLog(input.config, wanted.name === 'envoy' ? { path: file?.string('path') ?? '/dev/stdout', format: file?.object('logFormat') } : { path: file?.string('path') ?? '', format: file?.object('logFormat'), own: true }, filter)
  const http = written.object('envoyHttpAls')
  const tcp = written.object('envoyTcpAls')
  const settings = http ?? tcp
  if (!settings || (place === 'http' && !http && tcp)) return settings ? grpcLog(settings, { type: 'tcp', filter, input, place }) : undefined
  return grpcLog(settings, { type: http ? 'http' : 'tcp', filter, input, place })
}

function grpcLog(settings: Fields, at: { readonly type: 'http' | 'tcp'; readonly filter: JsonObject; readonly input: AccessLogInput; readonly place: string }): AccessLog | undefined {
  const target = at.input.lookup(settings.string('service') ?? '', settings.int('port') ?? 0)
  if (!target) return undefined
  const name = settings.string('logName') ?? ''
  const states = settings.strings('filterStateObjectsToLog')
  const headers = (key: string, field: string): JsonObject => (settings.strings(key).length === 0 ? {} : { [field]: settings.strings(key) })
  const common: Json = {
    log_name: name === '' ? (at.type === 'http' ? 'http_envoy_accesslog' : 'tcp_envoy_accesslog') : name,
    grpc_service: { envoy_grpc: { cluster_name: target.cluster, authority: target.hostname } },
    transport_api_version: 'V3',
    filter_state_objects_to_log: states.length === 0 ? ['upstream_peer', 'downstream_peer'] : states,
  }
  const message = at.type === 'http' ? 'HttpGrpcAccessLogConfig' : 'TcpGrpcAccessLogConfig'
  return {
    name: at.type === 'http' ? 'envoy.access_loggers.http_grpc' : 'envoy.tcp_grpc_access_log',
    ...at.filter,
    typed_config: {
      '@type': `type.googleapis.com/envoy.extensions.access_loggers.grpc.v3.${message}`, common_config: common,
      ...(at.type === 'http' ? { ...headers('additionalRequestHeadersToLog', 'additional_request_headers_to_log'), ...headers('additionalResponseHeadersToLog', 'additional_response_headers_to_log'), ...headers('additionalResponseTrailersToLog', 'additional_response_trailers_to_log') } : {}),
    },
  }
}

function filterOf(expression: string, place: 'http' | 'tcp' | 'listener'): JsonObject {
  const flags: Json = { response_flag_filter: { flags: ['NR'] } }
  const cel: Json = { extension_filter: { name: 'envoy.access_loggers.extension_filters.cel', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter', expression } } }
  if (expression === '') return place === 'listener' ? { filter: flags } : {}
  return { filter: place === 'listener' ? { and_filter: { filters: [flags, cel] } } : cel }
}
