import { expect, it } from 'vitest'
import { createLineGate } from './line-gate'

const event = (count: number, size: number) => `{"kind":"lines","seq":1,"key":"k","dropped":1,"count":${count},"lines":[${JSON.stringify('x'.repeat(size))}]}`

it('drops what the worker does not keep up with, and counts it exactly', () => {
  const gate = createLineGate()
  const large = event(700, 10_000_000)
  expect(gate.pass(large)).toBe(0)
  expect([gate.pass(event(500, 5_000_000)), gate.pass(event(300, 5_000_000))]).toEqual([undefined, undefined])
  gate.taken(large.length)
  expect(gate.pass(event(1, 10))).toBe(802)
  expect(gate.pass(event(1, 10))).toBe(0)
})

it('lets one event through, however large', () => {
  expect(createLineGate().pass(event(1, 20_000_000))).toBe(0)
})
