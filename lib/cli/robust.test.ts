import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CallError } from '@/lib/contract/call/call-error'
import { parseCall } from '@/lib/contract/call/call'
import { loadObjects } from './input/load'
import { memorySurroundings } from './memory-output'
import { run } from './run'

const yamlish = fc.array(fc.constantFrom('a', 'b: ', ': ', '- ', '\n', '  ', '\t', '{', '}', '[', ']', '"', "'", '|', '>', '&x ', '*x', '<<: ', '---\n', '...\n', '# c', '%YAML 1.2\n', '!!str ', '? ', ',', '\r\n', 'kind: Service\n', 'apiVersion: v1\n', 'metadata: {name: x}\n', 'items:\n', 'kind: List\n', '\u0000', '\ufeff', '\u2028', '{"a":', '1e999', '.inf'), { maxLength: 40 }).map((parts) => parts.join(''))

describe('nothing that is given makes the command line fall over', () => {
  it('reads any text', () => {
    fc.assert(fc.property(fc.oneof(yamlish, fc.string({ maxLength: 60 })), (text) => {
      const loaded = loadObjects(['-'], Buffer.from(text))
      expect(loaded.unreadable.every(({ line, message }) => line >= 0 && message !== '')).toBe(true)
    }), { numRuns: 3000 })
  })
  it('reads any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => { loadObjects(['-'], bytes) }), { numRuns: 500 })
  })
  it('takes any URL apart, or says what is wrong with it', () => {
    const parts = fc.array(fc.constantFrom('http', 'tls', '://', ':', '/', '@', '[', ']', '::1', '%', '%2e', '#', '?', 'a.example', '80', 'ü', ' ', '..', '\\', '\n', '0'), { maxLength: 9 }).map((list) => list.join(''))
    fc.assert(fc.property(fc.oneof(parts, fc.string()), (url) => {
      try {
        const { request } = parseCall({ url })
        expect(request.path.startsWith('/')).toBe(true)
        expect([...request.path].every((char) => char > ' ' && char < '\u007f')).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(CallError)
      }
    }), { numRuns: 3000 })
  })
  it('answers each line of any batch with its id or an error', async () => {
    const value = fc.oneof(fc.constantFrom<unknown>('http://a.example/', 'tcp://a:80', 'https://[::1]/', 'http1', 'tcp', 80, true, null, [], ['h2'], {}, { Host: 'b' }, { Host: [] }, '127.0.0.1', 'a.b.c', 'e/a'), fc.jsonValue())
    const line = fc.oneof(fc.dictionary(fc.constantFrom('id', 'url', 'method', 'headers', 'sni', 'alpn', 'protocol', 'clientCert', 'listenerPort', 'from', 'jwt', 'gateway'), value), fc.jsonValue())
    await fc.assert(fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (lines) => {
      const memory = memorySurroundings(lines.map((one) => `${JSON.stringify(one)}\n`).join(''))
      const meshFile = `${import.meta.dirname}/../../docs/cli/shop.yaml`
      expect([0, 2]).toContain(await run(['explain', '-f', meshFile, '--batch', '-'], memory.surroundings))
      const answers = memory.printed().split('\n').filter((text) => text !== '').map((text) => JSON.parse(text))
      expect(answers.length).toBe(lines.length)
      expect(answers.every((answer) => 'id' in answer && ('error' in answer || 'outcome' in answer))).toBe(true)
    }), { numRuns: 60 })
  })
})
