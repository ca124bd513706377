import { describe, expect, it } from 'vitest'
import type { ExplanationData } from '@/lib/contract/explanation'
import { lostReasons, lostRules } from './losers'
import { explanationMarkdown } from './markdown'
import { cellsOf, firstDifference } from './witness-rows'

const routed: ExplanationData = {
  outcome: { kind: 'routed' }, response: { status: null, flags: '-', details: 'via_upstream' }, certainty: { kind: 'conditional', on: ['envoy.filters.http.ext_authz'] },
  listener: '0.0.0.0_8080', filterChain: '0.0.0.0_8080#0', routeConfiguration: 'http.8080', virtualHost: 'shop:80', route: 'cart',
  clusters: [{ name: 'v1', weight: 90, state: 'ok' }, { name: 'v2', weight: 10, state: 'no-endpoints' }], rewritten: { authority: 'shop', path: '/cart/1' },
  resource: { group: 'networking.istio.io', kind: 'VirtualService', namespace: 'shop', name: 'storefront' }, path: 'spec.http[1]',
  trace: [
    { step: 'listener', winner: '0.0.0.0_8080', losers: [], notes: [] },
    { step: 'filter-chain', winner: '0.0.0.0_8080#0', losers: [], notes: [] },
    { step: 'http-filter', winner: 'envoy.filters.http.rbac', losers: [], notes: [{ code: 'allowed', params: { policy: 'none' } }] },
    { step: 'virtual-host', winner: 'shop:80', losers: [], notes: [{ code: 'domain', params: { domain: 'shop' } }] },
    {
      step: 'route', winner: 'cart', notes: [], losers: [
        { name: '#0', reason: { code: 'path', params: { kind: 'prefix', expected: '/x', index: '0', resource: 'VirtualService shop/other', field: 'spec.http[0]' } } },
        { name: '#1', reason: { code: 'path', params: { kind: 'prefix', expected: '/cart/2', index: '1' } } },
        { name: '#2', reason: { code: 'header', params: { name: ':method', actual: 'GET', present: 'true', index: '2' } } },
      ],
    },
    { step: 'cluster', winner: null, losers: [], notes: [] },
  ],
}
const none: ExplanationData = { ...routed, outcome: { kind: 'no-route' }, response: { status: 404, flags: 'NR', details: 'route_not_found' }, route: null, clusters: [], trace: routed.trace.filter(({ step }) => step !== 'cluster').map((step) => (step.step === 'route' ? { ...step, winner: null } : step)) }

describe('what witnesses say of a request', () => {
  it('tells each step, and what was not reached', () => {
    expect(cellsOf(routed)).toMatchObject({ 'HTTP filters': { fact: 'rbac allowed' }, 'Route': { fact: 'cart', aside: '3 tried before' }, 'Upstream': { state: 'none', fact: '90 % v1, 10 % v2 (v2 has no ready endpoint)' }, 'Response': { fact: 'by the backend' } })
    expect(cellsOf(none)).toMatchObject({ 'Route': { state: 'none', fact: 'none', aside: '3 tried' }, 'Upstream': { state: 'not-reached' }, 'Response': { state: 'none', fact: '404 NR', aside: 'route_not_found' } })
  })

  it('tells how each cluster is reached beside its short name, and compares whole names', () => {
    const to = (name: string): ExplanationData => ({ ...routed, clusters: [{ name, weight: 1, state: 'ok' }] })
    const [ours, other] = [to('outbound|80|v1|cart.shop.svc.cluster.local'), to('outbound|80|v1|cart.other.svc.cluster.local')]
    expect(cellsOf(ours, { hops: [{ cluster: 'c', tls: 'auto', protocol: 'HTTP/2', endpoints: { ready: 2, total: 3 } }], tried: [], chain: null }).Upstream).toMatchObject({ fact: 'cart·v1:80', aside: 'HTTP/2, mTLS where the endpoint takes it, 2 of 3 ready' })
    expect(firstDifference(ours, other)).toBe('Upstream')
    expect(cellsOf(ours, { hops: [], tried: [], chain: { names: ['a.example', 'b.example', 'c.example'], tls: 'SIMPLE' } })['Filter chain'].aside).toBe('SNI a.example, b.example and 1 more, TLS SIMPLE ends here')
  })

  it('finds the first step at which a pod parts from the objects', () => {
    expect(firstDifference(routed, structuredClone(routed))).toBeNull()
    expect(firstDifference(routed, none)).toBe('Route')
    expect(firstDifference(routed, { ...routed, clusters: [{ name: 'v1', weight: 1, state: 'ok' }] })).toBe('Upstream')
  })

  it('orders what lost by how near it was', () => {
    expect(lostRules(routed).map(({ number, code }) => [number, code])).toEqual([[3, 'header'], [2, 'path'], [1, 'path']])
    expect(lostRules(routed)[2]).toMatchObject({ owner: 'shop/other', field: 'spec.http[0]', path: '/x', resource: { group: 'networking.istio.io', kind: 'VirtualService', namespace: 'shop', name: 'other' } })
    expect(lostRules(routed)[1]?.resource).toBeNull()
    expect(lostReasons(lostRules(routed))).toBe('method 1, path 2')
    expect(lostRules(routed, { hops: [], chain: null, tried: [{ number: 3, method: 'POST', match: 'POST /cart/*' }] })[0]).toMatchObject({ method: 'POST', match: 'POST /cart/*' })
  })

  it('writes it all down for a chat', () => {
    const text = explanationMarkdown({ asked: 'GET http://shop/cart/1', gateway: 'a/b', explanation: none, facts: null, witnesses: [{ pod: 'p-1', explanation: routed, facts: null, readAt: 0, error: null, reading: false }] })
    expect(text).toContain('404 No route')
    expect(text).toContain('Pod `p-1`: differs from route on')
    expect(text).toContain('Depends on: envoy.filters.http.ext_authz')
  })
})
