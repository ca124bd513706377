import type { NamedConfig } from '../../envoy/listener'
import type { GatewayWorkload } from '../../gateway-workload'
import type { MeshConfig } from '../../istio/mesh-config'
import type { Snapshot } from '../../snapshot'
import type { ServiceIndex } from '../mesh-service'
import { accessLogs, type AccessLogs } from './access-logs'
import type { AuthorizerLookup } from './external-authorizer'
import { jwtFilters } from './jwt'
import { metricsFilters } from './metrics'
import { applicableTelemetries } from './telemetry'
import { telemetryTracing, type Tracing } from './telemetry-tracing'
import { extensionFilters, trafficExtensions, type ExtensionPhase, type TrafficExtension } from './traffic-extensions'
import { authorizationFilters } from './rbac'

/** What the policies of a gateway put into its listeners. */
export interface GatewayPolicies {
  readonly logs: AccessLogs
  readonly metrics: readonly NamedConfig[]
  readonly tracing: Tracing
  readonly http: PolicyFilters
  readonly network: PolicyFilters
  readonly extensions: readonly TrafficExtension[]
}

/** Filters of policies for one kind of chain, before and after tokens are read; other extensions stand between. */
interface PolicyFilters {
  readonly custom: readonly NamedConfig[]
  readonly jwt: readonly NamedConfig[]
  readonly local: readonly NamedConfig[]
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
  const telemetries = applicableTelemetries(snapshot, { gateway, config, features })
  const http = authorizationFilters({ snapshot, gateway, config, features, lookup }, false)
  const tcp = authorizationFilters({ snapshot, gateway, config, features, lookup }, true)
  return {
    logs: accessLogs({ telemetries, config, lookup }), metrics: metricsFilters(telemetries, config), tracing: telemetryTracing(telemetries, { gateway, config, features, lookup }), http: { ...http, jwt: jwtFilters(snapshot, { gateway, config, features }) }, network: { ...tcp, jwt: [] },
    extensions: trafficExtensions(snapshot, { gateway, config, features }),
  }
}

/** The policies' filters of a chain with the extensions of its port, in Pilot's order (SPEC PO2, EX1). */
export function policyFilters({ http, network, extensions }: GatewayPolicies, at: { readonly chain: 'http' | 'network'; readonly port: number }): readonly NamedConfig[] {
  const { custom, jwt, local } = at.chain === 'http' ? http : network
  const among = (...phases: readonly ExtensionPhase[]): readonly NamedConfig[] => extensionFilters(extensions, at, ...phases)
  return [...custom, ...among('AUTHN'), ...jwt, ...among('AUTHZ'), ...local, ...among('STATS', 'UNSPECIFIED_PHASE')]
}
