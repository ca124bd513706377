import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Problem } from '../problem'
import { cluster, compiledFixture, snapshotFixture, virtualService, type FixtureHost } from './graph-fixture'
import { firstOf } from './host-order'
import { mapGraph, type MapInput } from './map-graph'
import { litPath, indexGraph, onlyLit } from './graph-index'
import { matchConditions, matchLabel } from './match-words'
import type { MapGraph } from './model'

const from = (name: string, path: string) => ({ resource: virtualService('shop', name), path })
const to = (name: string) => ({ match: { prefix: '/' }, route: { cluster: name } })
const shop: FixtureHost = {
  host: 'shop.example.com',
  routes: [
    { route: { match: { prefix: '/cart/' }, route: { timeout: '3s', weighted_clusters: { clusters: [{ name: cluster('cart', 80, 'v2'), weight: 10 }, { name: cluster('cart', 80, 'v1'), weight: 90 }] } } }, from: from('storefront', 'spec.http[0].match[0]') },
    { route: { match: { prefix: '/cart/beta/' }, route: { cluster: cluster('beta', 80) } }, from: from('storefront', 'spec.http[1].match[0]') },
    { route: { match: { prefix: '/old/' }, redirect: { path_redirect: '/' } }, from: from('storefront', 'spec.http[2].match[0]') },
    { route: { match: { prefix: '/' }, route: { cluster: cluster('gone', 80), timeout: '0s', request_mirror_policies: [{ cluster: cluster('audit', 80) }] } }, from: from('storefront', 'spec.http[3]') },
  ],
}
const dead: Problem = { code: 'MER014', severity: 'warning', subject: virtualService('shop', 'storefront'), path: 'spec.http[1].match[0]', params: { by: 'shop/storefront', byPath: 'spec.http[0].match[0]' } }

function graph(hosts: readonly FixtureHost[], input: Partial<MapInput> & { readonly redirect?: boolean } = {}): MapGraph {
  const { redirect, ...rest } = input
  return mapGraph({ snapshot: snapshotFixture(), compiled: [compiledFixture(hosts, { missing: [cluster('gone', 80)], redirect: redirect === true })], problems: [], gateways: ['istio-system/istio-ingressgateway'], open: [], filter: '', namespaces: [], limit: 40, focus: null, ...rest })
}

it('marks the destination whose subset or DestinationRule has a problem, and no other', () => {
  const rule = { group: 'networking.istio.io', kind: 'DestinationRule', namespace: 'shop', name: 'cart' }
  const troubles = (path: string) => graph([shop], { open: ['all'], problems: [{ code: 'IST0173', severity: 'warning', subject: rule, path, params: {} }] }).destinations.flatMap(({ label, trouble }) => (trouble ? [[label, trouble.code]] : []))
  expect(troubles('spec.subsets[1].labels')).toEqual([['cart·v2:80', 'IST0173']])
  expect(troubles('spec.subsets[0].labels')).toEqual([])
  expect(troubles('spec.host')).toEqual([['cart·v2:80', 'IST0173']])
})

describe('the map of the reference gateway', () => {
  const map = graph([shop], { open: ['shop.example.com:443'], problems: [dead] })
  const host = map.hosts.find((candidate) => candidate.name === 'shop.example.com')

  it('leads from the Service’s ports over the servers to the hosts', () => {
    expect(map.entries.map((entry) => [entry.port, entry.targetPort, entry.nodePort, entry.servers])).toEqual([
      [443, '8443', 30443, ['istio-system/default-gateway:1']],
      [80, '8080', 30000, ['istio-system/default-gateway:0']],
      [3306, '3306', null, ['istio-system/default-gateway:2']],
    ])
    expect(map.servers.map((server) => [server.id, server.protocol, server.tlsMode, server.hosts, server.certificate])).toContainEqual(['istio-system/default-gateway:1', 'https', 'SIMPLE', ['*'], 'edge-cert'])
  })

  it('shows a host once when :80 and :443 have the same table, the TLS server first', () => {
    expect(map.hosts.map((one) => [one.id, one.kind, one.servers.length])).toEqual([['shop.example.com:443', 'http', 2], ['pos.example.com:443', 'sni', 1], ['*:3306', 'tcp', 1]])
  })

  it('numbers the rules in Envoy order and says which is dead by which', () => {
    expect(host?.rules?.map((rule) => [rule.number, matchLabel(rule.when), rule.dead?.by ?? null])).toEqual([[1, '/cart/*', null], [2, '/cart/beta/*', 1], [3, '/old/*', null], [4, '/*', null]])
    expect(host?.rules?.map((rule) => rule.marks.map((mark) => `${mark.kind} ${mark.value}`))).toEqual([['timeout 3 s'], [], [], []])
  })

  it('gives shares, the heaviest first, redirects and mirrors', () => {
    expect(host?.rules?.map((rule) => rule.to.map((edge) => [edge.to, edge.share, edge.kind]))).toEqual([
      [[cluster('cart', 80, 'v1'), 0.9, 'route'], [cluster('cart', 80, 'v2'), 0.1, 'route']],
      [[cluster('beta', 80), 1, 'route']],
      [['redirect|301|/', 1, 'route']],
      [[cluster('gone', 80), 1, 'route'], [cluster('audit', 80), 1, 'mirror']],
    ])
  })

  it('counts ready endpoints of a subset by the labels of its pods, and names what is missing', () => {
    const destination = (id: string) => map.destinations.find((candidate) => candidate.id === id)
    expect(destination(cluster('cart', 80, 'v2'))).toMatchObject({ label: 'cart·v2:80', ready: 1, total: 2, protocol: 'grpc', kind: 'cluster' })
    expect(destination(cluster('gone', 80))).toMatchObject({ kind: 'missing', ready: null })
    expect(destination('redirect|301|/')).toMatchObject({ kind: 'redirect', label: '301 → /' })
  })

  it('folds virtual hosts that only send to https into one row', () => {
    const redirected = graph([shop, { ...shop, host: 'b.example.com' }], { redirect: true })
    expect(redirected.hosts.map((one) => [one.id, one.note])).toContainEqual(['*:80', 'redirect'])
  })

  it('bundles a folded host’s edges, one a destination', () => {
    expect(graph([shop]).hosts[1]?.to.map((edge) => [edge.to, Math.round(edge.share * 1000) / 1000])).toEqual([
      [cluster('beta', 80), 0.25], ['redirect|301|/', 0.25], [cluster('gone', 80), 0.25], [cluster('cart', 80, 'v1'), 0.225],
    ])
    expect(graph([shop]).hosts[1]).toMatchObject({ toMore: 2, rules: null, ruleCount: 4 })
  })
})

describe('filter, order and pages', () => {
  const many = Array.from({ length: 60 }, (_, index): FixtureHost => ({ host: `h${index}.example.com`, routes: [{ route: to(cluster(`s${index}`, 80)), from: { resource: virtualService(index % 2 === 0 ? 'even' : 'odd', `vs${index}`), path: 'spec.http[0]' } }] }))
  const wrong: Problem = { code: 'IST0101', severity: 'error', subject: virtualService('odd', 'vs57'), path: 'spec.http[0].route[0].destination.host', params: {} }

  it('puts hosts with problems first, then names in byte order, and counts the rest', () => {
    const map = graph(many, { limit: 3, problems: [wrong] })
    expect(map.hosts.map((host) => host.name)).toEqual(['h57.example.com', 'h0.example.com', 'h1.example.com'])
    expect(map.totals).toMatchObject({ hosts: 62, matching: 62, more: 59, moreWithProblems: 0 })
  })

  it.each([['host:h1*', 11], ['ns:odd', 30], ['is:problem', 1], ['s33.shop', 1], ['ns:odd host:h1', 6], ['nothing-here', 0], ['is:unknown', 62]])('lets through with %s %i hosts', (filter, count) => {
    expect(graph(many, { filter, problems: [wrong] }).totals.matching).toBe(count)
  })

  it('shows the focused host whatever the filter and the page', () => {
    expect(graph(many, { filter: 'ns:even', limit: 1, focus: 'h57.example.com:443' }).hosts.map((host) => host.name)).toEqual(['h57.example.com', 'h0.example.com'])
  })

  it('orders the first of any list as a whole sort would', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 30 })), fc.integer({ min: 0, max: 40 }), (numbers, count) => {
      expect(firstOf(numbers, count, (a, b) => a - b)).toEqual([...numbers].sort((a, b) => a - b).slice(0, count))
    }))
  })
})

describe('the lit path', () => {
  const index = indexGraph(graph([shop], { open: ['shop.example.com:443'], problems: [dead] }))

  it('runs from a rule back to the ports and on to its destinations', () => {
    expect([...litPath(index, 'rule:shop.example.com:443#1')].sort()).toEqual([
      'entry:istio-system/istio-ingressgateway:istio-ingressgateway:443', 'entry:istio-system/istio-ingressgateway:istio-ingressgateway:80', 'host:shop.example.com:443',
      'rule:shop.example.com:443#1', 'server:istio-system/default-gateway:0', 'server:istio-system/default-gateway:1', `to:${cluster('cart', 80, 'v1')}`, `to:${cluster('cart', 80, 'v2')}`,
    ])
  })

  it('is empty for what is not there, and leads nowhere from a dead rule', () => {
    expect(litPath(index, 'rule:shop.example.com:443#9').size).toBe(0)
    expect([...litPath(index, 'rule:shop.example.com:443#2')].some((key) => key.startsWith('to:'))).toBe(false)
  })

  it('is all that is left with only this path', () => {
    const only = onlyLit(index.graph, litPath(index, `to:${cluster('cart', 80, 'v2')}`))
    expect(only.hosts.map((host) => [host.id, host.rules?.map((rule) => rule.number)])).toEqual([['shop.example.com:443', [1]]])
    expect(only.destinations.map((destination) => destination.label)).toEqual(['cart·v2:80'])
  })
})

describe('the words of a match', () => {
  it.each([
    [{ prefix: '/', headers: [{ name: ':method', string_match: { exact: 'GET' } }, { name: 'x-beta', string_match: { exact: '1' } }] }, 'GET /* x-beta=1'],
    [{ path: '/a', query_parameters: [{ name: 'debug', present_match: true }] }, '/a ?debug'],
    [{ path_separated_prefix: '/api', headers: [{ name: ':authority', string_match: { prefix: 'shop' }, invert_match: true }] }, '/api/* host≠shop*'],
    [{ safe_regex: { regex: '/v[0-9]+' } }, '~/v[0-9]+'],
  ])('%o is %s', (match, label) => {
    expect(matchLabel(matchConditions(match))).toBe(label)
  })
})

describe('a problem that names a host', () => {
  it('is not shown on another host of the same VirtualService', () => {
    const about: Problem = { ...dead, params: { ...dead.params, host: 'shop.example.com' } }
    const map = graph([shop, { ...shop, host: 'b.example.com' }], { open: ['all'], problems: [about] })
    expect(map.hosts.filter((host) => host.kind === 'http').map((host) => [host.name, host.trouble?.code ?? null, host.rules?.filter((rule) => rule.dead).length])).toEqual([['shop.example.com', 'MER014', 1], ['b.example.com', null, 0]])
  })
})
