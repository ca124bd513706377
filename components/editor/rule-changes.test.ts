import { describe, expect, it } from 'vitest'
import { ruleChanges } from './rule-changes'

const kinds = (before: readonly string[], after: readonly string[]): readonly string[] => ruleChanges(before, after).map((change) => ('from' in change ? `${change.kind} ${change.from}` : change.kind))

describe('changes of rules', () => {
  it('tell edited, moved, new and untouched rules apart', () => {
    expect(kinds(['a', 'b', 'c'], ['a', 'B', 'c'])).toEqual(['same', 'edited 1', 'same'])
    expect(kinds(['a', 'b', 'c'], ['x', 'a', 'b', 'c'])).toEqual(['new', 'same', 'same', 'same'])
    expect(kinds(['a', 'b', 'c'], ['a', 'c'])).toEqual(['same', 'same'])
    expect(kinds(['a', 'b', 'c'], ['c', 'a', 'b'])).toEqual(['moved 2', 'same', 'same'])
    expect(kinds(['a', 'b'], ['b', 'A'])).toEqual(['same', 'edited 0'])
  })
})
