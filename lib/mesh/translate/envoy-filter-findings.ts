import type { JsonObject } from '@/lib/std/json'
import { chainMatches, filterMatches, listenerMatches, routeConfigurationMatches, virtualHostMatches } from '../envoy-filter/matches'
import type { EnvoyFilterPatch, GatewayPatches } from '../envoy-filter/patch'
import type { GatewayWorkload } from '../gateway-workload'
import type { Problem } from '../problem'
import { listOf, objectOf, stringOf } from '../simulate/read'

/** The parts of a gateway's configuration that patches may be for. */
interface Patched {
  readonly gateway: GatewayWorkload
  readonly listeners: readonly object[]
  readonly routeConfigurations: readonly object[]
}

/** Says of each patch that meets something of a gateway's what it would change, and that this is not computed (MER081; SPEC EF1). */
export function envoyFilterFindings({ patches, serverPorts }: GatewayPatches, { gateway, listeners, routeConfigurations }: Patched): readonly Problem[] {
  return patches.flatMap((patch): readonly Problem[] => {
    const what = placesOf(patch, { listeners: listeners.map(objectOf), configurations: routeConfigurations.map(objectOf), serverPorts })
    if (what === undefined) return []
    const own = `${gateway.namespace}/${gateway.name}`
    return [{ code: 'MER081', severity: 'info', subject: patch.source, path: patch.path, params: { applyTo: patch.applyTo, operation: patch.operation, what, gateway: own } }]
  })
}

interface Places {
  readonly listeners: readonly JsonObject[]
  readonly configurations: readonly JsonObject[]
  readonly serverPorts: GatewayPatches['serverPorts']
}

/** What a patch is for, in words; undefined where it meets nothing of the gateway. */
function placesOf(patch: EnvoyFilterPatch, { listeners, configurations, serverPorts }: Places): string | undefined {
  switch (patch.applyTo) {
    case 'LISTENER':
      return patch.operation === 'ADD' ? 'a new listener' : named('listener', listeners.filter((listener) => listenerMatches(patch, listener)))
    case 'LISTENER_FILTER':
    case 'FILTER_CHAIN':
    case 'NETWORK_FILTER':
    case 'HTTP_FILTER':
      return named('listener', listeners.filter((listener) => listenerMatches(patch, listener) && (patch.operation === 'ADD' || patch.applyTo === 'LISTENER_FILTER' || listOf(listener.filter_chains).map(objectOf).some((chain) => chainMatches(patch, chain) && filterMatches(patch, chain)))))
    case 'ROUTE_CONFIGURATION':
    case 'VIRTUAL_HOST':
    case 'HTTP_ROUTE': {
      const met = configurations.filter((configuration) => routeConfigurationMatches(patch, configuration, serverPorts))
      const adds = patch.applyTo === 'ROUTE_CONFIGURATION' || (patch.applyTo === 'VIRTUAL_HOST' && patch.operation === 'ADD')
      return named('route configuration', adds ? met : met.filter((configuration) => listOf(configuration.virtual_hosts).some((host) => virtualHostMatches(patch, objectOf(host)))))
    }
    case 'CLUSTER':
      return clustersOf(patch)
    case 'EXTENSION_CONFIG':
      return `extension ${stringOf(patch.value.name) ?? ''}`
    case 'BOOTSTRAP':
      return 'the bootstrap'
    default:
      return undefined
  }
}

function named(noun: string, met: readonly JsonObject[]): string | undefined {
  const names = met.map(({ name }) => stringOf(name) ?? '')
  if (names.length === 0) return undefined
  return `${noun}${names.length === 1 ? '' : 's'} ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${String(names.length - 3)} more` : ''}`
}

function clustersOf({ operation, match, value }: EnvoyFilterPatch): string {
  if (operation === 'ADD') return `a new cluster ${stringOf(value.name) ?? ''}`
  const wanted = objectOf(match.cluster)
  const said = ['name', 'service', 'subset', 'portNumber'].flatMap((field) => (wanted[field] === undefined ? [] : [`${field === 'portNumber' ? 'port' : field} ${String(wanted[field])}`]))
  return said.length === 0 ? 'all clusters' : `clusters of ${said.join(', ')}`
}
