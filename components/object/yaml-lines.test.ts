import { expect, it } from 'vitest'
import { fieldSteps, yamlText } from './yaml-lines'

const object = {
  apiVersion: 'v1', kind: 'X', metadata: { name: 'a', managedFields: [{ manager: 'm' }] },
  spec: { http: [{ match: [{ uri: { prefix: '/a#b: c' } }] }, { timeout: '3s', body: 'one\nkey: two\n' }] },
}

it('keeps managed fields out unless asked', () => {
  expect(yamlText(object, false).text).not.toContain('managedFields')
  expect(yamlText(object, true).text).toContain('managedFields')
})

it('loses no character of the text in its tokens', () => {
  const { text, lines } = yamlText(object, true)
  expect(lines.map((line) => line.map((token) => token.text).join('')).join('\n')).toBe(text.trimEnd())
})

it('paints keys, and nothing inside a block of text as a key', () => {
  const keys = yamlText(object, false).lines.flatMap((line) => line.filter((token) => token.kind === 'key').map((token) => token.text))
  expect(keys).toEqual(['apiVersion', 'kind', 'metadata', 'name', 'spec', 'http', 'match', 'uri', 'prefix', 'timeout', 'body'])
})

it('finds the lines of a field, and of its nearest parent where the field is not there', () => {
  const { rangeOf, text } = yamlText(object, false)
  const lines = text.split('\n')
  const at = rangeOf('spec.http[1].timeout')
  expect(at && lines[at.first - 1]).toContain('timeout: 3s')
  expect(rangeOf('spec.http[1].timeout.deeper')).toEqual(at)
  expect(rangeOf('nowhere')).toBeUndefined()
})

it('reads the steps of a field path', () => {
  expect(fieldSteps('spec.http[2].match[0]')).toEqual(['spec', 'http', 2, 'match', 0])
  expect(fieldSteps('metadata.labels["a.b/c"]')).toEqual(['metadata', 'labels', 'a.b/c'])
})
