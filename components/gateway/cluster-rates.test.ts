import { expect, it } from 'vitest'
import { clusterRate } from './cluster-rates'

function reading(readAt: number, requests: number, pod = 'a') {
  const endpoint = { address: '10.0.0.1', port: 80, healthy: true, health: 'HEALTHY', flags: [], weight: 1, priority: 0, zone: '', active: 0, requests, errors: 0 }
  return { pod: { namespace: 'n', name: pod }, readAt, bytes: 0, millis: 0, data: { clusters: [{ name: 'c', version: null, updated: null, state: 'active' as const, error: null, config: null, endpoints: [endpoint] }] } }
}

it('counts requests between two readings of one pod', () => {
  expect(clusterRate(reading(1_000, 100), reading(11_000, 150), 'c')).toEqual({ perSecond: 5, seconds: 10 })
})

it('says nothing over a restart, another pod, or no time', () => {
  expect([clusterRate(reading(0, 100), reading(9_000, 50), 'c'), clusterRate(reading(0, 1), reading(9_000, 2, 'b'), 'c'), clusterRate(reading(0, 1), reading(500, 2), 'c'), clusterRate(reading(0, 1), reading(9_000, 2), 'd')]).toEqual([undefined, undefined, undefined, undefined])
})
