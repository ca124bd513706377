'use client'
import { useQueries } from '@tanstack/react-query'
import { asAppError, fetchJson } from '@/lib/client/fetch-json'
import { useView } from '@/lib/client/use-view'
import { viewQuery, type ViewParams } from '@/lib/client/view-key'
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
}

/**
 * What each pod's Envoy has and lacks, or only that of one. Read again when the declared revision changes, every 5 s while something
 * differs (a push may be under way), else every 30 s. `params`: those of the map, with what of it is asked for.
 */
export function useLiveReplies(cluster: string, gateway: string, { revision, pod, params }: { readonly revision: number; readonly pod: string | null; readonly params: ViewParams }): { readonly running: readonly string[]; readonly pods: readonly LivePod[]; readonly more: number; readonly known: boolean } {
  const [namespace = '', name = ''] = gateway.split('/')
  const view = useView(gatewayView, cluster, { namespace, name })
  const running = (view.data?.pods ?? []).filter(({ phase }) => phase === 'Running').map((one) => one.name)
  const read = pod !== null && running.includes(pod) ? [pod] : running.slice(0, livePodsMost)
  const query = viewQuery(params)
  const queries = useQueries({
    queries: read.map((one) => ({
      queryKey: ['live', cluster, namespace, one, query, revision],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => fetchJson({ url: `${endpoints.live(cluster, namespace, one)}${query}`, schema: liveReplySchema, signal }),
      retry: false, staleTime: 4_000, placeholderData: (before: LiveReply | undefined) => (before?.pod.name === one ? before : undefined),
      refetchInterval: ({ state }: { readonly state: { readonly data: LiveReply | undefined } }) => (state.data === undefined || agrees(state.data) ? 30_000 : 5_000),
    })),
  })
  return {
    running, known: view.data !== undefined, more: read.length === running.length || pod !== null ? 0 : running.length - read.length,
    pods: read.map((one, index) => ({ name: one, reply: queries[index]?.data ?? null, error: queries[index]?.error == null ? null : asAppError(queries[index].error).message })),
  }
}

/** Whether a pod's Envoy has just what is declared. */
export function agrees({ comparison }: LiveReply): boolean {
  return comparison.hosts.length === 0 && comparison.extra.length === 0 && comparison.clusters.length === 0
}
