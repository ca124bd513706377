import { expect, it } from 'vitest'
import { formatMillis, plainWords, shortName } from './line-words'

it('names a pod by what tells it from its siblings', () => {
  expect(['istio-system/istio-ingressgateway-4cfd2-6sgrq', 'istio-system/istiod-7d9-abc'].map(shortName)).toEqual(['6sgrq', 'istiod'])
})

it('parts istiod’s lines, and leaves others as they are', () => {
  expect(plainWords('2026-11-24T01:38:50.107000Z\twarn\tads\tPush failed')).toEqual({ level: 'warn', text: 'ads: Push failed' })
  expect(plainWords('anything\tgoes\there')).toEqual({ level: undefined, text: 'anything\tgoes\there' })
})

it('writes durations in one unit', () => {
  expect([31, 3_000].map(formatMillis)).toEqual(['31 ms', '3.00 s'])
})
