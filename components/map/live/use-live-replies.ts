'use client'
import { useQueries } from '@tanstack/react-query'
import { asAppError, fetchJson } from '@/lib/client/fetch-json'
import { useView } from '@/lib/client/use-view'
import { endpoints } from '@/lib/contract/endpoints'
import { liveReplySchema, type LiveReply } from '@/lib/contract/live'
import { gatewayView } from '@/lib/contract/views/gateway'

/** At most so many pods are read for one map. */
export const livePodsMost = 6

/** One pod of the gateway as it was read, or why not. */
export interface LivePod {
  readonly name: string
  readonly reply: LiveReply | null
  readonly error: string | null
  readonly reading: boolean
}

/**
 * What each pod's Envoy has and lacks. Read again when the declared revision changes, every 5 s while something differs
 * (a push may be under way), else every 30 s.
 */
export function useLiveReplies(cluster: string, gateway: string, revision: number): { readonly pods: readonly LivePod[]; readonly more: number; readonly known: boolean } {
  const [namespace = '', name = ''] = gateway.split('/')
  const view = useView(gatewayView, cluster, { namespace, name })
  const running = (view.data?.pods ?? []).filter(({ phase }) => phase === 'Running')
  const read = running.slice(0, livePodsMost)
  const queries = useQueries({
    queries: read.map((pod) => ({
      queryKey: ['live', cluster, namespace, pod.name, revision],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => fetchJson({ url: endpoints.live(cluster, namespace, pod.name), schema: liveReplySchema, signal }),
      retry: false, staleTime: 4_000, placeholderData: (before: LiveReply | undefined) => before,
      refetchInterval: ({ state }: { readonly state: { readonly data: LiveReply | undefined } }) => (state.data === undefined || agrees(state.data) ? 30_000 : 5_000),
    })),
  })
  return {
    known: view.data !== undefined, more: running.length - read.length,
    pods: read.map((pod, index) => ({ name: pod.name, reply: queries[index]?.data ?? null, error: queries[index]?.error == null ? null : asAppError(queries[index].error).message, reading: queries[index]?.isFetching ?? false })),
  }
}

/** Whether a pod's Envoy has just what is declared. */
export function agrees({ comparison }: LiveReply): boolean {
  return comparison.hosts.length === 0 && comparison.extra.length === 0 && comparison.clusters.length === 0
}
