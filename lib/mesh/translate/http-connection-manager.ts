import type { Json, JsonObject } from '@/lib/std/json'
import type { AccessLog } from '../envoy/core'
import type { NamedConfig } from '../envoy/listener'
import type { GatewayWorkload } from '../gateway-workload'
import type { MeshConfig } from '../istio/mesh-config'
import { enabled, namedConfig, tailHttpFilters } from './listener-filters'

/** What an HTTP connection manager of a gateway is made with. */
export interface ManagerInput {
  readonly statPrefix: string
  readonly routeName: string
  readonly grpcWeb: boolean
  readonly gateway: GatewayWorkload
  readonly config: MeshConfig
  readonly features: Readonly<Record<string, string>>
  readonly logs: readonly AccessLog[]
  /** Policy filters (JWT, RBAC …), already in Pilot's order. */
  readonly policyFilters: readonly NamedConfig[]
}

/** Istio's buildHTTPConnectionManager for a gateway (istio-policies A1, A4). */
export function httpConnectionManager(input: ManagerInput): NamedConfig {
  const { logs } = input
  const hops = input.config.numTrustedProxies
  return namedConfig('envoy.filters.network.http_connection_manager', 'filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: input.statPrefix,
    rds: { config_source: { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' }, route_config_name: input.routeName },
    http_filters: json([...metadataExchange(input.features), ...input.policyFilters, ...tailHttpFilters({ grpcWeb: input.grpcWeb, features: input.features })]),
    tracing: tracing(input.gateway, input.config),
    http_protocol_options: {},
    server_name: 'istio-envoy',
    stream_idle_timeout: '0s',
    ...(logs.length === 0 ? {} : { access_log: json(logs) }),
    use_remote_address: true,
    ...(hops === undefined || hops === 0 ? {} : { xff_num_trusted_hops: hops }),
    forward_client_cert_details: 'SANITIZE_SET',
    set_current_client_cert_details: { subject: true, cert: true, dns: true, uri: true },
    proxy_100_continue: true,
    upgrade_configs: [{ upgrade_type: 'websocket' }],
    ...normalization(input.config.pathNormalization),
    request_id_extension: { typed_config: { '@type': 'type.googleapis.com/envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig', use_request_id_for_trace_sampling: true } },
  })
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

const dryRunTags = ['allow_policy.name', 'allow_policy.result', 'deny_policy.name', 'deny_policy.result'].map((tag): Json => {
  const [action = '', field = ''] = tag.split('_policy.')
  const key = `istio_dry_run_${action}_shadow_${field === 'name' ? 'effective_policy_id' : 'engine_result'}`
  return { tag: `istio.authorization.dry_run.${tag}`, metadata: { kind: { request: {} }, metadata_key: { key: 'envoy.filters.http.rbac', path: [{ key }] } } }
})

/** Tracing as MeshConfig alone makes it (istio-policies A7): sampling and the nine Istio tags. */
function tracing(gateway: GatewayWorkload, config: MeshConfig): Json {
  const labels = gateway.labels
  const written = config.fields.object('defaultConfig')?.object('tracing')?.number('sampling') ?? 0
  const random = written > 100 ? 1 : written === 0 ? 1 : written
  const literal = (tag: string, value: string): Json => ({ tag: `istio.${tag}`, literal: { value } })
  return {
    client_sampling: { value: 100 },
    random_sampling: { value: random },
    overall_sampling: { value: 100 },
    custom_tags: [
      ...dryRunTags,
      literal('canonical_revision', labels['service.istio.io/canonical-revision'] ?? 'latest'),
      literal('canonical_service', labels['service.istio.io/canonical-name'] ?? 'unknown'),
      literal('cluster_id', 'Kubernetes'),
      literal('mesh_id', 'unknown'),
      literal('namespace', gateway.namespace),
    ],
  }
}

function json(value: readonly unknown[]): Json {
  return JSON.parse(JSON.stringify(value)) satisfies Json
}
