import { expect, it } from 'vitest'
import { createArrivals } from './arrivals'

it('counts lines a second over the last three, without those that were there before', () => {
  const arrivals = createArrivals()
  arrivals.add(300, 0)
  arrivals.add(300, 400)
  expect(arrivals.rate(900)).toBe(0)
  for (let at = 1_000; at <= 5_000; at += 100) arrivals.add(5, at)
  expect(arrivals.rate(5_000)).toBe(50)
  expect(arrivals.rate(20_000)).toBe(0)
})
