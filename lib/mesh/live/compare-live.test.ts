import { describe, expect, it } from 'vitest'
import type { Route } from '../envoy/route'
import { compiledFixture, virtualService } from '../graph/graph-fixture'
import { configurationOfParts } from '../simulate/envoy-configuration'
import { emptySnapshot } from '../snapshot'
import type { Compiled } from '../translate/compiled'
import { canonical } from './canonical'
import { compareLive } from './compare-live'

const rule = (route: Route) => ({ route, from: { resource: virtualService('shop', 'storefront'), path: 'spec.http[0]' } })
const declared = compiledFixture([
  { host: 'shop.example.com', routes: [rule({ match: { prefix: '/cart' }, route: { cluster: 'cart', timeout: '3s' } }), rule({ match: { prefix: '/' }, route: { cluster: 'site' } })] },
  { host: 'api.example.com', routes: [rule({ match: { prefix: '/' }, redirect: { path_redirect: '/v2' } })] },
])
const snapshot = emptySnapshot('test')
const clusters = ['cart', 'site', 'outbound|8443||pos.shop.svc.cluster.local', 'outbound|3306||mysql.shop.svc.cluster.local'].flatMap((name) => declared.cluster(name) ?? [])

/** What an Envoy would print of a configuration, after a change to one route configuration. */
function liveOf(compiled: Compiled, change: (virtualHosts: Record<string, unknown>[]) => unknown = (hosts) => hosts) {
  const routeConfigurations = compiled.routeConfigurations.map((one) => ({ ...one, virtual_hosts: change(structuredClone(one.virtual_hosts.map((host) => ({ ...host })))) }))
  return configurationOfParts({ listeners: compiled.listeners, routeConfigurations, clusters, endpoints: undefined })
}

describe('declared against live', () => {
  it('finds nothing where an Envoy has the same, however it prints it', () => {
    expect(compareLive({ snapshot, compiled: declared }, liveOf(declared))).toEqual({ hosts: [], extra: [], clusters: [] })
    const printed = liveOf(declared, (hosts) => hosts.map((host) => ({ ...host, include_request_attempt_count: true, routes: (Array.isArray(host['routes']) ? host['routes'] : []).map((route: object) => ({ ...route, name: 'any', decorator: { operation: 'x' }, typed_per_filter_config: {}, request_headers_to_add: [] })) })))
    expect(compareLive({ snapshot, compiled: declared }, printed).hosts).toEqual([])
    expect(canonical({ b: '3.000s', a: { value: 5 }, empty: {}, off: false })).toBe(canonical({ a: 5, b: '3s' }))
    expect(canonical({ b: '3.5s' })).not.toBe(canonical({ b: '3s' }))
  })

  it('names the host that is missing, the rule that is other, and what nobody declares', () => {
    const gone = compareLive({ snapshot, compiled: declared }, liveOf(declared, (hosts) => hosts.slice(1)))
    expect(gone.hosts.map(({ id, state }) => [id.split(':')[0], state])).toEqual([['shop.example.com', 'missing']])
    expect(gone.hosts[0]?.rules).toEqual([{ number: 1, state: 'missing' }, { number: 2, state: 'missing' }])

    const other = compareLive({ snapshot, compiled: declared }, liveOf(declared, ([first, ...rest]) => [{ ...first, routes: [{ match: { prefix: '/cart' }, route: { cluster: 'cart', timeout: '9s' } }, { match: { prefix: '/' }, route: { cluster: 'site' } }] }, ...rest]))
    expect(other.hosts.map(({ state, rules }) => [state, rules])).toEqual([['different', [{ number: 1, state: 'different' }]]])

    const more = compareLive({ snapshot, compiled: declared }, liveOf(declared, (hosts) => [...hosts, { name: 'left.example.com:80', domains: ['left.example.com'], routes: [{}] }]))
    expect(more.extra.map(({ name, rules }) => [name, rules])).toContainEqual(['left.example.com:80', 1])
    expect(more.hosts).toEqual([])
  })

  it('sees a rule that an Envoy has not got, and one that moved', () => {
    const fewer = compareLive({ snapshot, compiled: declared }, liveOf(declared, ([first, ...rest]) => [{ ...first, routes: [{ match: { prefix: '/' }, route: { cluster: 'site' } }] }, ...rest]))
    expect(fewer.hosts[0]).toMatchObject({ state: 'different', rules: [{ number: 1, state: 'missing' }, { number: 2, state: 'different' }] })
  })

  it('sees a TCP or SNI chain that is not there', () => {
    const without = compareLive({ snapshot, compiled: declared }, configurationOfParts({ listeners: [], routeConfigurations: declared.routeConfigurations, clusters: [], endpoints: undefined }))
    expect(without.hosts.every(({ state }) => state === 'missing')).toBe(true)
    expect(without.hosts.length).toBeGreaterThan(0)
  })

  it('sees another destination behind a TCP chain that is there', () => {
    const listeners = declared.listeners.map((listener) => ({ ...listener, filter_chains: listener.filter_chains.map((chain) => ({ ...chain, filters: chain.filters.map((filter) => ({ ...filter, typed_config: { ...filter.typed_config, ...(listener.name === '0.0.0.0_3306' ? { cluster: 'elsewhere' } : {}) } })) })) }))
    const other = compareLive({ snapshot, compiled: declared }, configurationOfParts({ listeners, routeConfigurations: declared.routeConfigurations, clusters, endpoints: undefined }))
    expect(other.hosts.map(({ state, rules }) => [state, rules])).toEqual([['different', [{ number: 1, state: 'different' }]]])
  })

  it('sees that no listener leads to a route configuration that is there', () => {
    const compiled = compiledFixture([{ host: 'shop.example.com', routes: [rule({ match: { prefix: '/' }, route: { cluster: 'cart' } })] }])
    const listeners = compiled.listeners.filter(({ name }) => name === '0.0.0.0_3306')
    const deaf = compareLive({ snapshot, compiled }, configurationOfParts({ listeners, routeConfigurations: compiled.routeConfigurations, clusters, endpoints: undefined }))
    expect(deaf.hosts.filter(({ id }) => id.startsWith('shop.example.com')).map(({ state }) => state)).not.toEqual([])
    expect(deaf.hosts.every(({ state }) => state === 'missing')).toBe(true)
  })

  it('sees domains, CORS, faults and headers that a virtual host has otherwise, and domains in another order as the same', () => {
    const compiled = compiledFixture([{ host: 'shop.example.com', routes: [rule({ match: { prefix: '/' }, route: { cluster: 'cart' }, typed_per_filter_config: { 'envoy.filters.http.cors': { '@type': 'cors', allow_methods: 'GET' } } })] }])
    const stateOf = (change: object) => compareLive({ snapshot, compiled }, liveOf(compiled, (hosts) => hosts.map((host) => ({ ...host, ...change })))).hosts.map(({ state, rules }) => [state, rules])
    expect(stateOf({})).toEqual([])
    expect(stateOf({ domains: ['other.example.com'] })).toEqual([['different', []]])
    expect(stateOf({ request_headers_to_remove: ['x-a'] })).toEqual([['different', []]])
    expect(stateOf({ routes: [{ match: { prefix: '/' }, route: { cluster: 'cart' } }] })).toEqual([['different', [{ number: 1, state: 'different' }]]])
    const two: Compiled = { ...compiled, routeConfigurations: compiled.routeConfigurations.map((one) => ({ ...one, virtual_hosts: one.virtual_hosts.map((host) => ({ ...host, domains: ['a.example.com', 'b.example.com'] })) })) }
    expect(compareLive({ snapshot, compiled: two }, liveOf(two, (hosts) => hosts.map((host) => ({ ...host, domains: ['b.example.com', 'a.example.com'] })))).hosts).toEqual([])
  })

  it('names the cluster that a rule mirrors to and an Envoy has not', () => {
    const compiled = compiledFixture([{ host: 'shop.example.com', routes: [rule({ match: { prefix: '/' }, route: { cluster: 'cart', request_mirror_policies: [{ cluster: 'audit' }] } })] }])
    expect(compareLive({ snapshot, compiled }, liveOf(compiled)).clusters).toEqual([{ name: 'audit', state: 'missing' }])
  })

  it('names the clusters that rules need and an Envoy has not', () => {
    const live = configurationOfParts({ listeners: declared.listeners, routeConfigurations: declared.routeConfigurations, clusters: clusters.slice(1), endpoints: undefined })
    expect(compareLive({ snapshot, compiled: declared }, live)).toEqual({ hosts: [], extra: [], clusters: [{ name: 'cart', state: 'missing' }] })
    const slower = configurationOfParts({ listeners: declared.listeners, routeConfigurations: declared.routeConfigurations, clusters: clusters.map((cluster, index) => (index === 0 ? { ...cluster, connect_timeout: '7s' } : cluster)), endpoints: undefined })
    expect(compareLive({ snapshot, compiled: declared }, slower).clusters).toEqual([{ name: 'cart', state: 'different' }])
  })

  it('BAD1 takes whatever an Envoy prints', () => {
    for (const odd of [null, 'x', [], [null, 3, { name: 7, routes: 'no' }], {}]) {
      expect(() => compareLive({ snapshot, compiled: declared }, liveOf(declared, () => odd))).not.toThrow()
      const listeners = [{ filter_chains: odd }, { filter_chains: [odd, { filters: odd }, { filters: [odd, { name: 'envoy.filters.network.tcp_proxy', typed_config: odd }], filter_chain_match: odd }] }].map((one) => ({ ...one }))
      expect(() => compareLive({ snapshot, compiled: declared }, configurationOfParts({ listeners, routeConfigurations: [], clusters: [], endpoints: undefined }))).not.toThrow()
    }
  })
})
