import type { RouteConfiguration } from '@/lib/mesh/envoy/route'
import type { DataPlaneOptions } from './data-plane'
import type { EnvoyLog } from './envoy-log'
import type { SecretSource } from './secrets'
import type { Stats } from './stats'
import type { Upstreams } from './upstreams'

/** What every part of one data plane shares. */
export interface PlaneContext {
  readonly options: DataPlaneOptions
  readonly stats: Stats
  readonly log: EnvoyLog
  readonly upstreams: Upstreams
  readonly secrets: SecretSource
  /** The route configuration of a name, as of now: a running connection sees an update with its next request. */
  readonly routeConfiguration: (name: string) => RouteConfiguration | undefined
}

/** One accepted connection, as filters and logs see it. Addresses are `ip:port`. */
export interface DownstreamConnection {
  readonly localAddress: string
  readonly localIp: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remoteIp: string
  readonly remotePort: number
  /** The socket's own peer where a PROXY protocol header names another. */
  readonly directRemoteIp: string
  readonly directRemoteAddress: string
  readonly serverName: string
  readonly tls: boolean
  readonly clientCertificate: boolean
  /** Whether that certificate was verified. */
  readonly certificateValidated: boolean
  readonly clientNames: readonly string[]
  /** Whether the listener is going away: answers then ask the client to close. */
  readonly draining: () => boolean
}
