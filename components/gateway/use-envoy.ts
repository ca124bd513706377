'use client'
import { useQuery } from '@tanstack/react-query'
import type * as z from 'zod/mini'
import type { AppError } from '@/lib/contract/app-error'
import { endpoints } from '@/lib/contract/endpoints'
import type { EnvoyResource } from '@/lib/contract/envoy'
import { asAppError, fetchJson } from '@/lib/client/fetch-json'

/** A gateway pod of a cluster. */
export interface PodAddress {
  readonly cluster: string
  readonly namespace: string
  readonly pod: string
}

/** What a pod's Envoy answered, and how to ask again. Read on demand only: Meridian spares the gateways. */
export interface EnvoyReading<Reply> {
  readonly data: Reply | undefined
  readonly error: AppError | null
  readonly reading: boolean
  readonly readAgain: () => void
}

/** One resource of the closed list, of one pod, parsed by its schema (envoyReplySchemas). */
export function useEnvoy<Schema extends z.ZodMiniType>({ cluster, namespace, pod }: PodAddress, resource: EnvoyResource, schema: Schema): EnvoyReading<z.output<Schema>> {
  const url = endpoints.envoy(cluster, namespace, pod, resource)
  const query = useQuery({ queryKey: ['envoy', url], queryFn: ({ signal }) => fetchJson({ url, schema, signal }), staleTime: 30_000, retry: false })
  return { data: query.data, error: query.error === null ? null : asAppError(query.error), reading: query.isFetching, readAgain: () => void query.refetch() }
}
