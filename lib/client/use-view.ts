'use client'
import type * as z from 'zod/mini'
import type { ViewContract } from '@/lib/contract/view'
import { useStale, type StaleData } from './use-connection'
import { useLiveView, type LiveView } from './use-live-view'
import type { ViewParams } from './view-key'

/** A view as a screen uses it. `data` stays while it is stale or a refetch fails; `loading` only before the first data. */
export interface View<Data> extends LiveView<Data> {
  readonly stale: StaleData | null
}

/**
 * A live view: `const view = useView(gatewaysView, cluster, {ns: ['shop']})`. Fetched once
 * (GET /api/c/<cluster>/views/<name>), then patched by the event stream within a second of a change.
 * @param cluster slug from the URL (useCluster); undefined asks nothing
 */
export function useView<Name extends string, Params extends z.ZodMiniType, Data extends z.ZodMiniType>(
  contract: ViewContract<Name, Params, Data>, cluster: string | undefined, params: ViewParams = {},
): View<z.output<Data>> {
  const live = useLiveView(contract, cluster, params)
  return { ...live, stale: useStale(cluster) }
}
