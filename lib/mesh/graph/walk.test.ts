import { describe, expect, it } from 'vitest'
import { cluster, compiledFixture, snapshotFixture, virtualService } from './graph-fixture'
import { indexGraph } from './graph-index'
import { layoutMap } from './layout'
import { hostIdOf, parseMapKey } from './map-keys'
import { mapGraph } from './map-graph'
import { standsAt, walk, type WalkStep } from './walk'

const rule = (prefix: string, ...clusters: readonly (readonly [string, number])[]) => ({
  route: { match: { prefix }, route: { weighted_clusters: { clusters: clusters.map(([name, weight]) => ({ name: cluster(name, 80), weight })) } } },
  from: { resource: virtualService('shop', 'web'), path: 'spec.http[0]' },
})
const graph = mapGraph({
  snapshot: snapshotFixture(), compiled: [compiledFixture([{ host: 'a.example.com', routes: [rule('/x/', ['light', 10], ['heavy', 90]), rule('/', ['heavy', 1])] }, { host: 'b.example.com', routes: [rule('/', ['b', 1])] }])],
  problems: [], gateways: [], open: ['a.example.com:443'], filter: '', namespaces: [], limit: null, focus: null,
})
const index = indexGraph(graph)
const layout = layoutMap(graph, { width: 1060, density: 'line' })
const steps = (from: string | null, ...way: readonly WalkStep[]): string | null => way.reduce<string | null>((at, step) => walk(index, layout, at, step), from)

describe('walking the map by keys', () => {
  it('starts at the first host', () => {
    expect(steps(null, 'down')).toBe('host:a.example.com:443')
  })

  it('follows the heaviest edge to the right and comes back to the left', () => {
    expect(steps('rule:a.example.com:443#1', 'right')).toBe(`to:${cluster('heavy', 80)}`)
    expect(steps('entry:istio-system/istio-ingressgateway:istio-ingressgateway:443', 'right', 'right', 'right', 'right')).toBe(`to:${cluster('heavy', 80)}`)
    expect(steps('rule:a.example.com:443#2', 'left', 'left', 'left')).toBe('entry:istio-system/istio-ingressgateway:istio-ingressgateway:443')
  })

  it('moves in the column over rules and hosts, and stays at its ends', () => {
    expect(steps('host:a.example.com:443', 'down', 'down', 'down')).toBe('host:b.example.com:443')
    expect(steps('host:a.example.com:443', 'up')).toBe('host:a.example.com:443')
    expect(steps(`to:${cluster('heavy', 80)}`, 'up')).toBe(`to:${cluster('light', 80)}`)
  })

  it('knows where each thing stands; a rule that the density hides stands at its host', () => {
    expect(standsAt(index, layout, 'rule:a.example.com:443#1')).toMatchObject({ y: 40, height: 28 })
    expect(standsAt(index, layoutMap(graph, { width: 1060, density: 'strip' }), 'rule:a.example.com:443#2')).toMatchObject({ y: 12 })
    expect(standsAt(index, layout, 'rule:nobody#1')).toBeNull()
  })
})

describe('keys', () => {
  it.each([['rule:a:443#2', { kind: 'rule', id: 'a:443', number: 2 }], ['to:outbound|80||x', { kind: 'to', id: 'outbound|80||x' }], ['rule:a', null], ['x:y', null], ['host:', null]])('%s', (text, thing) => {
    expect(parseMapKey(text)).toEqual(thing)
  })

  it('tell the host that they are about', () => {
    expect([hostIdOf('rule:a:443#2'), hostIdOf('host:a:443'), hostIdOf('to:x')]).toEqual(['a:443', 'a:443', null])
  })
})
