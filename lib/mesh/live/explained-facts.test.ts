import { expect, it } from 'vitest'
import { configurationOfParts } from '../simulate/envoy-configuration'
import { simulate } from '../simulate/simulate'
import { explainedFacts } from './explained-facts'

const manager = { name: 'envoy.filters.network.http_connection_manager', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', rds: { route_config_name: 'r' }, http_filters: [{ name: 'envoy.filters.http.router' }] } }
const clusters = [
  { name: 'plain', type: 'EDS' }, { name: 'auto', transport_socket_matches: [{ name: 'tlsMode-istio' }] },
  { name: 'mutual', transport_socket: { name: 'envoy.transport_sockets.tls', typed_config: { common_tls_context: { tls_certificate_sds_secret_configs: [{ name: 'default' }] } } }, typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': { explicit_http_config: { http2_protocol_options: {} } } } },
]
const configuration = configurationOfParts({
  listeners: [{ name: 'l', address: { socket_address: { address: '0.0.0.0', port_value: 80 } }, filter_chains: [{ filters: [manager] }] }],
  routeConfigurations: [{ name: 'r', virtual_hosts: [{ name: 'v', domains: ['*'], routes: [
    { match: { prefix: '/v2/', headers: [{ name: ':method', string_match: { exact: 'GET' } }] }, route: { cluster: 'plain' } },
    { match: { prefix: '/' }, route: { weighted_clusters: { clusters: [{ name: 'plain', weight: 1 }, { name: 'auto', weight: 1 }, { name: 'mutual', weight: 1 }] } } },
  ] }] }],
  clusters, endpoints: [{ cluster_name: 'plain', endpoints: [{ lb_endpoints: [{ endpoint: { address: {} } }, { endpoint: { address: {} }, health_status: 'UNHEALTHY' }] }] }],
})

it('tells how each cluster is reached, and what the rules that were tried ask for', () => {
  const explanation = simulate(configuration, { port: 80, protocol: 'http1', tls: 'off', method: 'POST', scheme: 'http', authority: 'a', path: '/v2/x', headers: {}, peerAddress: '10.0.0.1' })
  expect(explainedFacts(configuration, explanation)).toEqual({
    hops: [
      { cluster: 'plain', tls: null, protocol: 'HTTP/1.1', endpoints: { ready: 1, total: 2 } },
      { cluster: 'auto', tls: 'auto', protocol: 'HTTP/1.1', endpoints: null },
      { cluster: 'mutual', tls: 'ISTIO_MUTUAL', protocol: 'HTTP/2', endpoints: null },
    ],
    tried: [{ number: 1, method: 'GET', match: 'GET /v2/*' }],
    chain: { names: [], tls: null },
  })
})

it('says nothing where nothing was reached', () => {
  const explanation = simulate(configuration, { port: 81, protocol: 'http1', tls: 'off', method: 'GET', scheme: 'http', authority: 'a', path: '/', headers: {}, peerAddress: '10.0.0.1' })
  expect(explainedFacts(configuration, explanation)).toEqual({ hops: [], tried: [], chain: null })
})
