import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepHostOrder } from './keep-order'
import type { MapGraph, MapHost } from './model'

const host = (id: string): MapHost => ({ id, gateway: 'a/b', name: id, port: 443, kind: 'http', servers: [], ruleCount: 0, owners: [], note: null, trouble: null, rate: null, to: [], toMore: 0, rules: null })
const graph = (ids: readonly string[]): MapGraph => ({ gateway: 'a/b', gateways: [], entries: [], servers: [], hosts: ids.map(host), destinations: [], totals: { hosts: 0, matching: 0, more: 0, moreWithProblems: 0, servers: 0, rules: 0 } })
const ids = (map: MapGraph): readonly string[] => map.hosts.map((one) => one.id)

describe('an update of the map', () => {
  it('leaves known hosts where they are, and says that the order is another', () => {
    expect(ids(keepHostOrder(['a', 'b', 'c'], graph(['c', 'a', 'b'])).graph)).toEqual(['a', 'b', 'c'])
    expect(keepHostOrder(['a', 'b', 'c'], graph(['c', 'a', 'b'])).changed).toBe(true)
  })

  it('puts a new host after the one it follows, and drops those that are gone', () => {
    const kept = keepHostOrder(['a', 'b', 'c'], graph(['a', 'new', 'c']))
    expect([ids(kept.graph), kept.changed]).toEqual([['a', 'new', 'c'], false])
  })

  it('never loses or doubles a host, and known ones keep their order', () => {
    const names = fc.uniqueArray(fc.constantFrom<string[]>('a', 'b', 'c', 'd', 'e', 'f', 'g'))
    fc.assert(fc.property(names, names, (shown, next) => {
      const after = ids(keepHostOrder(shown, graph(next)).graph)
      expect([...after].sort()).toEqual([...next].sort())
      expect(after.filter((id) => shown.includes(id))).toEqual(shown.filter((id) => next.includes(id)))
    }))
  })
})
