import { expect, it } from 'vitest'
import { stepView } from './view-state'

const held = { revision: { epoch: 'e', n: 5 }, wire: { rows: [1, 2] } }
const event = { kind: 'view' as const, seq: 1, key: 'k', epoch: 'e', from: 5, to: 6 }

it('applies a patch made from the revision that is held', () => {
  expect(stepView(held, { ...event, patch: [{ op: 'add', path: '/rows/-', value: 3 }] })).toEqual({ kind: 'next', revision: { epoch: 'e', n: 6 }, wire: { rows: [1, 2, 3] } })
})

it('drops an equal or smaller revision of the same epoch', () => {
  expect(stepView(held, { ...event, from: 4, to: 5, patch: [] })).toEqual({ kind: 'old' })
})

it('takes whole data, of another epoch too, whatever its number', () => {
  expect(stepView(held, { ...event, epoch: 'f', from: null, to: 1, data: { rows: [] } })).toEqual({ kind: 'next', revision: { epoch: 'f', n: 1 }, wire: { rows: [] } })
})

it('asks for a fetch where a patch does not fit', () => {
  expect(stepView(held, { ...event, from: 4, patch: [] })).toEqual({ kind: 'fetch' })
  expect(stepView(held, { ...event, epoch: 'f', from: 5, patch: [] })).toEqual({ kind: 'fetch' })
  expect(stepView(held, { ...event, from: null })).toEqual({ kind: 'fetch' })
  expect(stepView(held, { ...event, patch: [{ op: 'remove', path: '/nothing/here' }] })).toEqual({ kind: 'fetch' })
})
