import type { FilterChain } from '../envoy/listener'
import type { Route, VirtualHost } from '../envoy/route'
import type { ResourceRef } from '../resource'
import { snapshotOf, type Snapshot } from '../snapshot'
import type { Compiled, Origin } from '../translate/compiled'

/** The reference of a VirtualService. */
export function virtualService(namespace: string, name: string): ResourceRef {
  return { group: 'networking.istio.io', kind: 'VirtualService', namespace, name }
}

/** A field of a Gateway's server of the fixture. */
export function server(index: number): Origin {
  return { resource: { group: 'networking.istio.io', kind: 'Gateway', namespace: 'istio-system', name: 'default-gateway' }, path: `spec.servers[${index}]` }
}

/** A virtual host with the origin of each of its routes. */
export interface FixtureHost {
  readonly host: string
  readonly routes: readonly { readonly route: Route; readonly from: Origin }[]
}

const manager = (route: string): FilterChain['filters'] => [{ name: 'envoy.filters.network.http_connection_manager', typed_config: { '@type': 'hcm', rds: { route_config_name: route } } }]

/** A compiled reference gateway: the same hosts on :80 and :443, TCP on :3306, SNI on :443. */
export function compiledFixture(hosts: readonly FixtureHost[], options: { readonly missing?: readonly string[]; readonly redirect?: boolean } = {}): Compiled {
  const virtualHosts = (port: number): readonly VirtualHost[] => hosts.map(({ host, routes }) => ({
    name: `${host}:${port}`, domains: [host], routes: routes.map(({ route }) => route), ...(options.redirect === true && port === 80 ? { require_tls: 'ALL' as const } : {}),
  }))
  const origins = (port: number): ReadonlyMap<string, readonly Origin[]> => new Map(hosts.map(({ host, routes }) => [`${host}:${port}`, routes.map(({ from }) => from)]))
  const opened = (port: number, index: number): ReadonlyMap<string, readonly Origin[]> => new Map(hosts.map(({ host }) => [`${host}:${port}`, [server(index)]]))
  return {
    gateway: { namespace: 'istio-system', name: 'istio-ingressgateway', labels: { istio: 'ingressgateway' } },
    listeners: [
      { name: '0.0.0.0_8080', address: { socket_address: { address: '0.0.0.0', port_value: 8080 } }, filter_chains: [{ filters: manager('http.8080') }] },
      {
        name: '0.0.0.0_8443', address: { socket_address: { address: '0.0.0.0', port_value: 8443 } },
        filter_chains: [
          { filters: manager('https.443'), transport_socket: { name: 'tls' } },
          { filter_chain_match: { server_names: ['pos.example.com'] }, filters: [{ name: 'envoy.filters.network.tcp_proxy', typed_config: { '@type': 'tcp', cluster: cluster('pos', 8443) } }] },
        ],
      },
      { name: '0.0.0.0_3306', address: { socket_address: { address: '0.0.0.0', port_value: 3306 } }, filter_chains: [{ filters: [{ name: 'envoy.filters.network.tcp_proxy', typed_config: { '@type': 'tcp', cluster: cluster('mysql', 3306) } }] }] },
    ],
    routeConfigurations: [{ name: 'http.8080', virtual_hosts: virtualHosts(80) }, { name: 'https.443', virtual_hosts: virtualHosts(443) }],
    clusters: () => [],
    cluster: (name) => (options.missing?.includes(name) === true ? undefined : { name, type: 'EDS' }),
    endpoints: (name) => ({ cluster_name: name, endpoints: [] }),
    provenance: {
      filterChains: new Map([
        ['0.0.0.0_8080', [[server(0)]]],
        ['0.0.0.0_8443', [[server(1)], [server(1), { resource: virtualService('shop', 'pos'), path: 'spec.tls[0]' }]]],
        ['0.0.0.0_3306', [[server(2), { resource: virtualService('shop', 'db'), path: 'spec.tcp[0]' }]]],
      ]),
      virtualHosts: new Map([['http.8080', opened(80, 0)], ['https.443', opened(443, 1)]]),
      routes: new Map([['http.8080', origins(80)], ['https.443', origins(443)]]),
      clusters: new Map([[cluster('cart', 80, 'v2'), [
        { resource: { group: '', kind: 'Service', namespace: 'shop', name: 'cart' }, path: 'spec.ports[0]' },
        { resource: { group: 'networking.istio.io', kind: 'DestinationRule', namespace: 'shop', name: 'cart' }, path: 'spec.subsets[1]' },
      ]]]),
    },
    findings: [], patches: { patches: [], serverPorts: new Map() },
  }
}

/** Istio's name of a cluster in namespace shop. */
export function cluster(service: string, port: number, subset = ''): string {
  return `outbound|${port}|${subset}|${service}.shop.svc.cluster.local`
}

/** The objects behind the reference gateway: its Gateway and Service, and the Service cart with one ready and one other pod of v2. */
export function snapshotFixture(): Snapshot {
  const pod = (name: string, version: string) => ['pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', labels: { app: 'cart', version } } }] as const
  const endpoint = (name: string, ready: boolean) => ({ addresses: ['10.244.0.9'], conditions: { ready }, targetRef: { kind: 'Pod', name } })
  return snapshotOf([
    ['gateways.networking.istio.io', {
      apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'default-gateway', namespace: 'istio-system' },
      spec: {
        selector: { istio: 'ingressgateway' },
        servers: [
          { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] },
          { port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['shop/*'], tls: { mode: 'SIMPLE', credentialName: 'edge-cert' } },
          { port: { number: 3306, name: 'mysql', protocol: 'TCP' }, hosts: ['*'] },
        ],
      },
    }],
    ['services', {
      apiVersion: 'v1', kind: 'Service', metadata: { name: 'istio-ingressgateway', namespace: 'istio-system' },
      spec: {
        selector: { istio: 'ingressgateway' },
        ports: [{ name: 'status-port', port: 15021, targetPort: 15021 }, { name: 'http2', port: 80, targetPort: 8080, nodePort: 30000 }, { name: 'https', port: 443, targetPort: 8443, nodePort: 30443 }],
      },
    }],
    ['services', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { selector: { app: 'cart' }, ports: [{ name: 'grpc-cart', port: 80 }] } }],
    ['destinationrules.networking.istio.io', {
      apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'cart', namespace: 'shop' },
      spec: { host: 'cart', subsets: [{ name: 'v1', labels: { version: 'v1' } }, { name: 'v2', labels: { version: 'v2' } }] },
    }],
    pod('cart-1', 'v1'), pod('cart-2', 'v2'), pod('cart-3', 'v2'),
    ['endpointslices.discovery.k8s.io', {
      apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'cart-x', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'cart' } }, addressType: 'IPv4',
      endpoints: [endpoint('cart-1', true), endpoint('cart-2', true), endpoint('cart-3', false)],
    }],
  ])
}
