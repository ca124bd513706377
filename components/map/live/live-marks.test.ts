import { expect, it } from 'vitest'
import type { LiveReply } from '@/lib/contract/live'
import { liveMarks } from './live-marks'

const reply = (name: string, comparison: Partial<LiveReply['comparison']>): LiveReply => ({ pod: { namespace: 'a', name }, readAt: 0, comparison: { hosts: [], extra: [], clusters: [], ...comparison } })

it('marks what is absent in all pods, in some, or other, by the map’s keys', () => {
  const missing = { id: 'shop:80', state: 'missing' as const, rules: [{ number: 1, state: 'missing' as const }] }
  const other = { id: 'api:80', state: 'different' as const, rules: [{ number: 2, state: 'different' as const }] }
  const { marks, extra } = liveMarks([
    reply('one', { hosts: [missing, other], clusters: [{ name: 'c', state: 'missing' }], extra: [{ routeConfiguration: 'http.80', name: 'left:80', rules: 3 }] }),
    reply('two', { hosts: [missing], extra: [{ routeConfiguration: 'http.80', name: 'left:80', rules: 3 }] }),
  ])
  expect([...marks].map(([key, { kind }]) => [key, kind])).toEqual([['host:shop:80', 'absent'], ['rule:shop:80#1', 'absent'], ['host:api:80', 'different'], ['rule:api:80#2', 'different'], ['to:c', 'some']])
  expect(marks.get('to:c')?.words).toBe('not in the Envoy of 1 of 2 pods')
  expect(extra).toEqual([{ routeConfiguration: 'http.80', name: 'left:80', rules: 3, pods: 2 }])
  expect(liveMarks([]).marks.size).toBe(0)
})
