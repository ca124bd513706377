import type { JsonObject } from '@/lib/std/json'
import type { AccessLog, Any, SocketAddress } from './core'

/** envoy.config.listener.v3.Listener, in config_dump's JSON (snake_case, defaults left out). */
export interface Listener {
  readonly name: string
  /** A socket, or a pipe where the bind is `unix://…` and the port 0. */
  readonly address: { readonly socket_address?: SocketAddress; readonly pipe?: { readonly path: string } }
  readonly traffic_direction?: 'INBOUND' | 'OUTBOUND'
  readonly filter_chains: readonly FilterChain[]
  readonly default_filter_chain?: FilterChain
  readonly listener_filters?: readonly NamedConfig[]
  readonly access_log?: readonly AccessLog[]
  readonly [field: string]: unknown
}

/** envoy.config.listener.v3.FilterChain. */
export interface FilterChain {
  readonly name?: string
  readonly filter_chain_match?: FilterChainMatch
  readonly filters: readonly NamedConfig[]
  readonly transport_socket?: NamedConfig
  readonly [field: string]: unknown
}

/** envoy.config.listener.v3.FilterChainMatch; the criteria narrow in Envoy's order, without backtracking. */
export interface FilterChainMatch {
  readonly destination_port?: number
  readonly prefix_ranges?: readonly { readonly address_prefix: string; readonly prefix_len?: number }[]
  readonly server_names?: readonly string[]
  readonly transport_protocol?: string
  readonly application_protocols?: readonly string[]
  readonly [field: string]: unknown
}

/** A filter, socket or extension: its name and the message inside an Any. */
export interface NamedConfig {
  readonly name: string
  readonly typed_config?: Any & JsonObject
  readonly [field: string]: unknown
}
