import { describe, expect, it } from 'vitest'
import { readDocuments } from './read-documents'

const values = (text: string, file = 'x.yaml') => readDocuments(text, file).documents.map(({ value }) => value)
const broken = (text: string, file = 'x.yaml') => readDocuments(text, file).unreadable.map(({ line, message }) => `${line}: ${message}`)

describe('documents of a file', () => {
  it('reads several, leaving out empty ones and comments', () => {
    expect(values('---\n# nothing\n---\na: 1\n---\n\n--- # said\nb: 2\n...\n')).toEqual([{ a: 1 }, { b: 2 }])
  })
  it('knows the first line of each', () => {
    expect(readDocuments('# head\na: 1\n---\n\nb:\n  c: 2\n', 'x.yaml').documents.map(({ line }) => line)).toEqual([2, 5])
  })
  it('knows the line of a field, and of what is around a missing one', () => {
    const [document] = readDocuments('---\na: 1\nitems:\n  - x: 1\n  - y: 2\n    z: 3\n', 'x.yaml').documents
    expect([document?.lineOf(['items', 1, 'z']), document?.lineOf(['items', 1, 'missing']), document?.lineOf([])]).toEqual([6, 5, 2])
  })
  it('keeps directives with their document', () => {
    expect(values('%YAML 1.1\n---\na: 1\n')).toEqual([{ a: 1 }])
  })
  it('takes CRLF', () => {
    expect(values('a: 1\r\n---\r\nb: |\r\n  x\r\n  y\r\n')).toEqual([{ a: 1 }, { b: 'x\ny\n' }])
  })
  it('tells a broken document and goes on with the next', () => {
    const text = 'a: [1\n---\nb: 2\n---\n\tc: 3\n---\nd: "x\n---\ne: 5\n'
    expect(values(text)).toEqual([{ b: 2 }, { e: 5 }])
    expect(broken(text).map((line) => line.slice(0, 2))).toEqual(['2:', '5:', '8:'])
  })
  it('lets the last of equal keys count, with a warning', () => {
    const read = readDocuments('a: 1\nb: 2\na: 3\n', 'x.yaml')
    expect(read.documents[0]?.value).toEqual({ a: 3, b: 2 })
    expect(read.warnings).toEqual([{ file: 'x.yaml', line: 3, message: 'key "a" is there twice; the last one counts' }])
  })
  it('resolves anchors, aliases and merges', () => {
    expect(values('a: &x {p: 1, q: 2}\nb: *x\nc: {<<: *x, q: 3}\nd: {<<: [{r: 1}, *x]}\n')).toEqual([{ a: { p: 1, q: 2 }, b: { p: 1, q: 2 }, c: { q: 3, p: 1 }, d: { r: 1, p: 1, q: 2 } }])
  })
  it('refuses aliases that multiply without end, at once', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]', ...Array.from({ length: 20 }, (_, index) => `a${index + 1}: &a${index + 1} [${Array.from({ length: 10 }, () => `*a${index}`).join(', ')}]`)].join('\n')
    expect(broken(bomb)).toEqual(['6: its aliases stand for more than 1000000 values'])
  })
  it('refuses an alias without an anchor and one inside its own anchor', () => {
    expect(broken('a: *x\n')).toEqual(['1: the alias *x has no anchor before it'])
    expect(broken('b: 1\na: &x\n  b: *x\n')).toEqual(['3: the anchor &x contains itself'])
  })
  it('refuses what is nested past 500 levels, in YAML and in JSON', () => {
    expect(broken('['.repeat(20_000))).toEqual(['1: nested deeper than 500 levels'])
    expect(broken(`a: ${'['.repeat(600)}${']'.repeat(600)}\n`)).toEqual(['1: nested deeper than 500 levels'])
    expect(broken(`${'{"a":'.repeat(600)}1${'}'.repeat(600)}`, 'x.json')).toEqual(['1: nested deeper than 500 levels'])
  })
  it('refuses at once what a parser would go down in until its memory ends', () => {
    expect(broken('- '.repeat(300_000))).toEqual(['1: nested deeper than 500 levels'])
    expect(broken(`a: 1\n${'['.repeat(1_000_000)}`)).toEqual(['2: nested deeper than 500 levels'])
  })
  it('refuses control characters and tabs as indentation', () => {
    expect(broken('a: 1\nb: x\u0000y\n')).toEqual(['2: it holds a control character'])
    expect(broken('a:\n\tb: 1\n')).toHaveLength(1)
  })
  it('reads JSON, one value or several, and finds the line of an error', () => {
    expect(values('{"a": 1}\n{"b": [2]}\n', 'x.json')).toEqual([{ a: 1 }, { b: [2] }])
    expect(values('{"a": 1}', 'x.yaml')).toEqual([{ a: 1 }])
    expect(broken('{\n "a": 1,\n "b": x\n}\n', 'x.json')[0]?.slice(0, 2)).toBe('3:')
    expect(broken('{\n "a": 1\n', 'x.json')[0]?.slice(0, 2)).toBe('2:')
  })
  it('takes no time over JSON whose text never ends', () => {
    expect(broken(`{"a": x, "${'b'.repeat(5_000)}`, 'x.json')).toHaveLength(1)
  })
  it('reads flow mappings in YAML files, and documents after them', () => {
    expect(values('{a: 1, b: [x]}\n---\nc: 3\n')).toEqual([{ a: 1, b: ['x'] }, { c: 3 }])
  })
  it('keeps keys of the prototype as data', () => {
    const [value] = values('__proto__: {x: 1}\nconstructor: 2\n')
    expect(Object.keys(value ?? {})).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })
})

describe('scalars mean what they mean to Kubernetes', () => {
  it.each([
    ['yes', true], ['y', true], ['No', false], ['off', false], ['true', true], ['~', null], ['', null], ['null', null], ['012', 10], ['0o17', 15], ['0x1F', 31], ['0b101', 5], ['08', 8], ['1_000', 1000], ['1e3', 1000],
    ['.5', 0.5], ['+1', 1], ['-3', -3], ['1.', 1], ['2020-01-02', '2020-01-02'], ['12:30:45', '12:30:45'], ['1.2.3', '1.2.3'], ['0x', '0x'], ['"yes"', 'yes'], ["'1'", '1'], ['!!str 5', '5'], ['!!int "3"', 3], ['1e999', '1e999'],
  ])('%s', (text, value) => {
    expect(values(`a: ${text}\n`)).toEqual([{ a: value }])
  })
  it('makes text of keys', () => {
    expect(values('1: a\nyes: b\n0x10: c\n')).toEqual([{ '1': 'a', true: 'b', '16': 'c' }])
  })
  it('refuses what JSON cannot hold', () => {
    expect(broken('a: .nan\n')).toEqual(['1: .nan has no JSON form'])
  })
})
