'use client'
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { clustersReplySchema, type ClustersReply } from '@/lib/contract/cluster'
import { endpoints } from '@/lib/contract/endpoints'
import { fetchJson } from './fetch-json'

/** The contexts that this server can open, and the current one. */
export function useClusters(): UseQueryResult<ClustersReply> {
  return useQuery({
    queryKey: ['clusters'],
    queryFn: ({ signal }) => fetchJson({ url: endpoints.clusters(), schema: clustersReplySchema, signal }),
    staleTime: 60_000,
    retry: true,
    retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 8_000),
  })
}
