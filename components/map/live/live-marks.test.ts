import { expect, it } from 'vitest'
import type { LiveReply } from '@/lib/contract/live'
import type { MapGraph, MapHost } from '@/lib/mesh/graph/model'
import { liveMarks, shownGraph } from './live-marks'

const graph = (...hosts: readonly MapHost[]): MapGraph => ({ gateway: 'a/gw', gateways: [], entries: [], servers: [], hosts, destinations: [], totals: { hosts: hosts.length, matching: hosts.length, more: 0, moreWithProblems: 0, servers: 0, rules: 0 } })
const host = (id: string, server = 'a/gw:0'): MapHost => ({ id, gateway: 'a/gw', name: id, port: 80, kind: 'http', servers: [server], ruleCount: 1, owners: [], note: null, trouble: null, rate: null, to: [], toMore: 0, rules: null })
const reply = (name: string, comparison: Partial<LiveReply['comparison']>): LiveReply => ({ pod: { namespace: 'a', name }, readAt: 0, comparison: { hosts: [], extra: [], clusters: [], ...comparison }, graph: graph(), certificates: [] })
const missing = { id: 'shop:80', state: 'missing' as const, rules: [{ number: 1, state: 'missing' as const }], others: [] }
const other = { id: 'api:80', state: 'different' as const, rules: [{ number: 2, state: 'different' as const }], others: [3] }
const left = { id: 'left:80', routeConfiguration: 'http.80', name: 'left:80', rules: 3 }

it('marks what is absent in all pods, in some, other, or in Envoy only, by the map’s keys', () => {
  const marks = liveMarks([
    reply('one', { hosts: [missing, other], clusters: [{ name: 'c', state: 'missing' }], extra: [left] }),
    reply('two', { hosts: [missing], extra: [left] }),
  ], 'both')
  expect([...marks].map(([key, { kind }]) => [key, kind])).toEqual([['host:shop:80', 'absent'], ['rule:shop:80#1', 'absent'], ['host:api:80', 'different'], ['rule:api:80#2', 'different'], ['to:c', 'some'], ['host:left:80', 'extra']])
  expect(marks.get('to:c')?.words).toBe('not in the Envoy of 1 of 2 pods')
  expect(marks.get('host:left:80')?.words).toBe('in the Envoy of 2 of 2 pods, declared by nobody')
  expect(liveMarks([], 'both').size).toBe(0)
})

it('marks in the live view the rules of the Envoy that is drawn, by its own numbers', () => {
  const marks = liveMarks([reply('one', { hosts: [{ ...other, state: 'missing' }] }), reply('two', { hosts: [other] })], 'live')
  expect([...marks].map(([key, { kind }]) => [key, kind])).toEqual([['host:api:80', 'some'], ['rule:api:80#3', 'different']])
})

it('marks servers by the certificate that ends first, and by hosts that none is for', () => {
  const at = (certificates: LiveReply['certificates']) => [...liveMarks([reply('one', {}), { ...reply('two', {}), certificates }], 'live')].map(([key, { state, text, words }]) => [key, state, text, words])
  expect(at([{ server: 'a/gw:0', daysLeft: 71, problems: [] }])).toEqual([['server:a/gw:0', 'ok', '71 d', 'certificate: 71 days left']])
  expect(at([{ server: 'a/gw:0', daysLeft: 71, problems: [] }, { server: 'a/gw:0', daysLeft: 6, problems: [{ code: 'MER040', severity: 'error', path: 'spec.servers[0].tls', params: { days: '6', host: 'a' } }] }])).toEqual([['server:a/gw:0', 'bad', '6 d', 'the certificate for a ends in 6 days; certificate: 6 days left']])
  expect(at([{ server: 'a/gw:0', daysLeft: null, problems: [{ code: 'MER041', severity: 'warning', path: 'x', params: { hosts: 'a' } }] }])[0]).toEqual(['server:a/gw:0', 'bad', 'other names', 'no certificate that Envoy has is for a'])
})

it('draws what is declared, what the pods have together, or both, each host beside its server’s others', () => {
  const declared = graph(host('a:80'), host('b:80', 'a/gw:1'))
  const live = [graph(host('a:80')), graph(host('a:80'), host('c:80'))]
  const ids = (view: 'declared' | 'live' | 'both') => shownGraph(declared, view, live).hosts.map(({ id }) => id)
  expect(ids('declared')).toEqual(['a:80', 'b:80'])
  expect(ids('live')).toEqual(['a:80', 'c:80'])
  expect(ids('both')).toEqual(['a:80', 'c:80', 'b:80'])
  expect(shownGraph(declared, 'both', live).totals.hosts).toBe(3)
  expect(shownGraph(declared, 'live', []).hosts).toEqual([])
})
