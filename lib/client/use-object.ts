'use client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type * as z from 'zod/mini'
import type { AppError } from '@/lib/contract/app-error'
import { objectReplySchema } from '@/lib/contract/edit'
import { endpoints } from '@/lib/contract/endpoints'
import { asAppError, fetchJson } from './fetch-json'

/** Which object. `kind` is a key of lib/mesh/kinds; `namespace` is '' for cluster-scoped ones. */
export interface ObjectAddress {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/**
 * The whole object as stored, with all that projections leave out. Fetched again when `resourceVersion` (as a view
 * tells it) changes; the former text stays until the new one is there. Undefined resourceVersion: not asked yet.
 */
export function useObject(cluster: string, address: ObjectAddress, resourceVersion: string | undefined): {
  readonly data: z.output<typeof objectReplySchema> | undefined
  readonly error: AppError | null
} {
  const url = endpoints.object(cluster, address.kind, address.namespace, address.name)
  const query = useQuery({
    queryKey: ['object', url, resourceVersion],
    enabled: resourceVersion !== undefined,
    queryFn: ({ signal }) => fetchJson({ url, schema: objectReplySchema, signal }),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
    retry: (count, error) => asAppError(error).code === 'cluster-unreachable' || (asAppError(error).code === 'timeout' && count < 3),
    retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 8_000),
  })
  return { data: query.data, error: query.error === null ? null : asAppError(query.error) }
}
