import { describe, expect, it } from 'vitest'
import { tryBadInput } from './bad-input'

describe('bad input', () => {
  it('[BAD1] nothing throws on 2,000 changed objects, and what cannot be read is told', () => {
    let [objects, unreadable, seed] = [0, 0, 1]
    for (; objects < 2_000; seed += 1) {
      const result = tryBadInput(seed)
      expect(result.threw).toBeUndefined()
      objects += result.objects
      unreadable += result.unreadable
    }
    expect(unreadable).toBeGreaterThan(100)
  }, 120_000)

  it('[BAD1] a port that is no number or text is no protocol', () => {
    expect(tryBadInput(1387).threw).toBeUndefined()
  })
})
