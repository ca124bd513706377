'use client'
import { useQueries, useQuery } from '@tanstack/react-query'
import type * as z from 'zod/mini'
import type { AppError } from '@/lib/contract/app-error'
import { envoyReplySchemas, type EnvoyResource } from '@/lib/contract/envoy'
import { envoyQuery, type PodAddress } from '@/lib/client/envoy-query'
import { asAppError } from '@/lib/client/fetch-json'
import { podsBehind, type PodBehind } from '@/lib/mesh/gateway-list/pod-sync'

/** What a pod's Envoy answered, and how to ask again. Read on demand only: Meridian spares the gateways. */
export interface EnvoyReading<Reply> {
  readonly data: Reply | undefined
  readonly error: AppError | null
  readonly reading: boolean
  readonly readAgain: () => void
}

/** One resource of the closed list, of one pod, parsed by its schema (envoyReplySchemas). */
export function useEnvoy<Schema extends z.ZodMiniType>(address: PodAddress, resource: EnvoyResource, schema: Schema): EnvoyReading<z.output<Schema>> {
  const query = useQuery(envoyQuery(address, resource, schema))
  return { data: query.data, error: query.error === null ? null : asAppError(query.error), reading: query.isFetching, readAgain: () => void query.refetch() }
}

/** At most so many siblings are read to tell whether a pod is behind. */
const siblingsMost = 8

/** The pods of one gateway that do not have what the newest of them has; empty while not all are read. */
export function usePodsBehind(addresses: readonly PodAddress[]): readonly PodBehind[] {
  const some = addresses.length > siblingsMost ? [] : addresses
  const queries = useQueries({ queries: some.map((address) => envoyQuery(address, 'digest', envoyReplySchemas.digest)) })
  const answers = queries.flatMap((query) => (query.data === undefined ? [] : [query.data]))
  return answers.length < 2 ? [] : podsBehind(answers.map((answer) => ({ pod: answer.pod.name, resources: answer.data.resources })))
}
