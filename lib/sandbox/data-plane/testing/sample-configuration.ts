import type { Cluster, ClusterLoadAssignment } from '@/lib/mesh/envoy/cluster'
import type { Listener } from '@/lib/mesh/envoy/listener'
import type { Route, VirtualHost } from '@/lib/mesh/envoy/route'
import type { GatewayConfiguration } from '../../gateway-runtime'

/** Istio's default access log format. */
export const istioFormat =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% ' +
  '"%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" ' +
  '"%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% ' +
  '%REQUESTED_SERVER_NAME% %ROUTE_NAME%\n'

/** The config source that Pilot writes. */
const ads = { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' }

const accessLog = [{
  name: 'envoy.access_loggers.file',
  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog', path: '/dev/stdout', log_format: { text_format_source: { inline_string: istioFormat } } },
}]

/** A connection manager as Pilot makes it for a gateway, reading the route configuration `routes`. */
export function httpFilter(routes: string, filters: readonly { readonly name: string; readonly typed_config: { readonly '@type': string } }[] = []): Listener['filter_chains'][number]['filters'][number] {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
      stat_prefix: 'outbound_0.0.0.0_8080;', rds: { config_source: ads, route_config_name: routes }, use_remote_address: true, server_name: 'istio-envoy', normalize_path: true,
      upgrade_configs: [{ upgrade_type: 'websocket' }], access_log: accessLog,
      http_filters: [
        ...filters,
        { name: 'envoy.filters.http.fault', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault' } },
        { name: 'envoy.filters.http.cors', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors' } },
        { name: 'envoy.filters.http.router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } },
      ],
    },
  }
}

/** A tcp_proxy to a cluster. */
export function tcpFilter(cluster: string): Listener['filter_chains'][number]['filters'][number] {
  return {
    name: 'envoy.filters.network.tcp_proxy',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', stat_prefix: cluster, cluster, access_log: accessLog },
  }
}

/** A listener on `port` of all addresses. */
export function listener(port: number, chains: Listener['filter_chains'], inspects = false): Listener {
  return {
    name: `0.0.0.0_${String(port)}`,
    address: { socket_address: { address: '0.0.0.0', port_value: port } },
    filter_chains: chains,
    access_log: [{ ...accessLog[0], name: 'envoy.access_loggers.file', typed_config: accessLog[0]?.typed_config ?? { '@type': '' }, filter: { response_flag_filter: { flags: ['NR'] } } }],
    ...(inspects ? { listener_filters: [{ name: 'envoy.filters.listener.tls_inspector', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector' } }] } : {}),
  }
}

/** A TLS termination with an SDS secret. */
export function tlsSocket(secret: string): { name: string; typed_config: { '@type': string; common_tls_context: { tls_certificate_sds_secret_configs: { name: string; sds_config: typeof ads }[]; alpn_protocols: string[] } } } {
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
      common_tls_context: { tls_certificate_sds_secret_configs: [{ name: secret, sds_config: ads }], alpn_protocols: ['h2', 'http/1.1'] },
    },
  }
}

/** An EDS cluster with its endpoints. */
export function cluster(name: string, endpoints: readonly { readonly address: string; readonly port: number; readonly health?: 'UNHEALTHY' }[], more: Partial<Cluster> = {}): { readonly cluster: Cluster; readonly assignment: ClusterLoadAssignment } {
  return {
    cluster: { name, type: 'EDS', lb_policy: 'LEAST_REQUEST', eds_cluster_config: { eds_config: ads, service_name: name }, common_lb_config: { healthy_panic_threshold: {} }, ...more },
    assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: endpoints.map((endpoint) => ({ endpoint: { address: { socket_address: { address: endpoint.address, port_value: endpoint.port } } }, ...(endpoint.health === undefined ? {} : { health_status: endpoint.health }) })) }],
    },
  }
}

/** A whole configuration with one route configuration, `http.8080`. */
export function configuration(parts: { readonly listeners: readonly Listener[]; readonly routes?: readonly Route[]; readonly virtualHosts?: readonly VirtualHost[]; readonly clusters?: readonly ReturnType<typeof cluster>[]; readonly secrets?: GatewayConfiguration['secrets'] }): GatewayConfiguration {
  const host: VirtualHost = { name: 'shop.example.com:80', domains: ['shop.example.com'], routes: parts.routes ?? [], include_request_attempt_count: true }
  return {
    version: '1',
    listeners: parts.listeners,
    routeConfigurations: [{ name: 'http.8080', virtual_hosts: parts.virtualHosts ?? [host], validate_clusters: false, ignore_port_in_host_matching: true }],
    clusters: (parts.clusters ?? []).map((item) => item.cluster),
    endpoints: (parts.clusters ?? []).map((item) => item.assignment),
    secrets: parts.secrets ?? [],
  }
}
