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

  it('names the clusters that rules need and an Envoy has not', () => {
    const live = configurationOfParts({ listeners: declared.listeners, routeConfigurations: declared.routeConfigurations, clusters: clusters.slice(1), endpoints: undefined })
    expect(compareLive({ snapshot, compiled: declared }, live)).toEqual({ hosts: [], extra: [], clusters: [{ name: 'cart', state: 'missing' }] })
    const slower = configurationOfParts({ listeners: declared.listeners, routeConfigurations: declared.routeConfigurations, clusters: clusters.map((cluster, index) => (index === 0 ? { ...cluster, connect_timeout: '7s' } : cluster)), endpoints: undefined })
    expect(compareLive({ snapshot, compiled: declared }, slower).clusters).toEqual([{ name: 'cart', state: 'different' }])
  })

  it('BAD1 takes whatever an Envoy prints', () => {
    for (const odd of [null, 'x', [], [null, 3, { name: 7, routes: 'no' }], {}]) {
      expect(() => compareLive({ snapshot, compiled: declared }, liveOf(declared, () => odd))).not.toThrow()
    }
  })
})
