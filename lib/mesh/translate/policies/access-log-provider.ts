import { compareBytes } from '@/lib/std/compare-bytes'
import type { Json, JsonObject } from '@/lib/std/json'
import type { AccessLog } from '../../envoy/core'
import type { MeshConfig } from '../../istio/mesh-config'
import type { Fields } from '../../istio/read'
import { defaultTextFormat, fileLog, reqWithoutQuery } from '../listener-filters'
import type { AuthorizerLookup } from './external-authorizer'

const types = 'type.googleapis.com/envoy.extensions.access_loggers.'

/** A provider of MeshConfig by its name; `settings` is absent for the built-in one. */
export interface LogProvider {
  readonly name: string
  readonly settings: Fields | undefined
}

/** What a provider's log is made of. */
interface LogInput {
  readonly config: MeshConfig
  readonly lookup: AuthorizerLookup
}

/** Istio's fetchProvider: names are compared without regard to case, `envoy` is built in. */
export function logProvider(wanted: string, config: MeshConfig): LogProvider | undefined {
  const same = (name: string): boolean => name.toLowerCase() === wanted.toLowerCase()
  const settings = config.extensionProviders.find((candidate) => same(candidate.string('name') ?? ''))
  if (settings) return { name: settings.string('name') ?? '', settings }
  return same('envoy') ? { name: 'envoy', settings: undefined } : undefined
}

/** Istio's telemetryAccessLog; undefined for a provider that writes no logs, or whose service is not there. */
export function providerLog({ name, settings }: LogProvider, input: LogInput): AccessLog | undefined {
  if (!settings) return fileLog(input.config, { path: '/dev/stdout', format: undefined }, {})
  const file = settings.object('envoyFileAccessLog')
  if (file) return fileProviderLog(name, file, input.config)
  const [http, tcp, otel] = [settings.object('envoyHttpAls'), settings.object('envoyTcpAls'), settings.object('envoyOtelAls')]
  if (http) return grpcLog(http, 'http', input)
  if (tcp) return grpcLog(tcp, 'tcp', input)
  return otel && openTelemetryLog(otel, input)
}

function fileProviderLog(name: string, file: Fields, config: MeshConfig): AccessLog {
  const [path, format, omitEmpty] = [file.string('path') ?? '', file.object('logFormat'), file.bool('omitEmptyValues') === true]
  if (name === 'envoy' && !format && !omitEmpty) return fileLog(config, { path, format: undefined }, {})
  return fileLog(config, { path: path === '' ? '/dev/stdout' : path, format, own: true, omitEmpty }, {})
}

function grpcLog(settings: Fields, type: 'http' | 'tcp', input: LogInput): AccessLog | undefined {
  const states = settings.strings('filterStateObjectsToLog')
  const common = commonConfig(settings, input, { logName: type === 'http' ? 'http_envoy_accesslog' : 'tcp_envoy_accesslog', states: states.length === 0 ? ['upstream_peer', 'downstream_peer'] : states })
  if (common === undefined) return undefined
  const headers = (key: string, field: string): JsonObject => (settings.strings(key).length === 0 ? {} : { [field]: settings.strings(key) })
  return {
    name: type === 'http' ? 'envoy.access_loggers.http_grpc' : 'envoy.tcp_grpc_access_log',
    typed_config: {
      '@type': `${types}grpc.v3.${type === 'http' ? 'HttpGrpcAccessLogConfig' : 'TcpGrpcAccessLogConfig'}`, common_config: common,
      ...(type === 'http' ? { ...headers('additionalRequestHeadersToLog', 'additional_request_headers_to_log'), ...headers('additionalResponseHeadersToLog', 'additional_response_headers_to_log'), ...headers('additionalResponseTrailersToLog', 'additional_response_trailers_to_log') } : {}),
    },
  }
}

/** Istio's openTelemetryLog: the text as the body, labels as attributes by key. */
function openTelemetryLog(settings: Fields, input: LogInput): AccessLog | undefined {
  const common = commonConfig(settings, input, { logName: 'otel_envoy_accesslog', states: ['upstream_peer', 'downstream_peer', 'wasm.upstream_peer', 'wasm.upstream_peer_id', 'wasm.downstream_peer', 'wasm.downstream_peer_id'] })
  if (common === undefined) return undefined
  const format = settings.object('logFormat')
  const text = format?.string('text') ?? ''
  const body = text === '' ? defaultTextFormat : text
  const labels = Object.entries(format?.object('labels')?.raw ?? {}).sort(([a], [b]) => compareBytes(a, b)).map(([key, value]): JsonObject => ({ key, value: { string_value: typeof value === 'string' ? value : '' } }))
  const formatters = reqWithoutQuery([body, ...labels])
  return {
    name: 'envoy.access_loggers.open_telemetry',
    typed_config: { '@type': `${types}open_telemetry.v3.OpenTelemetryAccessLogConfig`, common_config: common, disable_builtin_labels: true, body: { string_value: body }, ...(labels.length === 0 ? {} : { attributes: { values: labels } }), ...formatters },
  }
}

function commonConfig(settings: Fields, { lookup }: LogInput, at: { readonly logName: string; readonly states: readonly string[] }): Json | undefined {
  const target = lookup(settings.string('service') ?? '', settings.int('port') ?? 0)
  if (!target) return undefined
  const name = settings.string('logName') ?? ''
  return {
    log_name: name === '' ? at.logName : name,
    grpc_service: { envoy_grpc: { cluster_name: target.cluster, authority: target.hostname } },
    transport_api_version: 'V3',
    filter_state_objects_to_log: at.states,
  }
}
