import { compareBytes } from '@/lib/std/compare-bytes'
import type { AccessLog } from '../envoy/core'
import type { FilterChain, Listener, NamedConfig } from '../envoy/listener'
import type { GatewayWorkload } from '../gateway-workload'
import type { MeshConfig } from '../istio/mesh-config'
import type { Origin } from './compiled'
import { downstreamTls } from './downstream-tls'
import { httpConnectionManager } from './http-connection-manager'
import { metadataExchangeTcp } from './clusters'
import { buildTcpChain, buildTlsChains, type L4Chain, type TakenNames } from './l4-routes'
import { connectionsAtATime, enabled, handshakeTimeout, type Features } from './features'
import { namedConfig } from './listener-filters'
import { terminates, type MergedGateways, type MergedServer, type ServerPort } from './merge-gateways'
import { isHttp } from './protocol'
import { withoutCodecs } from './tcp-proxy'
import type { AccessLogs } from './policies/access-logs'
import { policyFilters, type GatewayPolicies } from './policies/gateway-policies'
import { extensionFilters } from './policies/traffic-extensions'
import type { RouteContext } from './route-context'
import { sniHosts } from './route-configurations'
import type { VirtualServiceIndex } from './virtual-services'
import { serverOrigin } from './derived'

/** What listeners are built with. */
export interface ListenerInput {
  readonly merged: MergedGateways
  readonly index: VirtualServiceIndex
  readonly gateway: GatewayWorkload
  readonly config: MeshConfig
  readonly features: Readonly<Record<string, string>>
  readonly contextFor: (server: MergedServer) => RouteContext
  readonly logs: AccessLogs
  /** HTTP and network policy filters of this workload. */
  readonly policies: GatewayPolicies
  /** AUTO_PASSTHROUGH chains of a server. */
  readonly autoPassthrough: (server: MergedServer) => readonly L4Chain[]
}

/** A listener with the origins of each of its chains. */
export interface BuiltListener {
  readonly listener: Listener
  readonly origins: readonly (readonly Origin[])[]
  /** The route configurations its connection managers ask for. */
  readonly routeNames: readonly string[]
}

interface BuiltChain {
  readonly chain: FilterChain
  readonly origins: readonly Origin[]
  /** The chain needs the SNI or the ALPN to be read. */
  readonly inspects: boolean
  readonly routeName?: string
}

/** Istio's buildGatewayListeners: one Envoy listener an address and port; one without chains is left out (SPEC LI1). */
export function buildListeners(input: ListenerInput): readonly BuiltListener[] {
  const byAddress = new Map<string, { readonly bind: string; readonly port: number; readonly chains: BuiltChain[] }>()
  const taken: TakenNames = new Map()
  for (const serverPort of input.merged.serverPorts) {
    const bind = serverPort.bind === '' ? '0.0.0.0' : serverPort.bind
    const key = `${bind}_${serverPort.port}`
    const entry = byAddress.get(key) ?? { bind, port: serverPort.port, chains: [] }
    byAddress.set(key, entry)
    entry.chains.push(...chainsOf(serverPort, { name: key, taken, input }))
  }
  return [...byAddress].flatMap(([name, { bind, port, chains }]) => (chains.length === 0 ? [] : [assemble({ name, bind, port, chains }, input)]))
}

function assemble(parts: { readonly name: string; readonly bind: string; readonly port: number; readonly chains: readonly BuiltChain[] }, input: ListenerInput): BuiltListener {
  const logs = input.logs.listener
  const atATime = connectionsAtATime(input.features)
  const inspects = parts.chains.some((chain) => chain.inspects)
  const proxyProtocol = input.config.fields.object('defaultConfig')?.object('gatewayTopology')?.has('proxyProtocol') ?? false
  const filters = [
    ...(proxyProtocol ? [namedConfig('envoy.filters.listener.proxy_protocol', 'filters.listener.proxy_protocol.v3.ProxyProtocol')] : []),
    ...(inspects ? [namedConfig('envoy.filters.listener.tls_inspector', 'filters.listener.tls_inspector.v3.TlsInspector', { initial_read_buffer_size: 512 })] : []),
  ]
  const listener: Listener = {
    name: parts.name,
    address: parts.port === 0 ? { pipe: { path: withoutUnixPrefix(parts.bind) } } : { socket_address: { address: parts.bind, port_value: parts.port } },
    filter_chains: parts.chains.map(({ chain }) => chain),
    ...(filters.length === 0 ? {} : { listener_filters: filters }),
    traffic_direction: 'OUTBOUND',
    ...(logs.length === 0 ? {} : { access_log: logs }),
    ...(atATime === undefined ? {} : { max_connections_to_accept_per_socket_event: atATime }),
  }
  return { listener, origins: parts.chains.map(({ origins }) => origins), routeNames: parts.chains.flatMap(({ routeName }) => routeName ?? []) }
}

/** Istio's BuildAddress: what has no port is a pipe, whose path may be written as a `unix://` address. */
function withoutUnixPrefix(bind: string): string {
  return bind.startsWith('unix://') ? bind.slice('unix://'.length) : bind
}

function chainsOf(serverPort: ServerPort, at: ChainContext): readonly BuiltChain[] {
  const { input, name } = at
  const network = networkExtensions(input, serverPort.port)
  const firstHttps = serverPort.servers.find(isTerminatedHttps)
  if (!isHttp(serverPort.protocol)) return serverPort.servers.flatMap((server) => serverChains(server, { ...at, network: server === firstHttps ? network : [] }))
  const filter = manager({ statPrefix: `outbound_${name};`, routeName: serverPort.routeName, grpcWeb: serverPort.protocol === 'GRPC-Web', port: serverPort.port }, input)
  return [{ chain: { filters: [...network, filter], ...handshake(input.features) }, origins: serverPort.servers.map(originOf), inspects: false, routeName: serverPort.routeName }]
}

interface ChainContext {
  readonly name: string
  readonly taken: TakenNames
  readonly input: ListenerInput
}

/** Extensions of the connection before an HTTP connection manager; of several HTTPS servers of a port only the first has them, since Pilot takes them off its list. */
function networkExtensions(input: ListenerInput, port: number): readonly NamedConfig[] {
  return extensionFilters(input.policies.extensions, { chain: 'network', port }, 'AUTHN', 'AUTHZ', 'STATS', 'UNSPECIFIED_PHASE')
}

function isTerminatedHttps({ protocol, server: { tls } }: MergedServer): boolean {
  return tls !== undefined && protocol === 'HTTPS' && terminates(tls.mode)
}

function serverChains(server: MergedServer, { name, taken, input, network }: ChainContext & { readonly network: readonly NamedConfig[] }): readonly BuiltChain[] {
  const { tls } = server.server
  const stats = input.policies.metrics
  const policiesOf = ({ port }: L4Chain): readonly NamedConfig[] => policyFilters(input.policies, { chain: 'network', port })
  if (tls && isTerminatedHttps(server)) {
    const statPrefix = server.server.name === '' ? `outbound_${name};` : server.server.name
    const filter = manager({ statPrefix, routeName: server.routeName, grpcWeb: false, port: server.port }, input)
    const chain: FilterChain = { ...matchOf(sniHosts(server)), filters: [...network, filter], transport_socket: downstreamTls(tls, 'http', input.config), ...handshake(input.features) }
    return [{ chain, origins: [originOf(server)], inspects: true, routeName: server.routeName }]
  }
  if (tls && tls.mode === 'AUTO_PASSTHROUGH') return input.autoPassthrough(server).map((l4) => l4Chain(server, l4, { protocols: istioProtocols, policies: networkExtensions(input, l4.port), logs: input.logs.tcp, features: input.features, stats }))
  if (tls && tls.mode === 'PASSTHROUGH') return buildTlsChains(server, input.index.forGateway(server.gatewayName), { context: input.contextFor(server), taken }).map((l4) => l4Chain(server, l4, { policies: policiesOf(l4), logs: input.logs.tcp, features: input.features, stats }))
  const l4 = buildTcpChain(server, input.index.forGateway(server.gatewayName), input.contextFor(server))
  if (!l4) return []
  if (!tls) return [l4Chain(server, l4, { policies: policiesOf(l4), logs: input.logs.tcp, features: input.features, stats })]
  const exchange = tls.mode === 'ISTIO_MUTUAL' && enabled(input.features, 'PILOT_ENABLE_METADATA_EXCHANGE') ? [{ name: 'istio.metadata_exchange', typed_config: { ...metadataExchangeTcp } }] : []
  return [l4Chain(server, { ...l4, serverNames: sniHosts(server) }, { logs: input.logs.tcp, features: input.features, stats, policies: [...exchange, ...policiesOf(l4)], socket: downstreamTls(tls, server.protocol === 'HTTPS' ? 'http' : 'tcp', input.config) })]
}

type Handshake = { readonly transport_socket_connect_timeout?: string }

function handshake(features: Features): Handshake {
  const timeout = handshakeTimeout(features)
  return timeout === undefined ? {} : { transport_socket_connect_timeout: timeout }
}

const istioProtocols: readonly string[] = ['istio', 'istio-peer-exchange', 'istio-http/1.0', 'istio-http/1.1', 'istio-h2']

function l4Chain(server: MergedServer, l4: L4Chain, using: { readonly policies?: readonly NamedConfig[]; readonly socket?: NamedConfig; readonly protocols?: readonly string[]; readonly logs: readonly AccessLog[]; readonly stats: readonly NamedConfig[]; readonly features: Features }): BuiltChain {
  const chain: FilterChain = {
    ...matchOf(l4.serverNames, using.protocols),
    filters: [...(using.policies ?? []), ...using.stats, ...withoutCodecs(l4.filters, using.features).map((filter) => logged(filter, using.logs))],
    ...(using.socket ? { transport_socket: using.socket } : {}),
    ...handshake(using.features),
  }
  return { chain, origins: [originOf(server), l4.origin], inspects: l4.serverNames.length > 0 || using.socket !== undefined }
}

function logged(filter: NamedConfig, logs: readonly AccessLog[]): NamedConfig {
  if (logs.length === 0 || filter.name !== 'envoy.filters.network.tcp_proxy' || !filter.typed_config) return filter
  return { ...filter, typed_config: { ...filter.typed_config, access_log: logs.map((log) => ({ ...log })) } }
}

/** Istio's toFilterChainMatch: no match at all once any host is `*` (SPEC LI3). */
function matchOf(names: readonly string[], protocols: readonly string[] = []): Pick<FilterChain, 'filter_chain_match'> {
  const everything = names.length === 0 || names.includes('*')
  if (everything && protocols.length === 0) return {}
  return { filter_chain_match: { ...(everything ? {} : { server_names: [...names].sort(compareBytes) }), ...(protocols.length === 0 ? {} : { application_protocols: protocols }) } }
}

function manager(at: { readonly statPrefix: string; readonly routeName: string; readonly grpcWeb: boolean; readonly port: number }, input: ListenerInput): NamedConfig {
  return httpConnectionManager({ ...at, config: input.config, metrics: input.policies.metrics, tracing: input.policies.tracing, features: input.features, logs: input.logs.http, policyFilters: policyFilters(input.policies, { chain: 'http', port: at.port }) })
}

function originOf(server: MergedServer): Origin {
  return serverOrigin(server.gateway, server.server.path)
}
