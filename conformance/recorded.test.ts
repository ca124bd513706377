import { describe, expect, it } from 'vitest'
import { compileText } from './compile-text'
import { readCases, readExpected } from './case-file'
import { firstDifference } from './compare'
import { compile } from '@/lib/mesh/translate/compile'
import { readBatch } from './batch-file'
import { proxyOf } from './generate/proxies'
import { meridianConfiguration } from './engine'

describe('what Pilot was recorded to send', () => {
  it.each(readCases().map((one) => [`${one.rules.map((rule) => `[${rule}]`).join('')} ${one.name}`.trim(), one] as const))('%s', (_, one) => {
    const expected = readExpected(one.name)
    expect(firstDifference(expected, compileText(one.yaml, { proxy: one.proxy, features: one.features, env: one.env }))).toBeUndefined()
  })
})

describe('what Pilot was recorded to send for generated meshes', () => {
  it.each(readBatch().map((one) => [`${one.rules.map((rule) => `[${rule}]`).join('')} mesh ${one.seed}`, one] as const))('%s', (_, one) => {
    const objects = one.reversed ? [...one.objects].reverse() : one.objects
    expect(firstDifference(one, meridianConfiguration(compile, objects, { ...proxyOf(one.seed), features: one.features }))).toBeUndefined()
  })
})
