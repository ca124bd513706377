import { compareBytes } from '@/lib/std/compare-bytes'
import type { GatewayWorkload } from '../../gateway-workload'
import type { MeshConfig } from '../../istio/mesh-config'
import type { L4Chain } from '../l4-routes'
import { buildListeners, type BuiltListener } from '../listeners'
import type { MergedGateways, MergedServer } from '../merge-gateways'
import type { GatewayPolicies } from '../policies/gateway-policies'
import type { ResolvedVirtualService } from '../resolved-virtual-service'
import type { VirtualServiceIndex } from '../virtual-services'
import type { ContextFor } from './gateway-routes'
import { recordLookups, type LookupSource, type Lookups } from './lookups'
import { sameValue } from './stage'

/** The listeners with what they were made of. */
export interface ListenerStage {
  readonly merged: MergedGateways
  readonly policies: GatewayPolicies
  readonly lists: ReadonlyMap<string, readonly ResolvedVirtualService[]>
  readonly lookups: Lookups
  readonly built: readonly BuiltListener[]
  /** The route configurations that are asked for, sorted. */
  readonly routeNames: readonly string[]
}

/** What listeners are made of. */
export interface ListenerStageInput {
  readonly index: VirtualServiceIndex
  readonly source: LookupSource
  readonly merged: MergedGateways
  readonly policies: GatewayPolicies
  readonly gateway: GatewayWorkload
  readonly config: MeshConfig
  readonly features: Readonly<Record<string, string>>
  readonly contextFor: ContextFor
  readonly autoPassthrough: (server: MergedServer, source: LookupSource) => readonly L4Chain[]
}

/** The listeners as they were while all that they were made of stands, else made anew; a listener that says the same stays. */
export function runListeners(known: ListenerStage | undefined, input: ListenerStageInput): ListenerStage {
  const { index, source, merged, policies, gateway, config, features } = input
  if (known && known.merged === merged && known.policies === policies && [...known.lists].every(([name, list]) => index.forGateway(name) === list) && known.lookups.holdIn(source)) return known
  const lists = new Map<string, readonly ResolvedVirtualService[]>()
  const recorded = recordLookups(source)
  const made = buildListeners({
    merged, gateway, config, features, policies, logs: policies.logs,
    index: {
      forGateway(name) {
        const list = index.forGateway(name)
        lists.set(name, list)
        return list
      },
    },
    contextFor: (server) => input.contextFor(server, recorded.source),
    autoPassthrough: (server) => input.autoPassthrough(server, recorded.source),
  })
  const before = new Map(known?.built.map(({ listener }) => [listener.name, listener]))
  const built = made.map((one): BuiltListener => {
    const listener = before.get(one.listener.name)
    return listener && sameValue(listener, one.listener) ? { ...one, listener } : one
  })
  return { merged, policies, lists, lookups: recorded.lookups, built, routeNames: [...new Set(built.flatMap(({ routeNames }) => routeNames))].sort(compareBytes) }
}
