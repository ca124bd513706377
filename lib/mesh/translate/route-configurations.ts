import { compareBytes } from '@/lib/std/compare-bytes'
import type { RouteConfiguration, VirtualHost } from '../envoy/route'
import type { Origin } from './compiled'
import { intersectHosts } from './host-name'
import { buildHttpRoutes, sortRoutes, type BuiltRoute } from './http-routes'
import { hostsForNamespace, withoutScope, type MergedServer } from './merge-gateways'
import type { ResolvedVirtualService } from './resolved-virtual-service'
import type { RouteContext } from './route-context'
import type { VirtualServiceIndex } from './virtual-services'
import { serverOrigin } from './derived'

/** One route configuration with where its parts came from. */
export interface BuiltRouteConfiguration {
  readonly configuration: RouteConfiguration
  /** Virtual host name → origins of the servers. */
  readonly servers: ReadonlyMap<string, readonly Origin[]>
  /** Virtual host name → origin of each route. */
  readonly routes: ReadonlyMap<string, readonly Origin[]>
}

interface HostBuilder {
  readonly name: string
  readonly domain: string
  readonly servers: Origin[]
  routes: readonly BuiltRoute[]
  requireTls: boolean
}

/** Istio's buildGatewayHTTPRouteConfig for one route name: hosts of all its servers with the rules bound to them (SPEC RC1–RC4). */
export function buildRouteConfiguration(name: string, servers: readonly MergedServer[], at: { readonly index: VirtualServiceIndex; readonly contextFor: (server: MergedServer) => RouteContext }): BuiltRouteConfiguration {
  if (servers.length === 0) return { configuration: { name, virtual_hosts: [], validate_clusters: false }, servers: new Map(), routes: new Map() }
  const hosts = new Map<string, HostBuilder>()
  const memo = new Map<string, readonly BuiltRoute[]>()
  for (const server of servers) {
    for (const virtualService of at.index.forGateway(server.gatewayName)) addVirtualService({ hosts, memo, server, virtualService, context: at.contextFor(server) })
    if (server.server.tls?.httpsRedirect === true) requireTls(hosts, server)
  }
  const virtualHosts = collapse([...hosts.values()])
  const port = servers[0]?.server.port.number ?? 0
  const list: readonly VirtualHost[] = virtualHosts.length === 0 ? [{ name: `blackhole:${port}`, domains: ['*'] }] : virtualHosts.map(({ virtualHost }) => virtualHost)
  return {
    configuration: { name, virtual_hosts: list, validate_clusters: false, max_direct_response_body_size_bytes: 1_048_576, ignore_port_in_host_matching: true },
    servers: new Map(virtualHosts.map(({ virtualHost, builder }) => [virtualHost.name, builder.servers])),
    routes: new Map(virtualHosts.map(({ virtualHost, routes }) => [virtualHost.name, routes.map((route) => route.origin)])),
  }
}

interface Addition {
  readonly hosts: Map<string, HostBuilder>
  readonly memo: Map<string, readonly BuiltRoute[]>
  readonly server: MergedServer
  readonly virtualService: ResolvedVirtualService
  readonly context: RouteContext
}

function addVirtualService({ hosts, memo, server, virtualService, context }: Addition): void {
  const matching = intersectHosts(hostsForNamespace(server.hosts, virtualService.namespace), virtualService.hosts)
  if (matching.length === 0) return
  const key = `${server.gatewayName}|${virtualService.semantics}|${virtualService.namespace}/${virtualService.name}`
  let routes = memo.get(key)
  if (!routes) {
    routes = buildHttpRoutes(virtualService, context)
    if (routes.length === 0) return
    memo.set(key, routes)
  }
  for (const written of matching) {
    const host = written.toLowerCase()
    const known = hosts.get(host)
    if (known) {
      known.routes = [...known.routes, ...routes]
      known.servers.push(originOf(server))
      if (server.server.tls?.httpsRedirect === true) known.requireTls = true
    } else {
      hosts.set(host, { name: `${joinHost(host)}:${server.server.port.number}`, domain: host, servers: [originOf(server)], routes, requireTls: server.server.tls?.httpsRedirect === true })
    }
  }
}

/** A redirecting server answers on each of its hosts even where no rule is bound; a scoped host keeps its scope in the domain, as Istio's does. */
function requireTls(hosts: Map<string, HostBuilder>, server: MergedServer): void {
  for (const written of server.hosts) {
    const host = written.toLowerCase()
    const known = hosts.get(host)
    if (known) known.requireTls = true
    else hosts.set(host, { name: `${joinHost(host)}:${server.server.port.number}`, domain: host, servers: [originOf(server)], routes: [], requireTls: true })
  }
}

interface Collapsed {
  readonly builder: HostBuilder
  readonly virtualHost: VirtualHost
  readonly routes: readonly BuiltRoute[]
}

/** Istio's collapseDuplicateRoutes: hosts with the very same routes share one virtual host, the most specific names it (SPEC RC3). */
function collapse(builders: readonly HostBuilder[]): readonly Collapsed[] {
  const ordered = [...builders].sort((a, b) => compareHosts(a.domain, b.domain))
  const groups: { readonly builder: HostBuilder; readonly domains: string[] }[] = []
  const byFirst = new Map<BuiltRoute | undefined, { readonly builder: HostBuilder; readonly domains: string[] }[]>()
  for (const builder of ordered) {
    const candidates = byFirst.get(builder.routes[0]) ?? []
    const same = candidates.findLast((group) => sameRoutes(group.builder.routes, builder.routes))
    if (same && same.builder.requireTls === builder.requireTls) {
      same.domains.push(builder.domain)
      continue
    }
    const group = { builder, domains: [builder.domain] }
    groups.push(group)
    candidates.push(group)
    byFirst.set(builder.routes[0], candidates)
  }
  return groups
    .map(({ builder, domains }) => {
      const routes = sortRoutes(builder.routes)
      const virtualHost: VirtualHost = {
        name: builder.name,
        domains,
        ...(routes.length === 0 ? {} : { routes: routes.map((built) => built.route) }),
        ...(builder.requireTls ? { require_tls: 'ALL' } : {}),
        include_request_attempt_count: true,
      }
      return { builder, virtualHost, routes }
    })
    .sort((a, b) => compareBytes(a.virtualHost.name, b.virtualHost.name))
}

function sameRoutes(a: readonly BuiltRoute[], b: readonly BuiltRoute[]): boolean {
  return a.length === b.length && a.every((route, index) => route === b[index])
}

/** Istio's host order: exact before wildcard, longer before shorter, then bytes. */
function compareHosts(a: string, b: string): number {
  const [wildA, wildB] = [a.startsWith('*'), b.startsWith('*')]
  if (wildA !== wildB) return wildA ? 1 : -1
  return b.length - a.length || compareBytes(a, b)
}

function originOf(server: MergedServer): Origin {
  return serverOrigin(server.gateway, server.server.path)
}

function joinHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/** A server's hosts as SNI names: without scope, each once, sorted. */
export function sniHosts(server: MergedServer): readonly string[] {
  return [...new Set(server.hosts.map(withoutScope))].sort(compareBytes)
}
