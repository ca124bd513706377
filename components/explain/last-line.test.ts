import { expect, it } from 'vitest'
import { createLineStore, lineCell } from './last-line'

const line = (path: string, at: string, status = 200) => ['istio-system/gw-1', at, `[${at}] "GET ${path} HTTP/2" ${status} - via_upstream - "-" 0 5 41 2 "10.0.0.1" "curl" "id" "Shop.example.com:443" "10.1.1.1:80" outbound|80|v1|cart.shop.svc.cluster.local 10.0.0.1:1 10.0.0.2:8443 10.0.0.3:2 shop.example.com cart`]
const event = (...lines: readonly unknown[]) => JSON.stringify({ kind: 'lines', seq: 1, key: 'k', lines, dropped: 0 })
const asked = { method: 'GET', authority: 'shop.example.com', path: '/cart?x=1', tls: 'on' } as const

it('finds the newest line of the same request, whatever its query and port, and what it says of each step', () => {
  const store = createLineStore()
  let heard = 0
  const leave = store.subscribe(() => { heard += 1 })
  store.add(event(line('/cart?x=2', '2026-12-01T12:00:01Z'), line('/other', '2026-12-01T12:00:03Z'), line('/cart', '2026-12-01T12:00:00Z', 500)))
  const found = store.newest(asked)
  expect([heard, found?.pod, found?.at]).toEqual([1, 'istio-system/gw-1', '2026-12-01T12:00:01Z'])
  expect(store.newest({ ...asked, method: 'POST' })).toBeNull()
  expect(store.newest({ ...asked, tls: 'off' })).toBeNull()
  expect(found && (['Listener', 'Filter chain', 'HTTP filters', 'Route', 'Upstream', 'Response'] as const).map((step) => lineCell(found, step))).toEqual(['', 'shop.example.com SNI', '', 'cart', 'cart·v1:80 10.1.1.1:80', '200 in 41 ms'])
  leave()
  store.add(event(line('/cart', '2026-12-01T12:00:02Z', 503)))
  store.add('no JSON')
  expect([heard, store.newest(asked)?.access.status]).toEqual([1, 503])
})
