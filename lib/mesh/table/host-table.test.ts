import { describe, expect, it } from 'vitest'
import type { Route } from '../envoy/route'
import { snapshotOf } from '../snapshot'
import type { Compiled, Origin } from '../translate/compiled'
import { hostTable } from './host-table'

const vs = (namespace: string, name: string): Origin['resource'] => ({ group: 'networking.istio.io', kind: 'VirtualService', namespace, name })
const routes: readonly Route[] = [
  { match: { prefix: '/cart/' }, route: { weighted_clusters: { clusters: [{ name: 'a', weight: 90 }, { name: 'b', weight: 10 }] } } },
  { match: { prefix: '/cart/beta/' }, route: { cluster: 'b' } },
  { match: { prefix: '/' }, route: { cluster: 'c' } },
]
const compiled: Compiled = {
  gateway: { namespace: 'istio-system', name: 'gw', labels: {} },
  listeners: [],
  routeConfigurations: [
    { name: 'http.8080', virtual_hosts: [{ name: 'shop:80', domains: ['shop.example.com'], require_tls: 'ALL' }] },
    { name: 'https.443', virtual_hosts: [{ name: 'shop:443', domains: ['shop.example.com'], routes }] },
  ],
  clusters: () => [],
  cluster: () => undefined,
  endpoints: () => undefined,
  provenance: {
    filterChains: new Map(),
    virtualHosts: new Map(),
    routes: new Map([['https.443', new Map([['shop:443', [
      { resource: vs('shop', 'storefront'), path: 'spec.http[0].match[0]' },
      { resource: vs('shop', 'storefront'), path: 'spec.http[1].match[0]' },
      { resource: vs('web', 'site'), path: 'spec.http[0]' },
    ]]])]]),
    clusters: new Map(),
  },
  findings: [], patches: { patches: [], serverPorts: new Map() },
}
const snapshot = snapshotOf([['virtualservices.networking.istio.io', { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'storefront', namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z' } }]])

describe('the table of a host', () => {
  const problems = [{ code: 'MER014', severity: 'warning', subject: vs('shop', 'storefront'), path: 'spec.http[1].match[0]', params: { by: 'shop/storefront', byPath: 'spec.http[0].match[0]' } }] as const
  const table = hostTable({ snapshot, compiled, gateway: 'istio-system/gw', host: 'shop.example.com', routeConfiguration: null, problems })

  it('holds all owners’ rules in Envoy’s order, of the route configuration with the most rules', () => {
    expect(table?.rules.map((rule) => [rule.number, rule.owner?.name, rule.http, rule.match, rule.catchAll])).toEqual([
      [1, 'storefront', 0, 0, false], [2, 'storefront', 1, 0, false], [3, 'site', 0, null, true],
    ])
    expect(table?.alternatives).toEqual([{ routeConfiguration: 'https.443', rules: 3 }, { routeConfiguration: 'http.8080', rules: 0 }])
  })

  it('says which rule keeps a dead one from being reached', () => {
    expect(table?.rules.map((rule) => rule.deadBy)).toEqual([null, 1, null])
  })

  it('RO1 keeps the entries that Istio sends nothing for, in their place, with what takes their requests', () => {
    const site = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'site', namespace: 'web' }, spec: { http: [
      { route: [{ destination: { host: 'site' } }] },
      { match: [{ uri: { prefix: '/late/' } }, { method: { exact: 'GET' } }], redirect: { uri: '/' } },
      { delegate: { name: 'elsewhere' } },
    ] } }
    const all = hostTable({ snapshot: snapshotOf([['virtualservices.networking.istio.io', site]]), compiled, gateway: 'istio-system/gw', host: 'shop.example.com', routeConfiguration: null, problems })
    expect(all?.rules.map((rule) => [rule.number, rule.owner?.name, rule.http, rule.deadBy])).toEqual([[1, 'storefront', 0, null], [2, 'storefront', 1, 1], [3, 'site', 0, null], [null, 'site', 1, 3]])
    expect(all?.rules[3]).toMatchObject({ words: '/late/* | GET /*', path: 'spec.http[1]', to: [] })
  })

  it('locks what is not there to be edited', () => {
    expect(table?.objects.map((object) => [object.ref.name, object.editable])).toEqual([['storefront', true], ['site', false]])
  })

  it('takes the route configuration that was asked for', () => {
    expect(hostTable({ snapshot, compiled, gateway: 'g', host: 'shop.example.com', routeConfiguration: 'http.8080', problems: [] })?.requireTls).toBe(true)
    expect(hostTable({ snapshot, compiled, gateway: 'g', host: 'nobody', routeConfiguration: null, problems: [] })).toBeUndefined()
  })
})
