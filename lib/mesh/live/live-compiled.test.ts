import { expect, it } from 'vitest'
import type { Route } from '../envoy/route'
import { cluster, compiledFixture, snapshotFixture, virtualService } from '../graph/graph-fixture'
import { mapGraph } from '../graph/map-graph'
import { configurationOfDump, configurationOfParts } from '../simulate/envoy-configuration'
import type { Compiled } from '../translate/compiled'
import { compareLive } from './compare-live'
import { liveCompiled } from './live-compiled'

const rule = (route: Route, at: number) => ({ route, from: { resource: virtualService('shop', 'storefront'), path: `spec.http[${at}]` } })
const declared = compiledFixture([{
  host: 'shop.example.com', routes: [
    rule({ match: { prefix: '/cart', case_sensitive: false, headers: [{ name: ':method', string_match: { exact: 'GET' } }, { name: 'x-a', invert_match: true, present_match: true }], query_parameters: [{ name: 'q', string_match: { safe_regex: { regex: 'a+' } } }] }, route: { weighted_clusters: { clusters: [{ name: cluster('cart', 80, 'v1'), weight: 90 }, { name: cluster('cart', 80, 'v2'), weight: 10 }] }, timeout: '3s', retry_policy: { num_retries: 4 }, request_mirror_policies: [{ cluster: cluster('audit', 80), runtime_fraction: { default_value: { numerator: 5 } } }] } }, 0),
    rule({ match: { path: '/old' }, redirect: { path_redirect: '/new', response_code: 'FOUND' } }, 1),
    rule({ match: { prefix: '/' }, direct_response: { status: 418 } }, 2),
  ],
}])
const snapshot = snapshotFixture()
const names = [cluster('cart', 80, 'v1'), cluster('cart', 80, 'v2'), cluster('audit', 80), cluster('pos', 8443), cluster('mysql', 3306)]
const parts = (compiled: Compiled) => ({ listeners: compiled.listeners, routeConfigurations: compiled.routeConfigurations, clusters: names.map((name) => ({ name, type: 'EDS' })), endpoints: [{ cluster_name: cluster('cart', 80, 'v1'), endpoints: [{ lb_endpoints: [{ endpoint: { address: {} } }, { endpoint: { address: {} }, health_status: 'UNHEALTHY' as const }] }] }] })
const asked = { snapshot, problems: [], gateways: [], open: ['all'], filter: '', namespaces: [], limit: null, focus: null, endpoints: 'sent' } as const

it('draws an Envoy that has what is declared as the declared map, from the same objects and fields', () => {
  const live = mapGraph({ ...asked, compiled: [liveCompiled(configurationOfParts(parts(declared)), declared)] })
  const wanted = mapGraph({ ...asked, compiled: [declared] })
  expect({ ...live, destinations: [] }).toEqual({ ...wanted, destinations: [] })
  expect(live.destinations.map(({ id, kind }) => [id, kind])).toEqual(wanted.destinations.map(({ id, kind }) => [id, kind]))
  expect(live.destinations.find(({ id }) => id === cluster('cart', 80, 'v1'))).toMatchObject({ ready: 1, total: 2 })
})

it('draws what only the Envoy has: a host with the object that its routes name, a chain without one', () => {
  const left = { name: 'left.example.com:80', domains: ['left.example.com'], routes: [{ match: { prefix: '/' }, route: { cluster: 'gone' }, metadata: { filter_metadata: { istio: { config: '/apis/networking.istio.io/v1/namespaces/shop/virtual-service/left' } } } }] }
  const chain = { filter_chain_match: { server_names: ['raw.example.com'] }, filters: [{ name: 'envoy.filters.network.tcp_proxy', typed_config: { '@type': 'tcp', cluster: cluster('pos', 8443) } }] }
  const probes = { name: 'probes', address: { socket_address: { address: '0.0.0.0', port_value: 15021 } }, filter_chains: [{ filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: { '@type': 'hcm', route_config: { name: 'x' } } }] }] }
  const configuration = configurationOfParts({
    ...parts(declared),
    listeners: [...declared.listeners.map((listener) => (listener.name === '0.0.0.0_8443' ? { ...listener, filter_chains: [...listener.filter_chains, chain] } : listener)), probes],
    routeConfigurations: declared.routeConfigurations.map((one) => (one.name === 'http.8080' ? { ...one, virtual_hosts: [...one.virtual_hosts, left] } : one)),
  })
  const { extra } = compareLive({ snapshot, compiled: declared }, configuration)
  expect(extra.map(({ name, routeConfiguration }) => [name, routeConfiguration])).toEqual([['left.example.com:80', 'http.8080'], ['raw.example.com', '']])
  const graph = mapGraph({ ...asked, compiled: [liveCompiled(configuration, declared)], only: new Set(extra.map(({ id }) => id)) })
  expect(graph.hosts.map(({ id }) => id).sort()).toEqual(extra.map(({ id }) => id).sort())
  expect(graph.hosts.find(({ name }) => name === 'left.example.com')).toMatchObject({ owners: [{ kind: 'VirtualService', namespace: 'shop', name: 'left' }], servers: ['istio-system/default-gateway:0'] })
  expect(graph.destinations.find(({ id }) => id === 'gone')?.kind).toBe('missing')
})

it('BAD1 takes whatever an Envoy prints', () => {
  for (const odd of [null, 7, 'x', [], {}, [null, { name: 3, routes: [null, { match: 7, route: [], redirect: 'x', direct_response: { status: {} }, typed_per_filter_config: { a: null } }] }]]) {
    const live = liveCompiled(configurationOfDump({ configs: [{ '@type': 'x.RoutesConfigDump', dynamic_route_configs: [{ route_config: { name: 'http.8080', virtual_hosts: odd } }] }, { dynamic_listeners: [{ active_state: { listener: { ...declared.listeners[0], filter_chains: [...(declared.listeners[0]?.filter_chains ?? []), odd] } } }] }] }), declared)
    expect(() => mapGraph({ ...asked, compiled: [live] })).not.toThrow()
  }
})
