import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { jsonEqual } from '@/lib/std/json-patch'
import { mergeThree } from './merge-three'

const base: JsonObject = { spec: { hosts: ['a'], http: [{ route: [{ weight: 90 }, { weight: 10 }] }, { timeout: '3s' }] } }
const weight = (first: number): JsonObject => ({ spec: { hosts: ['a'], http: [{ route: [{ weight: first }, { weight: 10 }] }, { timeout: '3s' }] } })

describe('two editors of one object', () => {
  it('who changed different rules are both kept', () => {
    const theirs: JsonObject = { spec: { hosts: ['a'], http: [{ route: [{ weight: 90 }, { weight: 10 }] }, { timeout: '5s', retries: { attempts: 1 } }] } }
    expect(mergeThree({ base, mine: weight(75), theirs })).toEqual({
      value: { spec: { hosts: ['a'], http: [{ route: [{ weight: 75 }, { weight: 10 }] }, { timeout: '5s', retries: { attempts: 1 } }] } }, conflicts: [],
    })
  })

  it('who changed the same weight are told so, at its path', () => {
    const { conflicts } = mergeThree({ base, mine: weight(75), theirs: weight(50) })
    expect(conflicts).toEqual([{ path: ['spec', 'http', 0, 'route', 0, 'weight'], base: 90, mine: 75, theirs: 50 }])
  })

  it('lose nothing: what one side alone changed is in the result', () => {
    const objects = fc.object({ maxDepth: 3, values: [fc.integer(), fc.string()], withNullPrototype: false })
    fc.assert(fc.property(objects, objects, (a, b) => {
      const [x, y] = [JSON.parse(JSON.stringify(a)) as Json, JSON.parse(JSON.stringify(b)) as Json]
      if (!isJsonObject(x) || !isJsonObject(y)) return
      expect(jsonEqual(mergeThree({ base: x, mine: y, theirs: x }).value, y)).toBe(true)
      expect(jsonEqual(mergeThree({ base: x, mine: x, theirs: y }).value, y)).toBe(true)
    }))
  })
})
