import { describe, expect, it } from 'vitest'
import { byteLength } from './byte-length'

describe('byteLength', () => {
  it.each(['', 'abc', '/ü', '日本', '🙂x'])('counts %s as UTF-8 does', (text) => {
    expect(byteLength(text)).toBe(new TextEncoder().encode(text).length)
  })
})
