import type { JsonObject } from '@/lib/std/json'
import { formatRef } from '../resource'
import type { EnvoyConfiguration } from '../simulate/envoy-configuration'
import type { Explanation, SimulatedRequest } from '../simulate/explanation'
import { chainName } from '../simulate/listener-match'
import { listOf, numberOf, objectOf, optionalObject, stringOf } from '../simulate/read'
import { chainMatches, clusterMatches, filterMatches, listenerMatches, routeConfigurationMatches, routeMatches, virtualHostMatches } from './matches'
import type { EnvoyFilterPatch, GatewayPatches } from './patch'

/** The parts of the configuration that a request met. */
interface Met {
  readonly request: SimulatedRequest
  readonly explanation: Explanation
  readonly listener: JsonObject | undefined
  /** The chosen chain; every chain of the listener where none was. */
  readonly chains: readonly JsonObject[]
  readonly routes: JsonObject | undefined
  readonly host: JsonObject | undefined
  readonly serverPorts: GatewayPatches['serverPorts']
}

/** The EnvoyFilters with a patch of what a request met, or with something new that it might meet: their patches are not computed, so the answer depends on them (SPEC SIM31). */
export function touchingFilters(configuration: EnvoyConfiguration, request: SimulatedRequest, explanation: Explanation): readonly string[] {
  const given = configuration.patches
  if (given === undefined || given.patches.length === 0) return []
  const listener = configuration.listeners.find(({ name }) => name === explanation.listener)
  const chains = listOf(listener?.filter_chains).map(objectOf)
  const chosen = chains.filter((chain, index) => chainName(stringOf(listener?.name) ?? '', chain, index) === explanation.filterChain)
  const routes = explanation.routeConfiguration === null ? undefined : configuration.routeConfiguration(explanation.routeConfiguration)
  const host = listOf(routes?.virtual_hosts).map(objectOf).find(({ name }) => name === explanation.virtualHost)
  const met: Met = { request, explanation, listener, chains: chosen.length > 0 ? chosen : chains, routes, host, serverPorts: given.serverPorts }
  return [...new Set(given.patches.filter((patch) => touches(patch, met)).map(({ source }) => formatRef(source)))]
}

function touches(patch: EnvoyFilterPatch, met: Met): boolean {
  switch (patch.applyTo) {
    case 'LISTENER':
      return patch.operation === 'ADD' ? numberOf(objectOf(objectOf(patch.value.address).socket_address).port_value) === met.request.port : meetsListener(patch, met)
    case 'LISTENER_FILTER':
      return meetsListener(patch, met)
    case 'FILTER_CHAIN':
      return meetsListener(patch, met) && (patch.operation === 'ADD' || met.chains.some((chain) => chainMatches(patch, chain)))
    case 'NETWORK_FILTER':
    case 'HTTP_FILTER':
      return meetsListener(patch, met) && met.chains.some((chain) => chainMatches(patch, chain) && filterMatches(patch, chain) && (patch.applyTo === 'NETWORK_FILTER' || met.explanation.routeConfiguration !== null))
    case 'ROUTE_CONFIGURATION':
      return meetsRoutes(patch, met)
    case 'VIRTUAL_HOST':
      return meetsRoutes(patch, met) && (patch.operation === 'ADD' || (met.host !== undefined && virtualHostMatches(patch, met.host)))
    case 'HTTP_ROUTE':
      return meetsRoutes(patch, met) && met.host !== undefined && virtualHostMatches(patch, met.host) && meetsRoute(patch, met.host, met.explanation)
    case 'CLUSTER':
      return met.explanation.clusters.some(({ name, state }) => (patch.operation === 'ADD' ? state === 'missing' && patch.value.name === name : clusterMatches(patch, name)))
    case 'EXTENSION_CONFIG':
      return met.chains.some((chain) => holdsFilter(chain, stringOf(patch.value.name) ?? ''))
    default:
      return false
  }
}

function meetsListener(patch: EnvoyFilterPatch, { listener }: Met): boolean {
  return listener !== undefined && listenerMatches(patch, listener)
}

function meetsRoutes(patch: EnvoyFilterPatch, { routes, serverPorts }: Met): boolean {
  return routes !== undefined && routeConfigurationMatches(patch, routes, serverPorts)
}

/** A route that is added stands last, one that is inserted may stand before any; a changed one counts up to the one that won. */
function meetsRoute(patch: EnvoyFilterPatch, host: JsonObject, { route }: Explanation): boolean {
  if (patch.operation === 'ADD') return route === null
  const routes = listOf(host.routes).map(objectOf)
  if (patch.operation.startsWith('INSERT')) return routes.length === 0 || routes.some((item) => routeMatches(patch, item) !== false)
  const winner = routes.findIndex(({ name }) => (stringOf(name) ?? '') === route)
  return routes.slice(0, winner < 0 ? routes.length : winner + 1).some((item) => routeMatches(patch, item) !== false)
}

function holdsFilter(chain: JsonObject, name: string): boolean {
  const filters = listOf(chain.filters).map(objectOf)
  return filters.some((filter) => filter.name === name || listOf(objectOf(optionalObject(filter.typed_config)).http_filters).some((item) => objectOf(item).name === name))
}
