import { expect, it } from 'vitest'
import { subscriptionOf, viewUrl } from './view-key'

it('gives one URL whatever the order of parameters, without undefined ones', () => {
  const a = viewUrl({ cluster: 'c', view: 'map', params: { ns: ['b', 'a'], gw: 'x/y', host: undefined } })
  expect(a).toBe('/api/c/c/views/map?gw=x%2Fy&ns=b&ns=a')
  expect(viewUrl({ cluster: 'c', view: 'map', params: { gw: 'x/y', ns: ['b', 'a'] } })).toBe(a)
})

it('keeps long keys short and apart', () => {
  const key = (end: string) => subscriptionOf({ cluster: 'c', view: 'v', params: { q: `${'x'.repeat(600)}${end}` } }).key
  expect(key('a').length).toBeLessThan(500)
  expect(key('a')).not.toBe(key('b'))
})
