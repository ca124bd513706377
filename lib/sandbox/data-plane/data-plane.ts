import type { ApplyResult, GatewayConfiguration } from '../gateway-runtime'

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
}

/** Executes Envoy JSON on real sockets; knows nothing of Istio. */
export interface DataPlane {
  /** Swaps the configuration at once; open connections go on. Resolves when the listeners listen. */
  apply(configuration: GatewayConfiguration): Promise<ApplyResult>
  /** Listener port → bound port on 127.0.0.1. */
  boundPorts(): ReadonlyMap<number, number>
  /** Drains and closes everything. */
  close(): Promise<void>
}
