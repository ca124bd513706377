'use client'
import { useEffect } from 'react'
import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import type * as z from 'zod/mini'
import type { AppError } from '@/lib/contract/app-error'
import { viewReplySchema } from '@/lib/contract/stream'
import type { ViewContract } from '@/lib/contract/view'
import type { Revision } from '@/lib/mesh/snapshot'
import { asAppError, fetchJson } from './fetch-json'
import { streamClient } from './event-stream/stream-client'
import { useSteadyAddress } from './steady-address'
import { subscriptionOf, viewUrl, type ViewAddress, type ViewParams } from './view-key'
import { stepView, type HeldView, type ViewEvent } from './view-state'

/** A view without its staleness; useView adds that. */
export interface LiveView<Data> {
  readonly data: Data | undefined
  readonly revision: Revision | undefined
  readonly error: AppError | null
  /** The first answer is still out. */
  readonly loading: boolean
}

const lasting = new Set(['cluster-unreachable', 'not-synced', 'timeout', 'rate-limited'])

/** The view's data: fetched once, then kept up to date by the event stream's patches. Without a cluster nothing is asked. */
export function useLiveView<Name extends string, Params extends z.ZodMiniType, Data extends z.ZodMiniType>(
  contract: ViewContract<Name, Params, Data>, cluster: string | undefined, params: ViewParams = {},
): LiveView<z.output<Data>> {
  const client = useQueryClient()
  const address = useSteadyAddress({ cluster: cluster ?? '', view: contract.name, params })
  const url = viewUrl(address)
  const queryKey = ['view', url]
  const query = useQuery({
    queryKey,
    enabled: cluster !== undefined,
    queryFn: async ({ signal }): Promise<HeldView<z.output<Data>>> => {
      const reply = await fetchJson({ url, schema: viewReplySchema, signal })
      return { revision: reply.revision, wire: reply.data, data: contract.data.parse(reply.data) }
    },
    staleTime: Infinity,
    retry: (_, error) => lasting.has(asAppError(error).code),
    retryDelay: (attempt, error) => Math.min((asAppError(error).details.retryAfter ?? 0) * 1_000 || 500 * 2 ** attempt, 8_000),
  })
  const held = query.data
  const has = held !== undefined

  useEffect(() => {
    if (!has) return
    return follow({ client, queryKey: ['view', viewUrl(address)], address, parse: (wire) => contract.data.safeParse(wire) })
  }, [client, contract, address, has])

  const failure = query.error ?? (has ? null : query.failureReason)
  return { data: held?.data, revision: held?.revision, error: failure === null ? null : asAppError(failure), loading: cluster !== undefined && !has && failure === null }
}

/** Keeps the cached view in step with the stream until the returned end is called. */
function follow<Data>({ client, queryKey, address, parse }: {
  readonly client: QueryClient
  readonly queryKey: readonly [string, string]
  readonly address: ViewAddress
  readonly parse: (wire: unknown) => z.core.util.SafeParseResult<Data>
}): () => void {
  const waiting: ViewEvent[] = []
  let fetching = false
  const read = () => client.getQueryData<HeldView<Data>>(queryKey)

  const take = (event: ViewEvent): void => {
    const held = read()
    if (!held) return
    if (fetching) { waiting.push(event); return }
    const step = stepView(held, event)
    if (step.kind === 'old') return
    const parsed = step.kind === 'next' ? parse(step.wire) : undefined
    if (step.kind === 'next' && parsed?.success === true) {
      client.setQueryData<HeldView<Data>>(queryKey, { revision: step.revision, wire: step.wire, data: parsed.data })
      return
    }
    fetching = true
    void client.refetchQueries({ queryKey, exact: true }).finally(() => {
      fetching = false
      for (const next of waiting.splice(0)) take(next)
    })
  }

  const end = streamClient().subscribe(subscriptionOf(address, read()?.revision), (event) => {
    if (event.kind === 'view') take(event)
    else if (event.kind === 'error') void client.invalidateQueries({ queryKey, exact: true })
  })
  return end
}
