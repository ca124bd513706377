import type * as z from 'zod/mini'
import { endpoints } from '@/lib/contract/endpoints'
import type { EnvoyResource } from '@/lib/contract/envoy'
import { fetchJson } from './fetch-json'

/** A gateway pod of a cluster. */
export interface PodAddress {
  readonly cluster: string
  readonly namespace: string
  readonly pod: string
}

/** One reading of a pod's Envoy as React Query asks it: on demand only, and good for a minute, since it costs the gateway. */
export function envoyQuery<Schema extends z.ZodMiniType>({ cluster, namespace, pod }: PodAddress, resource: EnvoyResource, schema: Schema) {
  const url = endpoints.envoy(cluster, namespace, pod, resource)
  return { queryKey: ['envoy', url], queryFn: ({ signal }: { readonly signal: AbortSignal }) => fetchJson({ url, schema, signal }), staleTime: 60_000, retry: false }
}
