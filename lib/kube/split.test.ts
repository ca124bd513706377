import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '@/lib/std/json'
import { createListSplitter } from './split-list'
import { splitLines } from './split-lines'

function chunksOf(text: string, size: number): Buffer[] {
  const bytes = Buffer.from(text)
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))
}

describe('a list that arrives in pieces', () => {
  it('gives the same items and envelope as parsing it whole, however it is cut', () => {
    const item = fc.record({ metadata: fc.record({ name: fc.string(), labels: fc.dictionary(fc.string(), fc.string()) }), items: fc.array(fc.jsonValue(), { maxLength: 3 }), text: fc.string({ unit: 'binary' }) })
    fc.assert(fc.property(fc.array(item, { maxLength: 5 }), fc.integer({ min: 1, max: 40 }), fc.boolean(), (items, size, late) => {
      const head = { kind: 'List', apiVersion: 'v1' }
      const list = late ? { ...head, items, metadata: { resourceVersion: '7', continue: '"]},{' } } : { metadata: { resourceVersion: '7' }, ...head, items }
      const seen: JsonObject[] = []
      const splitter = createListSplitter((one) => seen.push(one))
      for (const chunk of chunksOf(JSON.stringify(list), size)) splitter.push(chunk)
      expect(splitter.end()).toEqual(JSON.parse(JSON.stringify({ ...list, items: [] })))
      expect(seen).toEqual(JSON.parse(JSON.stringify(items)))
    }), { numRuns: 200 })
  })

  it('refuses a list that broke off', () => {
    const splitter = createListSplitter(() => undefined)
    splitter.push(Buffer.from('{"items":[{"a":1},{"b"'))
    expect(() => splitter.end()).toThrow(SyntaxError)
  })
})

describe('lines of a body', () => {
  it('come out whole across chunks, the last one without a newline too', async () => {
    const lines: string[] = []
    for await (const line of splitLines(Readable.from(chunksOf('one\n\ntwo ü three\nfour', 3)))) lines.push(line.toString())
    expect(lines).toEqual(['one', '', 'two ü three', 'four'])
  })

  it('are cut at the limit, and what is left out is told', async () => {
    const lines: string[] = []
    let cut = 0
    for await (const line of splitLines(Readable.from(chunksOf(`${'x'.repeat(100)}\nshort\n`, 7)), 10, (bytes) => { cut += bytes })) lines.push(line.toString())
    expect(lines).toEqual(['xxxxxxxxxx', 'short'])
    expect(cut).toBe(90)
  })
})
