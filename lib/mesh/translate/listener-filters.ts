import type { Json, JsonObject } from '@/lib/std/json'
import type { AccessLog } from '../envoy/core'
import type { NamedConfig } from '../envoy/listener'
import type { MeshConfig } from '../istio/mesh-config'
import type { Fields } from '../istio/read'
import { enabled } from './features'

const types = 'type.googleapis.com/envoy.extensions.'

/** A filter of the connection manager or the chain. */
export function namedConfig(name: string, type: string, fields: JsonObject = {}): NamedConfig {
  return { name, typed_config: { '@type': `${types}${type}`, ...fields } }
}

/** Istio's EnvoyTextLogFormat. */
export const defaultTextFormat =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n'

const jsonKeys: readonly (readonly [string, string])[] = [
  ['start_time', 'START_TIME'], ['route_name', 'ROUTE_NAME'], ['method', 'REQ(:METHOD)'], ['path', 'REQ(X-ENVOY-ORIGINAL-PATH?:PATH)'], ['protocol', 'PROTOCOL'], ['response_code', 'RESPONSE_CODE'],
  ['response_flags', 'RESPONSE_FLAGS'], ['response_code_details', 'RESPONSE_CODE_DETAILS'], ['connection_termination_details', 'CONNECTION_TERMINATION_DETAILS'],
  ['bytes_received', 'BYTES_RECEIVED'], ['bytes_sent', 'BYTES_SENT'], ['duration', 'DURATION'], ['upstream_service_time', 'RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)'],
  ['x_forwarded_for', 'REQ(X-FORWARDED-FOR)'], ['user_agent', 'REQ(USER-AGENT)'], ['request_id', 'REQ(X-REQUEST-ID)'], ['authority', 'REQ(:AUTHORITY)'], ['upstream_host', 'UPSTREAM_HOST'],
  ['upstream_cluster', 'UPSTREAM_CLUSTER_RAW'], ['upstream_local_address', 'UPSTREAM_LOCAL_ADDRESS'], ['downstream_local_address', 'DOWNSTREAM_LOCAL_ADDRESS'],
  ['downstream_remote_address', 'DOWNSTREAM_REMOTE_ADDRESS'], ['requested_server_name', 'REQUESTED_SERVER_NAME'], ['upstream_transport_failure_reason', 'UPSTREAM_TRANSPORT_FAILURE_REASON'],
]

/** The access logs of MeshConfig's accessLogFile and log service (istio-policies A5); `listener` adds Istio's NR filter. */
export function meshAccessLogs(config: MeshConfig, place: 'http' | 'tcp' | 'listener'): readonly AccessLog[] {
  if (place === 'listener' && config.fields.bool('disableEnvoyListenerLog') === true) return []
  const filter: JsonObject = place === 'listener' ? { filter: { response_flag_filter: { flags: ['NR'] } } } : {}
  return [
    ...(config.accessLogFile === '' ? [] : [fileLog(config, { path: config.accessLogFile, format: undefined }, filter)]),
    ...(config.fields.bool('enableEnvoyAccessLogService') === true ? [serviceLog(place, filter)] : []),
  ]
}

/** The bootstrap's log service; on a listener and for TCP the lower level one. */
function serviceLog(place: 'http' | 'tcp' | 'listener', filter: JsonObject): AccessLog {
  const logName = { http: 'http_envoy_accesslog', tcp: 'tcp_envoy_accesslog', listener: 'listener_envoy_accesslog' }[place]
  return {
    name: place === 'http' ? 'envoy.access_loggers.http_grpc' : 'envoy.tcp_grpc_access_log', ...filter,
    typed_config: {
      '@type': `${types}access_loggers.grpc.v3.${place === 'http' ? 'Http' : 'Tcp'}GrpcAccessLogConfig`,
      common_config: {
        log_name: logName, grpc_service: { envoy_grpc: { cluster_name: 'envoy_accesslog_service' } }, transport_api_version: 'V3',
        filter_state_objects_to_log: ['upstream_peer', 'downstream_peer', 'wasm.upstream_peer', 'wasm.upstream_peer_id', 'wasm.downstream_peer', 'wasm.downstream_peer_id'],
      },
    },
  }
}

/** A log file. Without a format of its own MeshConfig's is taken, or (`own`) Istio's default. */
export function fileLog(config: MeshConfig, file: { readonly path: string; readonly format: Fields | undefined; readonly own?: boolean; readonly omitEmpty?: boolean }, filter: JsonObject): AccessLog {
  const format = logFormat(config, file)
  const log_format = { ...format, ...reqWithoutQuery([format]), ...(file.omitEmpty === true ? { omit_empty_values: true } : {}) }
  return { name: 'envoy.access_loggers.file', ...filter, typed_config: { '@type': `${types}access_loggers.file.v3.FileAccessLog`, ...(file.path === '' ? {} : { path: file.path }), log_format } }
}

/** The formatter that `%REQ_WITHOUT_QUERY` needs, where a format has it. */
export function reqWithoutQuery(formats: readonly Json[]): JsonObject {
  const needed = JSON.stringify(formats).includes('%REQ_WITHOUT_QUERY')
  return needed ? { formatters: [{ name: 'envoy.formatter.req_without_query', typed_config: { '@type': `${types}formatter.req_without_query.v3.ReqWithoutQuery` } }] } : {}
}

function logFormat(config: MeshConfig, { format, own }: { readonly format: Fields | undefined; readonly own?: boolean }): JsonObject {
  const text = format?.string('text')
  const labels = format?.object('labels')
  if (text !== undefined) return textFormat(text)
  if (labels) return { json_format: Object.keys(labels.raw).length === 0 ? jsonFormat('') : { ...labels.raw }, json_format_options: {} }
  if (own === true) return textFormat('')
  return config.accessLogEncoding === 'JSON' ? { json_format: jsonFormat(config.accessLogFormat), json_format_options: {} } : textFormat(config.accessLogFormat)
}

function textFormat(written: string): JsonObject {
  return { text_format_source: { inline_string: written === '' ? defaultTextFormat : written.endsWith('\n') ? written : `${written}\n` } }
}

function jsonFormat(written: string): Json {
  const standard = Object.fromEntries(jsonKeys.map(([key, operator]) => [key, `%${operator}%`]))
  if (written === '') return standard
  try {
    const value: unknown = JSON.parse(written)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (JSON.parse(written) satisfies Json) : standard
  } catch {
    return standard
  }
}

/** The HTTP filters between the policies' and the router, in Pilot's order (istio-policies A1). */
export function tailHttpFilters(options: { readonly grpcWeb: boolean; readonly features: Readonly<Record<string, string>>; readonly metrics: readonly NamedConfig[]; readonly suppressDebugHeaders: boolean }): readonly NamedConfig[] {
  const alpn = enabled(options.features, 'PILOT_ENABLE_ALPN_FILTER')
  return [
    ...(options.grpcWeb ? [namedConfig('envoy.filters.http.grpc_web', 'filters.http.grpc_web.v3.GrpcWeb')] : []),
    namedConfig('envoy.filters.http.grpc_stats', 'filters.http.grpc_stats.v3.FilterConfig', { emit_filter_state: true, stats_for_all_methods: false }),
    ...(alpn ? [alpnFilter] : []),
    namedConfig('envoy.filters.http.fault', 'filters.http.fault.v3.HTTPFault'),
    namedConfig('envoy.filters.http.cors', 'filters.http.cors.v3.Cors'),
    ...options.metrics,
    namedConfig('envoy.filters.http.router', 'filters.http.router.v3.Router', options.suppressDebugHeaders ? { suppress_envoy_headers: true } : {}),
  ]
}

const alpnFilter: NamedConfig = {
  name: 'istio.alpn',
  typed_config: {
    '@type': 'type.googleapis.com/istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig',
    alpn_override: [
      { alpn_override: ['istio-http/1.0', 'istio', 'http/1.0'] },
      { upstream_protocol: 'HTTP11', alpn_override: ['istio-http/1.1', 'istio', 'http/1.1'] },
      { upstream_protocol: 'HTTP2', alpn_override: ['istio-h2', 'istio', 'h2'] },
    ],
  },
}
