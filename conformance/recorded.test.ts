import { describe, expect, it } from 'vitest'
import { compileText } from './compile-text'
import { readCases, readExpected } from './case-file'
import { firstDifference } from './compare'

describe('what Pilot was recorded to send', () => {
  it.each(readCases().map((one) => [`${one.rules.map((rule) => `[${rule}]`).join('')} ${one.name}`.trim(), one] as const))('%s', (_, one) => {
    const expected = readExpected(one.name)
    expect(firstDifference(expected, compileText(one.yaml, { proxy: one.proxy, features: one.features }))).toBeUndefined()
  })
})
