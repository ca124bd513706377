import type { Json, JsonObject } from '@/lib/std/json'
import type { AccessLog } from '../envoy/core'
import type { NamedConfig } from '../envoy/listener'
import type { MeshConfig } from '../istio/mesh-config'
import { preserveCase } from './http-protocol-options'
import { enabled } from './features'
import { namedConfig, tailHttpFilters } from './listener-filters'
import { proxyHeaders } from './proxy-headers'
import type { Tracing } from './policies/telemetry-tracing'

/** What an HTTP connection manager of a gateway is made with. */
export interface ManagerInput {
  readonly statPrefix: string
  readonly routeName: string
  readonly grpcWeb: boolean
  readonly config: MeshConfig
  readonly features: Readonly<Record<string, string>>
  readonly logs: readonly AccessLog[]
  /** Policy filters (JWT, RBAC …), already in Pilot's order. */
  readonly policyFilters: readonly NamedConfig[]
  readonly metrics: readonly NamedConfig[]
  readonly tracing: Tracing
}

/** Istio's buildHTTPConnectionManager for a gateway (istio-policies A1, A4). */
export function httpConnectionManager(input: ManagerInput): NamedConfig {
  const { logs } = input
  const hops = input.config.numTrustedProxies
  const headers = proxyHeaders(input.config)
  const { settings, requestIdSamples } = input.tracing
  return namedConfig('envoy.filters.network.http_connection_manager', 'filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: input.statPrefix,
    rds: { config_source: { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' }, route_config_name: input.routeName },
    http_filters: json([...metadataExchange(input.features), ...input.policyFilters, ...tailHttpFilters({ grpcWeb: input.grpcWeb, features: input.features, metrics: input.metrics, suppressDebugHeaders: headers.suppressesDebugHeaders })]),
    ...(settings === undefined ? {} : { tracing: settings }),
    http_protocol_options: { ...(enabled(input.features, 'PILOT_HTTP10') ? { accept_http_10: true } : {}), ...(headers.preservesCase ? preserveCase : {}) },
    ...(headers.serverName === '' ? {} : { server_name: headers.serverName }),
    ...(headers.serverPassesThrough ? { server_header_transformation: 'PASS_THROUGH' } : {}),
    ...(headers.generatesRequestId ? {} : { generate_request_id: false }),
    ...(headers.appendsForwardedPort ? { append_x_forwarded_port: true } : {}),
    stream_idle_timeout: '0s',
    ...(logs.length === 0 ? {} : { access_log: json(logs) }),
    use_remote_address: true,
    ...(hops === undefined || hops === 0 ? {} : { xff_num_trusted_hops: hops }),
    ...clientCertificate(input.config),
    ...(enabled(input.features, 'ENABLE_100_CONTINUE_HEADERS') ? { proxy_100_continue: true } : {}),
    upgrade_configs: [{ upgrade_type: 'websocket' }],
    ...normalization(input.config.pathNormalization),
    request_id_extension: { typed_config: { '@type': 'type.googleapis.com/envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig', use_request_id_for_trace_sampling: requestIdSamples } },
  })
}

/** gatewayTopology's forwardClientCertDetails; the certificate's parts are told only where a header is made of them. */
function clientCertificate(config: MeshConfig): JsonObject {
  const written = config.fields.object('defaultConfig')?.object('gatewayTopology')?.string('forwardClientCertDetails') ?? 'UNDEFINED'
  const mode = written === 'UNDEFINED' ? 'SANITIZE_SET' : written
  return {
    ...(mode === 'SANITIZE' ? {} : { forward_client_cert_details: mode }),
    ...(mode === 'APPEND_FORWARD' || mode === 'SANITIZE_SET' ? { set_current_client_cert_details: { subject: true, cert: true, dns: true, uri: true } } : {}),
  }
}

function normalization(mode: string): JsonObject {
  switch (mode) {
    case 'NONE':
      return { normalize_path: false, path_with_escaped_slashes_action: 'KEEP_UNCHANGED' }
    case 'MERGE_SLASHES':
      return { normalize_path: true, merge_slashes: true, path_with_escaped_slashes_action: 'KEEP_UNCHANGED' }
    case 'DECODE_AND_MERGE_SLASHES':
      return { normalize_path: true, merge_slashes: true, path_with_escaped_slashes_action: 'UNESCAPE_AND_FORWARD' }
    default:
      return { normalize_path: true, path_with_escaped_slashes_action: 'KEEP_UNCHANGED' }
  }
}

function metadataExchange(features: Readonly<Record<string, string>>): readonly NamedConfig[] {
  if (!enabled(features, 'PILOT_ENABLE_METADATA_EXCHANGE')) return []
  return [{
    name: 'istio.metadata_exchange',
    typed_config: {
      '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
      type_url: 'type.googleapis.com/io.istio.http.peer_metadata.Config',
      value: { upstream_discovery: [{ istio_headers: {} }, { workload_discovery: {} }], upstream_propagation: [{ istio_headers: {} }] },
    },
  }]
}

function json(value: readonly unknown[]): Json {
  return JSON.parse(JSON.stringify(value)) satisfies Json
}
