import { expect, it } from 'vitest'
import { addFailing } from './failing-requests'

const line = (path: string, status: number, flags: string, at: string) => ['istio-system/gw-1', at, `[${at}] "GET ${path} HTTP/1.1" ${status} ${flags} via_upstream - "-" 0 5 3 2 "10.0.0.1" "curl" "id" "shop.example.com" "10.1.1.1:80" outbound|80||cart.shop.svc.cluster.local 10.0.0.1:1 10.0.0.2:8443 10.0.0.3:2 - default`]
const event = (...lines: readonly unknown[]) => JSON.stringify({ kind: 'lines', seq: 1, key: 'k', lines, dropped: 0 })
const now = Date.parse('2026-12-01T12:20:00Z')

it('keeps the failing requests of the last quarter of an hour, each kind once, the newest first', () => {
  const first = addFailing([], event(line('/a?x=1', 404, 'NR', '2026-12-01T12:10:00.000Z'), line('/a?x=2', 404, 'NR', '2026-12-01T12:11:00.000Z'), line('/ok', 200, '-', '2026-12-01T12:12:00.000Z'), line('/late', 200, 'DI', '2026-12-01T12:12:00.000Z'), line('/b', 503, 'UH', '2026-12-01T12:12:00.000Z'), line('/old', 500, '-', '2026-12-01T12:01:00.000Z')), now)
  expect(first.map(({ path, status, flags, count }) => [path, status, flags, count])).toEqual([['/b', 503, 'UH', 1], ['/a?x=2', 404, 'NR', 2]])
  expect(addFailing(first, event(), now + 390_000).map(({ path }) => path)).toEqual(['/b'])
  expect(addFailing(first, 'no JSON', now)).toBe(first)
})
