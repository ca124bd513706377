import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withoutManagedFields } from './without-managed-fields'

function emptied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(emptied)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, key === 'managedFields' && Array.isArray(item) ? [] : emptied(item)]))
}

describe('withoutManagedFields', () => {
  it('leaves out the items of managedFields and nothing else', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('"managedFields":[', '\\"managedFields\\":[', 'a"]', '\\', '\\\\"', ']', '[', 'managedFields'))
    const key = fc.oneof(fc.constant('managedFields'), text)
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, text, fc.integer(), fc.constant(null), fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(key, tie('value'), { maxKeys: 4 })),
    }))
    fc.assert(fc.property(value, (drawn) => {
      const written = JSON.stringify(drawn)
      expect(JSON.parse(withoutManagedFields(written))).toEqual(emptied(JSON.parse(written)))
    }), { numRuns: 2_000, seed: 3 })
  })

  it('leaves text that breaks off as it is', () => {
    expect(withoutManagedFields('{"managedFields":[{"a":"b')).toBe('{"managedFields":[{"a":"b')
  })
})
