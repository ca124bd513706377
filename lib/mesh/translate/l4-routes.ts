import type { L4Match, L4Route, RouteDestination } from '../istio/virtual-service'
import type { Any } from '../envoy/core'
import type { Origin } from './compiled'
import { hostsMatch, resolveGatewayName } from './host-name'
import { hostsForNamespace, type MergedServer } from './merge-gateways'
import type { ResolvedVirtualService } from './resolved-virtual-service'
import { clusterNameOf } from './route-action'
import type { RouteContext } from './route-context'

/** What one L4 chain does: the tcp_proxy message, the SNI names that lead to it (pass-through), and its origins. */
export interface L4Chain {
  readonly serverNames: readonly string[]
  readonly tcpProxy: Any
  readonly origin: Origin
}

/** TCP and terminated TLS: the first VirtualService with a matching host, its first matching `tcp` block (SPEC L41). */
export function buildTcpChain(server: MergedServer, services: readonly ResolvedVirtualService[], context: RouteContext): L4Chain | undefined {
  for (const virtualService of services) {
    if (!attached(server, virtualService)) continue
    const block = virtualService.tcp.find((route) => route.route.length > 0 && (route.match.length === 0 || route.match.some((match) => l4Matches(match, virtualService, context))))
    if (!block) continue
    return { serverNames: [], tcpProxy: tcpProxy(block, virtualService, context), origin: { resource: virtualService.resource, path: block.path } }
  }
  return undefined
}

/** PASSTHROUGH: each match of each `tls` block of each VirtualService is a chain of its own; a repeated SNI name is the first one's (SPEC L42). */
export function buildTlsChains(server: MergedServer, services: readonly ResolvedVirtualService[], context: RouteContext): readonly L4Chain[] {
  const taken = new Set<string>()
  const chains: L4Chain[] = []
  for (const virtualService of services) {
    if (!attached(server, virtualService)) continue
    for (const block of virtualService.tls) {
      if (block.route.length === 0) continue
      for (const match of block.match) {
        if (!l4Matches(match, virtualService, context)) continue
        const names = match.sniHosts.filter((name) => !taken.has(name))
        for (const name of names) taken.add(name)
        if (names.length === 0 && match.sniHosts.length > 0) continue
        chains.push({ serverNames: names, tcpProxy: tcpProxy(block, virtualService, context), origin: { resource: virtualService.resource, path: match.path } })
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

function tcpProxy(block: L4Route, virtualService: ResolvedVirtualService, context: RouteContext): Any {
  const type = 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy'
  const name = (entry: RouteDestination): string => (entry.destination ? clusterNameOf(entry.destination, virtualService, context) : '')
  const [single] = block.route
  if (block.route.length === 1 && single) return { '@type': type, stat_prefix: name(single), cluster: name(single) }
  const weighted = block.route.filter((entry) => entry.weight > 0)
  return { '@type': type, stat_prefix: `${virtualService.name}.${virtualService.namespace}`, weighted_clusters: { clusters: weighted.map((entry) => ({ name: name(entry), weight: entry.weight })) } }
}
