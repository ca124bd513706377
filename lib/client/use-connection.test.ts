import { expect, it } from 'vitest'
import type { StreamState } from './event-stream/protocol'
import { connectionOf, type ClusterStatus } from './use-connection'

const open: StreamState = { state: 'open', since: 0, lastEventAt: 1_000, retryAt: null }
const kind = { key: 'virtualservices.networking.istio.io', scope: 'all', state: 'synced' as const, objects: 1, lastEventAt: 1, staleSince: null, retryAt: null, error: null }
const status: ClusterStatus = {
  cluster: { slug: 'c', context: 'c', version: null, environment: null }, connection: 'connected', unreachableSince: null, synced: true,
  namespaces: { readable: 1, total: 1, names: ['shop'] }, kinds: [kind], istio: { version: null },
}

it('watches while the stream is open and all kinds are fresh', () => {
  expect(connectionOf(open, status)).toEqual({ kind: 'watching', heardAt: 1_000 })
})

it('names what is stale, since when and when it is tried again', () => {
  const stale = { ...status, kinds: [{ ...kind, state: 'stale' as const, staleSince: 500, retryAt: 9_000 }] }
  expect(connectionOf(open, stale)).toEqual({ kind: 'stale', stale: { what: 'VirtualServices', since: 500, retryAt: 9_000 } })
})

it('is unreachable when the cluster is, and when the stream is lost', () => {
  expect(connectionOf(open, { ...status, connection: 'unreachable', unreachableSince: 700 })).toMatchObject({ kind: 'unreachable', stale: { since: 700 } })
  expect(connectionOf({ state: 'lost', since: 2_000, lastEventAt: 1_000, retryAt: 3_000 }, status)).toEqual({ kind: 'unreachable', stale: { what: 'Everything', since: 1_000, retryAt: 3_000 } })
})

it('is connecting until the first status', () => {
  expect(connectionOf(open, undefined)).toEqual({ kind: 'connecting' })
})
