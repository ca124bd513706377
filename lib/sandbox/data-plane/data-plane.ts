import type { Listener } from '@/lib/mesh/envoy/listener'
import type { RouteConfiguration } from '@/lib/mesh/envoy/route'
import type { ApplyResult, GatewayConfiguration } from '../gateway-runtime'
import type { EnvoyLog } from './envoy-log'
import type { SecretSource } from './secrets'
import type { Stats } from './stats'
import type { UpstreamCluster } from './upstreams'

/** What the data plane needs from its surroundings. */
export interface DataPlaneOptions {
  /** Where an endpoint really is; undefined: nothing is there, the connection is refused. */
  readonly resolveAddress: (address: string, port: number) => { readonly host: string; readonly port: number } | undefined
  /** The loopback port for a listener's port; 0 for a free one. */
  readonly bindPort: (listenerPort: number) => number
  /** Content of a file that the configuration names (certificates by path). */
  readonly readFile: (path: string) => string | undefined
  /** Each access log line and each of Envoy's own log lines, without the newline. */
  readonly onLogLine: (line: string) => void
  /** The pod's own address, shown as the local address of downstream connections. */
  readonly podAddress: string
  /** A number in [0, 1); decides weights, load balancing, fractions and request ids. */
  readonly random: () => number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Shown in Envoy's own log lines. @default 1 */
  readonly pid?: number
  /** Whether a path with a fragment is answered with 400; Istio's bootstrap turns that off. @default false */
  readonly rejectsFragment?: boolean
  /** How long open connections may still live after close(). @default 0 */
  readonly closeGraceMilliseconds?: number
}

/** A look inside, for the admin endpoint. Times in milliseconds since the epoch. */
export interface DataPlaneState {
  readonly configuration: GatewayConfiguration
  readonly started: number
  readonly updated: number
  readonly stats: Stats
  readonly log: EnvoyLog
  readonly clusters: readonly UpstreamCluster[]
  readonly secrets: SecretSource
  readonly routeConfigurations: readonly RouteConfiguration[]
  readonly listeners: readonly { readonly listener: Listener; readonly address: string; readonly port: number }[]
  readonly rejectedListeners: readonly { readonly name: string; readonly details: string; readonly at: number; readonly listener: Listener }[]
}

/** Executes Envoy JSON on real sockets; knows nothing of Istio. */
export interface DataPlane {
  /** Swaps the configuration at once; open connections go on. Resolves when the listeners listen. */
  apply(configuration: GatewayConfiguration): Promise<ApplyResult>
  /** Listener port → bound port on 127.0.0.1. */
  boundPorts(): ReadonlyMap<number, number>
  /** What the admin endpoint shows. */
  state(): DataPlaneState
  /** Stops all listeners for good, as POST /drain_listeners does. */
  drainListeners(): Promise<void>
  /** Drains and closes everything. */
  close(): Promise<void>
}
