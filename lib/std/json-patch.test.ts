import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from './json'
import { applyJsonPatch, diffJson, jsonEqual, pointerOf } from './json-patch'

const json = (): fc.Arbitrary<Json> => fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>

describe('JSON patches', () => {
  it('make the one value of the other, whatever they are', () => {
    fc.assert(fc.property(json(), json(), (from, to) => {
      expect(jsonEqual(applyJsonPatch(from, diffJson(from, to)), to)).toBe(true)
    }))
  })

  it('are empty for equal values', () => {
    fc.assert(fc.property(json(), (value) => {
      expect(diffJson(value, JSON.parse(JSON.stringify(value)) as Json)).toEqual([])
    }))
  })

  it('change only the value that differs inside a list item', () => {
    const from = { http: [{ name: 'a', route: [{ weight: 90 }, { weight: 10 }] }, { name: 'b', x: { unknown: true } }] }
    const to = { http: [{ name: 'a', route: [{ weight: 75 }, { weight: 25 }] }, { name: 'b', x: { unknown: true } }] }
    expect(diffJson(from, to)).toEqual([
      { op: 'replace', path: '/http/0/route/0/weight', value: 75 },
      { op: 'replace', path: '/http/0/route/1/weight', value: 25 },
    ])
  })

  it('insert and remove one item without rewriting the others', () => {
    expect(diffJson([1, 2, 3], [1, 9, 2, 3])).toEqual([{ op: 'add', path: '/1', value: 9 }])
    expect(diffJson([1, 2, 3], [1, 3])).toEqual([{ op: 'remove', path: '/1' }])
  })

  it('escape pointers and never touch a prototype', () => {
    expect(pointerOf(['a/b', 'c~d', 0])).toBe('/a~1b/c~0d/0')
    const patched = applyJsonPatch({}, [{ op: 'add', path: '/__proto__', value: { polluted: true } }])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(Object.hasOwn(patched as object, '__proto__')).toBe(true)
  })

  it('say where they do not fit', () => {
    expect(() => applyJsonPatch({ a: 1 }, [{ op: 'replace', path: '/b', value: 1 }])).toThrow('/b')
    expect(() => applyJsonPatch([1], [{ op: 'add', path: '/7', value: 1 }])).toThrow('/7')
  })
})
