import { isJsonObject } from '@/lib/std/json'
import type { FilterChain } from '../envoy/listener'
import { chainEdges, routeConfigName } from '../graph/host-facts'
import { listenerAddress } from '../simulate/listener-match'
import { listOf, objectOf, stringsOf } from '../simulate/read'
import { canonical } from './canonical'
import { readFilter } from './live-compiled'

/** A filter chain of an Envoy, as far as the map tells it. */
export interface LiveChain {
  /** 0 for a pipe. */
  readonly port: number
  /** The server names that it takes; none: all. */
  readonly names: readonly string[]
  /** The route configuration that it asks for; undefined where it is no HTTP. */
  readonly routes: string | undefined
  /** Where its TCP proxy sends to, canonical; undefined where it is no TCP. */
  readonly to: string | undefined
}

/** The filter chains of all listeners, the default ones too. */
export function chainsOf(listeners: readonly unknown[]): readonly LiveChain[] {
  return listeners.map(objectOf).flatMap((listener) => {
    const { port } = listenerAddress(listener)
    return [...listOf(listener['filter_chains']), listener['default_filter_chain']].filter(isJsonObject).map((chain): LiveChain => {
      const read: FilterChain = { filters: listOf(chain['filters']).map(readFilter) }
      const to = chainEdges(read)
      return {
        port, names: stringsOf(objectOf(chain['filter_chain_match'])['server_names']),
        routes: routeConfigName(read), to: to && canonical(to.map((edge) => ({ ...edge }))),
      }
    })
  })
}
