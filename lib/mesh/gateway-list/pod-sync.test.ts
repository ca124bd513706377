import { expect, it } from 'vitest'
import { podsBehind, type GivenPod } from './pod-sync'

const pod = (name: string, routes: readonly (readonly [name: string, hash: string, updated: string])[]): GivenPod => ({ pod: name, resources: routes.map(([name, hash, updated]) => ({ kind: 'route-configuration', name, hash, updated, error: null })) })

it('finds nothing where all pods have the same, whenever they got it', () => {
  expect(podsBehind([pod('a', [['http.80', 'x', '2026-01-01T00:00:00Z']]), pod('b', [['http.80', 'x', '2026-01-02T00:00:00Z']])])).toEqual([])
  expect(podsBehind([])).toEqual([])
})

it('finds the pod that kept an older content, and since when', () => {
  const pods = [pod('a', [['http.80', 'new', '2026-01-03T00:00:00Z'], ['https', 'x', '2026-01-01T00:00:00Z']]), pod('b', [['http.80', 'old', '2026-01-01T00:00:00Z'], ['https', 'x', '2026-01-04T00:00:00Z']]), pod('c', [['http.80', 'new', '2026-01-05T00:00:00Z'], ['https', 'x', '2026-01-05T00:00:00Z']])]
  expect(podsBehind(pods)).toEqual([{ pod: 'b', since: '2026-01-03T00:00:00Z', resources: ['route-configuration http.80'] }])
})

it('says that pods differ where nothing tells which is newer', () => {
  expect(podsBehind([pod('a', []), pod('b', [['gone', 'x', '2026-01-01T00:00:00Z']]), pod('c', [])])).toEqual([{ pod: 'b', since: null, resources: ['route-configuration gone'] }])
})
