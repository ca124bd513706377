import { compareBytes } from '@/lib/std/compare-bytes'
import { mapOver } from '@/lib/std/map-over'
import type { RouteConfiguration, VirtualHost } from '../envoy/route'
import type { Origin } from './compiled'
import { sortRoutes, type BuiltRoute } from './http-routes'
import { gatewayRoutes, originOf, touchAll, type Contribution, type ContextFor, type GatewayRoutes } from './incremental/gateway-routes'
import type { LookupSource } from './incremental/lookups'
import { sameItems, sameValue } from './incremental/stage'
import type { MeshConfig } from '../istio/mesh-config'
import { withoutScope, type MergedServer } from './merge-gateways'
import { proxyHeaders } from './proxy-headers'
import type { VirtualServiceIndex } from './virtual-services'

/** One route configuration with where its parts came from. */
export interface BuiltRouteConfiguration {
  readonly configuration: RouteConfiguration
  /** Virtual host name → origins of the servers. */
  readonly servers: ReadonlyMap<string, readonly Origin[]>
  /** Virtual host name → origin of each route. */
  readonly routes: ReadonlyMap<string, readonly Origin[]>
  /** What the next build of this configuration keeps. */
  readonly memory: Memory
}

interface HostBuilder {
  readonly name: string
  readonly domain: string
  readonly servers: readonly Origin[]
  readonly routes: readonly BuiltRoute[]
  readonly requireTls: boolean
}

interface Collapsed {
  readonly builder: HostBuilder
  readonly virtualHost: VirtualHost
  readonly origins: readonly Origin[]
}

/** Hosts whose first route is the same: only among these are hosts with the very same routes. */
type HostGroups = ReadonlyMap<BuiltRoute | undefined, readonly HostBuilder[]>

interface Memory {
  readonly servers: readonly MergedServer[]
  readonly units: ReadonlyMap<string, GatewayRoutes>
  readonly hosts: ReadonlyMap<string, HostBuilder>
  readonly groups: HostGroups
  /** By name. */
  readonly collapsed: readonly Collapsed[]
}

const nothing: Memory = { servers: [], units: new Map(), hosts: new Map(), groups: new Map(), collapsed: [] }

/** What route configurations are built with. */
export interface RouteConfigurationInput {
  readonly index: VirtualServiceIndex
  readonly source: LookupSource
  readonly contextFor: ContextFor
  readonly config: MeshConfig
}

/**
 * Istio's buildGatewayHTTPRouteConfig for one route name: hosts of all its servers with the rules bound to them
 * (SPEC RC1–RC4). Of the configuration before, the virtual hosts that still stand are kept, and the whole if all do.
 */
export function buildRouteConfiguration(name: string, servers: readonly MergedServer[], at: RouteConfigurationInput, previous?: BuiltRouteConfiguration): BuiltRouteConfiguration {
  if (servers.length === 0) return previous?.memory.servers.length === 0 ? previous : { configuration: { name, virtual_hosts: [], validate_clusters: false }, servers: new Map(), routes: new Map(), memory: nothing }
  const memory = previous?.memory ?? nothing
  if (previous && memory.servers === servers && stand(memory.units, at)) return previous
  const touched = new Set<string>()
  const units = unitsOf(servers, at, memory, touched)
  if (previous && touched.size === 0 && memory.servers[0]?.server.port.number === servers[0]?.server.port.number) return { ...previous, memory: { ...memory, servers, units } }
  const { hosts, changed } = hostsOf(servers, units, memory, touched)
  const groups = groupsOf(memory.groups, changed)
  const edits = collapse(memory, { groups, changed, countsAttempts: proxyHeaders(at.config).countsAttempts })
  return assemble(name, { servers, units, hosts, groups, collapsed: placed(memory.collapsed, edits) }, previous)
}

/** Whether the same servers get the very same rules from the same index. */
function stand(units: Memory['units'], at: RouteConfigurationInput): boolean {
  for (const [gateway, unit] of units) if (unit.bound !== at.index.forGateway(gateway) || unit.source.services !== at.source.services || unit.source.rules !== at.source.rules) return false
  return true
}

/** The servers' rules, Gateway by Gateway; hosts whose rules are not what they were are added to `touched`. */
function unitsOf(servers: readonly MergedServer[], at: RouteConfigurationInput, memory: Memory, touched: Set<string>): ReadonlyMap<string, GatewayRoutes> {
  const byGateway = new Map<string, MergedServer[]>()
  for (const server of servers) {
    const known = byGateway.get(server.gatewayName)
    if (known) known.push(server)
    else byGateway.set(server.gatewayName, [server])
  }
  for (const [gateway, unit] of memory.units) if (!byGateway.has(gateway)) touchAll(unit, touched)
  return new Map([...byGateway].map(([gateway, own]) => [gateway, gatewayRoutes({ servers: own, bound: at.index.forGateway(gateway), source: at.source, contextFor: at.contextFor }, memory.units.get(gateway), touched)]))
}

interface ChangedHost {
  readonly before: HostBuilder | undefined
  readonly now: HostBuilder | undefined
}

/** The hosts with all that is brought to them, in the order of the servers; one that says the same stays the same. */
function hostsOf(servers: readonly MergedServer[], units: ReadonlyMap<string, GatewayRoutes>, memory: Memory, touched: ReadonlySet<string>): { readonly hosts: ReadonlyMap<string, HostBuilder>; readonly changed: readonly ChangedHost[] } {
  const all = memory.hosts.size === 0
  const brought = new Map<string, Contribution[]>()
  const next = new Map<string, number>()
  for (const server of servers) {
    const place = next.get(server.gatewayName) ?? 0
    next.set(server.gatewayName, place + 1)
    for (const contribution of units.get(server.gatewayName)?.contributions[place] ?? []) {
      if (!all && !touched.has(contribution.host)) continue
      const known = brought.get(contribution.host)
      if (known) known.push(contribution)
      else brought.set(contribution.host, [contribution])
    }
  }
  const hosts = new Map(memory.hosts)
  const changed: ChangedHost[] = []
  for (const host of all ? brought.keys() : touched) {
    const before = memory.hosts.get(host)
    const made = hostBuilder(brought.get(host) ?? [])
    const now = before && made && sameHost(before, made) ? before : made
    if (before === now) continue
    if (now) hosts.set(host, now)
    else hosts.delete(host)
    changed.push({ before, now })
  }
  return { hosts, changed }
}

function hostBuilder(contributions: readonly Contribution[]): HostBuilder | undefined {
  const [first] = contributions
  if (!first) return undefined
  const routes = contributions.filter((one) => one.routes.length > 0).map((one) => one.routes)
  return {
    name: `${joinHost(first.host)}:${first.server.server.port.number}`,
    domain: first.host,
    servers: contributions.filter((one, at) => at === 0 || !one.bare).map((one) => originOf(one.server)),
    routes: routes.length === 1 ? (routes[0] ?? []) : routes.flat(),
    requireTls: contributions.some((one) => one.server.server.tls?.httpsRedirect === true),
  }
}

function sameHost(a: HostBuilder, b: HostBuilder): boolean {
  return a.name === b.name && a.requireTls === b.requireTls && sameItems(a.routes, b.routes) && sameValue(a.servers, b.servers)
}

function groupsOf(before: HostGroups, changed: readonly ChangedHost[]): HostGroups {
  if (before.size === 0) return firstGroups(changed)
  const groups = new Map(before)
  const gone = new Set(changed.map((change) => change.before))
  const touched = new Map<BuiltRoute | undefined, HostBuilder[]>()
  for (const { before: old, now } of changed) {
    for (const host of [old, now]) if (host && !touched.has(host.routes[0])) touched.set(host.routes[0], (before.get(host.routes[0]) ?? []).filter((one) => !gone.has(one)))
    if (now) touched.get(now.routes[0])?.push(now)
  }
  for (const [first, list] of touched) {
    if (list.length === 0) groups.delete(first)
    else groups.set(first, list)
  }
  return groups
}

function firstGroups(changed: readonly ChangedHost[]): HostGroups {
  const groups = new Map<BuiltRoute | undefined, HostBuilder[]>()
  for (const { now } of changed) {
    if (!now) continue
    const known = groups.get(now.routes[0])
    if (known) known.push(now)
    else groups.set(now.routes[0], [now])
  }
  return groups
}

/** What a build does to the list of virtual hosts. */
interface Edits {
  readonly gone: readonly Collapsed[]
  readonly made: readonly Collapsed[]
}

/** Istio's collapseDuplicateRoutes: hosts with the very same routes share one virtual host, the most specific names it (SPEC RC3). */
function collapse(memory: Memory, { groups, changed, countsAttempts }: { readonly groups: HostGroups; readonly changed: readonly ChangedHost[]; readonly countsAttempts: boolean }): Edits {
  const touched = new Set(changed.flatMap(({ before, now }) => [before, now].flatMap((host) => (host ? [host.routes[0]] : []))))
  const gone = [...touched].flatMap((first) => memory.groups.get(first) ?? []).flatMap(({ name }) => {
    const one = memory.collapsed[placeOf(memory.collapsed, name)]
    return one?.builder.name === name ? [one] : []
  })
  const known = new Map(gone.map((one) => [one.builder.name, one]))
  return { gone, made: [...touched].flatMap((first) => join(groups.get(first) ?? [], known, countsAttempts)) }
}

/** The first place whose name is not before a name. */
function placeOf(sorted: readonly Collapsed[], name: string): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareBytes(sorted[middle]?.builder.name ?? '', name) < 0) low = middle + 1
    else high = middle
  }
  return low
}

const fewEdits = 64

/** The list with the edits in it, sorted by name. */
function placed(before: readonly Collapsed[], { gone, made }: Edits): readonly Collapsed[] {
  if (gone.length + made.length > fewEdits) {
    const left = new Set(gone)
    return [...before.filter((one) => !left.has(one)), ...made].sort((a, b) => compareBytes(a.builder.name, b.builder.name))
  }
  const list = [...before]
  for (const one of gone) list.splice(placeOf(list, one.builder.name), 1)
  for (const one of made) list.splice(placeOf(list, one.builder.name), 0, one)
  return list
}

function join(hosts: readonly HostBuilder[], known: ReadonlyMap<string, Collapsed>, countsAttempts: boolean): readonly Collapsed[] {
  const groups: { readonly builder: HostBuilder; readonly domains: string[] }[] = []
  for (const builder of [...hosts].sort((a, b) => compareHosts(a.domain, b.domain))) {
    const same = groups.findLast((group) => sameItems(group.builder.routes, builder.routes))
    if (same && same.builder.requireTls === builder.requireTls) same.domains.push(builder.domain)
    else groups.push({ builder, domains: [builder.domain] })
  }
  return groups.map(({ builder, domains }) => {
    const old = known.get(builder.name)
    return old && old.builder === builder && sameItems(old.virtualHost.domains, domains) ? old : collapsedOf(builder, domains, { old, countsAttempts })
  })
}

function collapsedOf(builder: HostBuilder, domains: readonly string[], { old, countsAttempts }: { readonly old: Collapsed | undefined; readonly countsAttempts: boolean }): Collapsed {
  const routes = sortRoutes(builder.routes)
  const virtualHost: VirtualHost = {
    name: builder.name,
    domains,
    ...(routes.length === 0 ? {} : { routes: routes.map((built) => built.route) }),
    ...(builder.requireTls ? { require_tls: 'ALL' } : {}),
    ...(countsAttempts ? { include_request_attempt_count: true } : {}),
  }
  return { builder, virtualHost: old && sameValue(old.virtualHost, virtualHost) ? old.virtualHost : virtualHost, origins: routes.map((built) => built.origin) }
}

/** Istio's host order: exact before wildcard, longer before shorter, then bytes. */
function compareHosts(a: string, b: string): number {
  const [wildA, wildB] = [a.startsWith('*'), b.startsWith('*')]
  if (wildA !== wildB) return wildA ? 1 : -1
  return b.length - a.length || compareBytes(a, b)
}

function assemble(name: string, memory: Memory, previous: BuiltRouteConfiguration | undefined): BuiltRouteConfiguration {
  const { collapsed, servers } = memory
  if (previous && collapsed.length > 0 && sameItems(previous.memory.collapsed, collapsed)) return { ...previous, memory }
  const list: readonly VirtualHost[] = collapsed.length === 0 ? [{ name: `blackhole:${servers[0]?.server.port.number ?? 0}`, domains: ['*'] }] : collapsed.map(({ virtualHost }) => virtualHost)
  return {
    configuration: { name, virtual_hosts: list, validate_clusters: false, max_direct_response_body_size_bytes: 1_048_576, ignore_port_in_host_matching: true },
    ...originsOf(collapsed),
    memory,
  }
}

/** By virtual host, in their order: one is found by its name, and all are gathered only when they are asked for. */
function originsOf(collapsed: readonly Collapsed[]): Pick<BuiltRouteConfiguration, 'servers' | 'routes'> {
  const by = <V>(of: (one: Collapsed) => V): ReadonlyMap<string, V> => {
    let all: ReadonlyMap<string, V> | undefined
    const find = (name: string): Collapsed | undefined => {
      const one = collapsed[placeOf(collapsed, name)]
      return one?.builder.name === name ? one : undefined
    }
    return mapOver({
      get(name) {
        const one = find(name)
        return one && of(one)
      },
      has: (name) => find(name) !== undefined,
      whole: () => (all ??= new Map(collapsed.map((one) => [one.builder.name, of(one)]))),
    })
  }
  return { servers: by(({ builder }) => builder.servers), routes: by(({ origins }) => origins) }
}

function joinHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/** A server's hosts as SNI names: without scope, each once, sorted. */
export function sniHosts(server: MergedServer): readonly string[] {
  return [...new Set(server.hosts.map(withoutScope))].sort(compareBytes)
}
