'use client'
import { useMemo, useSyncExternalStore } from 'react'
import type * as z from 'zod/mini'
import { statusView } from '@/lib/contract/views/status'
import { kindByKey } from '@/lib/mesh/kinds'
import type { StreamState } from './event-stream/protocol'
import { streamClient } from './event-stream/stream-client'
import { useLiveView, type LiveView } from './use-live-view'

/** The status view's data. */
export type ClusterStatus = z.output<typeof statusView.data>

/** Data that is older than it should be: of what, since when, tried again when (epoch ms). */
export interface StaleData {
  readonly what: string
  readonly since: number
  readonly retryAt: number | null
}

/** Whether what is shown follows the cluster. `heardAt` is the last sign of life. Times are epoch ms. */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'watching'; readonly heardAt: number }
  | { readonly kind: 'stale'; readonly stale: StaleData }
  | { readonly kind: 'unreachable'; readonly stale: StaleData }

const serverState: StreamState = { state: 'connecting', since: 0, lastEventAt: null, retryAt: null }

/** The state of the browser's one event stream. */
export function useStreamState(): StreamState {
  return useSyncExternalStore(subscribeState, readState, () => serverState)
}

function subscribeState(listener: () => void): () => void {
  return streamClient().onState(listener)
}

function readState(): StreamState {
  return streamClient().state()
}

/** The cluster's status: kinds, namespaces, connection, environment. */
export function useClusterStatus(cluster: string | undefined): LiveView<ClusterStatus> {
  return useLiveView(statusView, cluster)
}

/** The connection as the top bar tells it. */
export function useConnection(cluster: string | undefined): Connection {
  const stream = useStreamState()
  const status = useClusterStatus(cluster)
  const { data, error } = status
  return useMemo(() => connectionOf(stream, data, error?.code === 'cluster-unreachable'), [stream, data, error])
}

/** What is stale of this cluster's data; null when it follows the cluster. */
export function useStale(cluster: string | undefined): StaleData | null {
  const connection = useConnection(cluster)
  return connection.kind === 'stale' || connection.kind === 'unreachable' ? connection.stale : null
}

/** The connection from the stream's state and the cluster's status; `noAnswer`: our own server does not answer. */
export function connectionOf(stream: StreamState, status: ClusterStatus | undefined, noAnswer = false): Connection {
  if (stream.state === 'lost') return { kind: 'unreachable', stale: { what: 'Everything', since: stream.lastEventAt ?? stream.since, retryAt: stream.retryAt } }
  if (noAnswer) return { kind: 'unreachable', stale: { what: 'Everything', since: stream.lastEventAt ?? stream.since, retryAt: null } }
  if (!status || status.connection === 'connecting') return { kind: 'connecting' }
  const retries = status.kinds.flatMap((kind) => (kind.retryAt === null ? [] : [kind.retryAt]))
  const retryAt = retries.length === 0 ? null : Math.min(...retries)
  if (status.connection === 'unreachable') return { kind: 'unreachable', stale: { what: 'Everything', since: status.unreachableSince ?? stream.since, retryAt } }
  const old = status.kinds.filter((kind) => kind.state === 'stale')
  const first = old[0]
  if (first) {
    const name = pluralWords(first.key)
    return { kind: 'stale', stale: { what: old.length === 1 ? name : `${name} and ${old.length - 1} more kinds`, since: first.staleSince ?? stream.since, retryAt } }
  }
  return stream.state === 'open' && stream.lastEventAt !== null ? { kind: 'watching', heardAt: stream.lastEventAt } : { kind: 'connecting' }
}

/** A kind's name for a sentence: `VirtualServices`, `Ingresses`, `AuthorizationPolicies`. */
function pluralWords(key: string): string {
  const kind = kindByKey(key)?.kind
  if (kind === undefined) return key
  if (kind.endsWith('y') && !kind.endsWith('ay')) return `${kind.slice(0, -1)}ies`
  return kind.endsWith('s') ? `${kind}es` : `${kind}s`
}
