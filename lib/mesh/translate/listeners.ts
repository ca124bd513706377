import type { FilterChain, Listener, NamedConfig } from '../envoy/listener'
import type { GatewayWorkload } from '../gateway-workload'
import type { MeshConfig } from '../istio/mesh-config'
import { refOf } from '../resource'
import type { Origin } from './compiled'
import { downstreamTls } from './downstream-tls'
import { httpConnectionManager } from './http-connection-manager'
import { buildTcpChain, buildTlsChains, type L4Chain } from './l4-routes'
import { meshAccessLogs, namedConfig } from './listener-filters'
import { terminates, type MergedGateways, type MergedServer, type ServerPort } from './merge-gateways'
import { isHttp } from './protocol'
import type { RouteContext } from './route-context'
import { sniHosts } from './route-configurations'
import type { VirtualServiceIndex } from './virtual-services'

/** What listeners are built with. */
export interface ListenerInput {
  readonly merged: MergedGateways
  readonly index: VirtualServiceIndex
  readonly gateway: GatewayWorkload
  readonly config: MeshConfig
  readonly features: Readonly<Record<string, string>>
  readonly contextFor: (server: MergedServer) => RouteContext
  /** HTTP and network policy filters of this workload. */
  readonly policies: { readonly http: readonly NamedConfig[]; readonly network: readonly NamedConfig[] }
  /** AUTO_PASSTHROUGH chains of a server. */
  readonly autoPassthrough: (server: MergedServer) => readonly L4Chain[]
}

/** A listener with the origins of each of its chains. */
export interface BuiltListener {
  readonly listener: Listener
  readonly origins: readonly (readonly Origin[])[]
}

interface BuiltChain {
  readonly chain: FilterChain
  readonly origins: readonly Origin[]
}

/** Istio's buildGatewayListeners: one Envoy listener an address and port; one without chains is left out (SPEC LI1). */
export function buildListeners(input: ListenerInput): readonly BuiltListener[] {
  const byAddress = new Map<string, { readonly bind: string; readonly port: number; readonly chains: BuiltChain[] }>()
  for (const serverPort of input.merged.serverPorts) {
    const bind = serverPort.bind === '' ? '0.0.0.0' : serverPort.bind
    const key = `${bind}_${serverPort.port}`
    const entry = byAddress.get(key) ?? { bind, port: serverPort.port, chains: [] }
    byAddress.set(key, entry)
    entry.chains.push(...chainsOf(serverPort, key, input))
  }
  return [...byAddress].flatMap(([name, { bind, port, chains }]) => (chains.length === 0 ? [] : [assemble({ name, bind, port, chains }, input)]))
}

function assemble(parts: { readonly name: string; readonly bind: string; readonly port: number; readonly chains: readonly BuiltChain[] }, input: ListenerInput): BuiltListener {
  const logs = meshAccessLogs(input.config, 'listener')
  const inspects = parts.chains.some(({ chain }) => (chain.filter_chain_match?.server_names?.length ?? 0) > 0 || chain.transport_socket !== undefined)
  const proxyProtocol = input.config.fields.object('defaultConfig')?.object('gatewayTopology')?.has('proxyProtocol') ?? false
  const filters = [
    ...(proxyProtocol ? [namedConfig('envoy.filters.listener.proxy_protocol', 'filters.listener.proxy_protocol.v3.ProxyProtocol')] : []),
    ...(inspects ? [namedConfig('envoy.filters.listener.tls_inspector', 'filters.listener.tls_inspector.v3.TlsInspector', { initial_read_buffer_size: 512 })] : []),
  ]
  const listener: Listener = {
    name: parts.name,
    address: { socket_address: { address: parts.bind, port_value: parts.port } },
    filter_chains: parts.chains.map(({ chain }) => chain),
    ...(filters.length === 0 ? {} : { listener_filters: filters }),
    traffic_direction: 'OUTBOUND',
    ...(logs.length === 0 ? {} : { access_log: logs }),
    max_connections_to_accept_per_socket_event: 1,
  }
  return { listener, origins: parts.chains.map(({ origins }) => origins) }
}

function chainsOf(serverPort: ServerPort, name: string, input: ListenerInput): readonly BuiltChain[] {
  const [first] = serverPort.servers
  if (!first) return []
  if (isHttp(serverPort.protocol)) {
    const chain: FilterChain = { filters: [manager(first, `outbound_${name};`, input)], transport_socket_connect_timeout: '15s' }
    return [{ chain, origins: serverPort.servers.map(originOf) }]
  }
  return serverPort.servers.flatMap((server) => serverChains(server, name, input))
}

function serverChains(server: MergedServer, name: string, input: ListenerInput): readonly BuiltChain[] {
  const { tls } = server.server
  const match = tls && sniMatch(server)
  if (server.protocol === 'HTTPS' && tls && terminates(tls.mode)) {
    const statPrefix = server.server.name === '' ? `outbound_${name};` : server.server.name
    const chain: FilterChain = { ...(match ? { filter_chain_match: match } : {}), filters: [manager(server, statPrefix, input)], transport_socket: downstreamTls(tls, 'http'), transport_socket_connect_timeout: '15s' }
    return [{ chain, origins: [originOf(server)] }]
  }
  const services = input.index.forGateway(server.gatewayName)
  const context = input.contextFor(server)
  if (tls && tls.mode === 'AUTO_PASSTHROUGH') return input.autoPassthrough(server).map((l4) => l4Chain(server, l4, undefined, []))
  if (tls && tls.mode === 'PASSTHROUGH') return buildTlsChains(server, services, context).map((l4) => l4Chain(server, l4, undefined, input.policies.network))
  const l4 = buildTcpChain(server, services, context)
  if (!l4) return []
  return [l4Chain(server, { ...l4, serverNames: match?.server_names ?? [] }, tls ? downstreamTls(tls, 'tcp') : undefined, input.policies.network)]
}

function l4Chain(server: MergedServer, l4: L4Chain, socket: NamedConfig | undefined, policies: readonly NamedConfig[]): BuiltChain {
  const chain: FilterChain = {
    ...(l4.serverNames.length === 0 ? {} : { filter_chain_match: { server_names: l4.serverNames } }),
    filters: [...policies, { name: 'envoy.filters.network.tcp_proxy', typed_config: l4.tcpProxy }],
    ...(socket ? { transport_socket: socket } : {}),
    transport_socket_connect_timeout: '15s',
  }
  return { chain, origins: [originOf(server), l4.origin] }
}

/** No match at all once any host is `*` (SPEC LI3). */
function sniMatch(server: MergedServer): { readonly server_names: readonly string[] } | undefined {
  const hosts = sniHosts(server)
  return hosts.includes('*') ? undefined : { server_names: hosts }
}

function manager(server: MergedServer, statPrefix: string, input: ListenerInput): NamedConfig {
  return httpConnectionManager({
    statPrefix, routeName: server.routeName, grpcWeb: server.protocol === 'GRPC-Web', gateway: input.gateway, config: input.config, features: input.features, policyFilters: input.policies.http,
  })
}

function originOf(server: MergedServer): Origin {
  return { resource: refOf(server.gateway), path: server.server.path }
}
