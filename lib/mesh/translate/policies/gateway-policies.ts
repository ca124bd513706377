import type { NamedConfig } from '../../envoy/listener'
import type { GatewayWorkload } from '../../gateway-workload'
import type { MeshConfig } from '../../istio/mesh-config'
import type { Snapshot } from '../../snapshot'
import type { ServiceIndex } from '../mesh-service'
import { accessLogs, type AccessLogs } from './access-logs'
import type { AuthorizerLookup } from './external-authorizer'
import { jwtFilters } from './jwt'
import { authorizationFilters } from './rbac'

/** What the policies of a gateway put into its listeners. */
export interface GatewayPolicies {
  readonly logs: AccessLogs
  readonly http: readonly NamedConfig[]
  readonly network: readonly NamedConfig[]
}

/** The filters of AuthorizationPolicies and RequestAuthentications and the logs of Telemetries that reach a gateway (SPEC PO). */
export function gatewayPolicies(input: { readonly snapshot: Snapshot; readonly gateway: GatewayWorkload; readonly config: MeshConfig; readonly features: Readonly<Record<string, string>>; readonly services: ServiceIndex }): GatewayPolicies {
  const { snapshot, gateway, config, features, services } = input
  const lookup: AuthorizerLookup = (written, port) => {
    const [first = '', second, ...more] = written.split('/')
    const qualified = second !== undefined && more.length === 0
    const hostname = qualified ? second : written
    const found = services.registered(hostname).filter((service) => !qualified || service.namespace === first)
    return hostname !== '' && found.length === 1 ? { hostname, cluster: `outbound|${port}||${hostname}` } : undefined
  }
  const http = authorizationFilters({ snapshot, gateway, config, features, lookup }, false)
  const tcp = authorizationFilters({ snapshot, gateway, config, features, lookup }, true)
  return { logs: accessLogs({ snapshot, gateway, config, lookup }), http: [...http.custom, ...jwtFilters(snapshot, { gateway, config }), ...http.local], network: [...tcp.custom, ...tcp.local] }
}
