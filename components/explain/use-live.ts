'use client'
import { useQueries } from '@tanstack/react-query'
import { asAppError, fetchJson } from '@/lib/client/fetch-json'
import type { AppError } from '@/lib/contract/app-error'
import type { CallParams } from '@/lib/contract/call/call-params'
import { endpoints } from '@/lib/contract/endpoints'
import type { ExplainedFactsData, ExplanationData } from '@/lib/contract/explanation'
import { liveExplanationSchema } from '@/lib/contract/views/explain'

/** What one pod's Envoy would do with the request. */
export interface LiveWitness {
  readonly pod: string
  readonly explanation: ExplanationData | null
  readonly facts: ExplainedFactsData | null
  readonly readAt: number | null
  readonly error: AppError | null
  readonly reading: boolean
}

/** At most so many pods are asked: each asking reads an Envoy. */
export const podsMost = 4

/**
 * The same request through the Envoy of each pod; asked again when the declared answer changes, and every 5 s while
 * `differs` holds, so that a push that is under way is seen to arrive.
 */
export function useLive({ cluster, namespace, pods, params, declared, differs }: {
  readonly cluster: string
  readonly namespace: string
  readonly pods: readonly string[]
  readonly params: CallParams
  readonly declared: ExplanationData | null
  readonly differs: (live: ExplanationData) => boolean
}): { readonly witnesses: readonly LiveWitness[]; readonly readAgain: () => void } {
  const query = new URLSearchParams(Object.entries(params).flatMap(([name, value]) => (value === undefined ? [] : typeof value === 'string' ? [[name, value]] : value.map((one) => [name, one])))).toString()
  const version = declared === null ? '' : JSON.stringify([declared.route, declared.response, declared.clusters, declared.virtualHost])
  const queries = useQueries({
    queries: pods.slice(0, podsMost).map((pod) => ({
      queryKey: ['explain', cluster, namespace, pod, query, version],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => fetchJson({ url: `${endpoints.explainLive(cluster, namespace, pod)}?${query}`, schema: liveExplanationSchema, signal }),
      enabled: declared !== null, retry: false, staleTime: 30_000,
      refetchInterval: ({ state }: { readonly state: { readonly data: { readonly explanation: ExplanationData } | undefined } }) => (state.data !== undefined && differs(state.data.explanation) ? 5_000 : false as const),
    })),
  })
  return {
    witnesses: queries.map((one, index) => ({
      pod: pods[index] ?? '', explanation: one.data?.explanation ?? null, facts: one.data?.facts ?? null, readAt: one.data?.readAt ?? null, error: one.error === null ? null : asAppError(one.error), reading: one.isFetching,
    })),
    readAgain: () => { for (const one of queries) void one.refetch() },
  }
}
