import type { NamedConfig } from '../envoy/listener'
import type { L4Match, L4Route, RouteDestination } from '../istio/virtual-service'
import type { Origin } from './compiled'
import { hostsMatch, resolveGatewayName, resolveShortName } from './host-name'
import { hostsForNamespace, type MergedServer } from './merge-gateways'
import type { MeshService } from './mesh-service'
import type { ResolvedVirtualService } from './resolved-virtual-service'
import { clusterNameOf } from './route-action'
import type { RouteContext } from './route-context'
import { tcpProxyFilters } from './tcp-proxy'

/** What one L4 chain does: its last filters, the SNI names that lead to it (pass-through), and its origins. */
export interface L4Chain {
  readonly serverNames: readonly string[]
  readonly filters: readonly NamedConfig[]
  /** The Gateway's port, or the Service's behind AUTO_PASSTHROUGH: extensions that name ports look at it. */
  readonly port: number
  readonly origin: Origin
}

/** SNI names already taken on a listener's port: port → name → bind. */
export type TakenNames = Map<number, Map<string, string>>

/** TCP and terminated TLS: the first VirtualService with a matching host, its first matching `tcp` block (SPEC L41). */
export function buildTcpChain(server: MergedServer, services: readonly ResolvedVirtualService[], context: RouteContext): L4Chain | undefined {
  for (const virtualService of services) {
    if (!attached(server, virtualService)) continue
    const tcp = virtualService.tcp.find((route) => route.route.length > 0 && (route.match.length === 0 || route.match.some((match) => l4Matches(match, virtualService, context))))
    const block = tcp ?? (virtualService.tlsRoute === true ? virtualService.tls.find((route) => route.match.some((match) => l4Matches(match, virtualService, context))) : undefined)
    if (block) return { serverNames: [], filters: destinationFilters(block, virtualService, { server, context }), port: server.server.port.number, origin: { resource: virtualService.resource, path: block.path } }
  }
  return undefined
}

/** PASSTHROUGH: each match of each `tls` block of each VirtualService is a chain of its own; one with a name already taken is dropped whole (SPEC L42). */
export function buildTlsChains(server: MergedServer, services: readonly ResolvedVirtualService[], at: { readonly context: RouteContext; readonly taken: TakenNames }): readonly L4Chain[] {
  const taken = at.taken.get(server.port) ?? new Map<string, string>()
  at.taken.set(server.port, taken)
  const chains: L4Chain[] = []
  for (const virtualService of services) {
    if (!attached(server, virtualService)) continue
    for (const block of virtualService.tls) {
      if (block.route.length === 0) continue
      for (const match of block.match) {
        if (!l4Matches(match, virtualService, at.context) || match.sniHosts.some((name) => taken.get(name) === server.server.bind)) continue
        for (const name of match.sniHosts) taken.set(name, server.server.bind)
        chains.push({ serverNames: match.sniHosts, filters: destinationFilters(block, virtualService, { server, context: at.context }), port: server.server.port.number, origin: { resource: virtualService.resource, path: match.path } })
      }
    }
  }
  return chains
}

/** Istio's pickMatchingGatewayHosts: symmetric, within the namespace a scoped host allows. */
function attached(server: MergedServer, virtualService: ResolvedVirtualService): boolean {
  const hosts = hostsForNamespace(server.hosts, virtualService.namespace)
  return virtualService.hosts.some((host) => hosts.some((other) => hostsMatch(other, host)))
}

function l4Matches(match: L4Match, virtualService: ResolvedVirtualService, context: RouteContext): boolean {
  if (match.port !== 0 && match.port !== context.serverPort) return false
  return match.gateways.length === 0 || match.gateways.some((gateway) => resolveGatewayName(gateway, virtualService.namespace) === context.gatewayName)
}

function destinationFilters(block: L4Route, virtualService: ResolvedVirtualService, { server, context }: { readonly server: MergedServer; readonly context: RouteContext }): readonly NamedConfig[] {
  const name = (entry: RouteDestination): string => (entry.destination ? clusterNameOf(entry.destination, virtualService, { ...context, services: { ...context.services, lookup: (host) => context.services.lookup(host, '') } }) : '')
  const [first] = block.route
  const service = first && serviceOf(first, virtualService, context)
  const rule = service && context.rules.forService(service)
  if (block.route.length === 1 && first) {
    const cluster = name(first)
    return tcpProxyFilters({ protocol: server.protocol, statPrefix: cluster, target: { cluster }, rule, subset: first.destination?.subset ?? '' })
  }
  const weighted = block.route.filter((entry) => entry.weight > 0)
  return tcpProxyFilters({
    protocol: server.protocol, statPrefix: `${virtualService.name}.${virtualService.namespace}`, rule, subset: '',
    target: { weighted_clusters: { clusters: weighted.map((entry) => ({ name: name(entry), weight: entry.weight })) } },
  })
}

function serviceOf(entry: RouteDestination, virtualService: ResolvedVirtualService, context: RouteContext): MeshService | undefined {
  return entry.destination && context.services.lookup(resolveShortName(entry.destination.host, virtualService.namespace, context.config.domain), '')
}
