import { gatewayKey } from '../gateway-workload'
import type { Problem } from '../problem'
import type { Snapshot } from '../snapshot'
import type { Compiled, Origin } from '../translate/compiled'
import { hostFacts, type HostFacts } from './host-facts'
import { hostMatches, isEmptyFilter, parseHostFilter } from './host-filter'
import { compareHosts, firstOf, groupByServer, type RankedHost } from './host-order'
import { mapDestination } from './map-destination'
import { mapEntries, type ListeningServer } from './map-entries'
import { destinationIds, hostTrouble, mapHost } from './map-host'
import { mapServer, serverId } from './map-server'
import type { MapDestination, MapEntry, MapGraph, MapHost, MapServer } from './model'
import { indexProblems, type ProblemIndex } from './problem-index'

/** What a map is made from, and what of it is asked for. */
export interface MapInput {
  readonly snapshot: Snapshot
  /** The gateways to draw: one, or all. */
  readonly compiled: readonly Compiled[]
  readonly problems: readonly Problem[]
  /** Keys of all gateways there are, for the choice. */
  readonly gateways: readonly string[]
  /** Ids of opened hosts; `all` opens every one. */
  readonly open: readonly string[]
  /** The filter as typed (host-filter). */
  readonly filter: string
  /** Only hosts with rules from any of these namespaces; empty: all. */
  readonly namespaces: readonly string[]
  /** How many hosts at most. */
  readonly limit: number
  /** A host, by id or name, that is shown whatever the filter and the limit. */
  readonly focus: string | null
  /** Requests a second by host id, where known. */
  readonly rates?: ReadonlyMap<string, number>
}

const idleServersShown = 30

interface Scope {
  readonly compiled: Compiled
  readonly key: string
  /** Put before ids when several gateways share a map. */
  readonly prefix: string
  readonly hosts: readonly RankedHost[]
  readonly servers: ReadonlyMap<string, { readonly origin: Origin; readonly listenerPort: number; readonly hostCount: number }>
}

/** The map: all hosts are looked at once, but only what is shown is made. */
export function mapGraph(input: MapInput): MapGraph {
  const problems = indexProblems(input.problems)
  const several = input.compiled.length > 1
  const scopes = input.compiled.map((compiled) => scopeOf(compiled, several, { problems, snapshot: input.snapshot, ...(input.rates ? { rates: input.rates } : {}) }))
  const filter = parseHostFilter(input.filter, input.namespaces)
  const all = scopes.flatMap((scope) => scope.hosts.map((host) => ({ ...host, scope })))
  const matching = isEmptyFilter(filter) ? all : all.filter((host) => hostMatches(host.facts, filter))
  const first = firstOf(matching, input.limit, compareHosts)
  const isFocus = (host: RankedHost): boolean => host.id === input.focus || host.facts.name === input.focus
  const focused = input.focus === null || first.some(isFocus) ? undefined : all.find(isFocus)
  const shown = groupByServer(focused ? [focused, ...first] : first, (host) => `${host.scope.prefix}${host.facts.servers[0] ? serverId(host.facts.servers[0]) : ''}`)
  const opened = new Set(input.open)
  const openAll = opened.has('all')
  const hosts = shown.map((host) => mapHost(host.facts, {
    id: host.id, gateway: host.scope.key, port: hostPort(input.snapshot, host.facts), servers: host.facts.servers.map((origin) => host.scope.prefix + serverId(origin)),
    open: openAll || opened.has(host.id), rate: host.rate, problems,
  }))
  const withProblems = (list: readonly RankedHost[]): number => list.reduce((sum, host) => sum + (host.facts.trouble ? 1 : 0), 0)
  const more = matching.length - first.length
  return {
    gateway: several ? 'all' : (scopes[0]?.key ?? ''),
    gateways: input.gateways,
    ...endsOf(input.snapshot, scopes, { hosts, problems, idle: isEmptyFilter(filter) }),
    hosts,
    destinations: destinationsOf(input.snapshot, scopes, hosts),
    totals: {
      hosts: all.length,
      matching: matching.length,
      more,
      moreWithProblems: more === 0 ? 0 : withProblems(matching) - withProblems(first),
      servers: scopes.reduce((sum, scope) => sum + scope.servers.size, 0),
      rules: matching.reduce((sum, host) => sum + host.facts.ruleCount, 0),
    },
  }
}

function scopeOf(compiled: Compiled, several: boolean, known: { readonly problems: ProblemIndex; readonly snapshot: Snapshot; readonly rates?: ReadonlyMap<string, number> }): Scope {
  const key = gatewayKey(compiled.gateway)
  const prefix = several ? `${key}|` : ''
  const servers = new Map<string, { origin: Origin; listenerPort: number; hostCount: number }>()
  const taken = new Set<string>()
  const hosts = hostFacts(compiled).map((facts): RankedHost => {
    for (const origin of facts.servers) {
      const id = serverId(origin)
      const server = servers.get(id)
      if (server) server.hostCount++
      else servers.set(id, { origin, listenerPort: facts.listenerPort, hostCount: 1 })
    }
    const id = freeId(`${prefix}${facts.name}:${hostPort(known.snapshot, facts)}`, taken)
    const trouble = hostTrouble(facts, known.problems)
    return { id, facts: trouble ? { ...facts, trouble } : facts, rate: known.rates?.get(id) ?? null }
  })
  return { compiled, key, prefix, hosts, servers: withIdleServers(compiled, servers) }
}

function freeId(wanted: string, taken: Set<string>): string {
  let id = wanted
  for (let again = 2; taken.has(id); again++) id = `${wanted}~${again}`
  taken.add(id)
  return id
}

function withIdleServers(compiled: Compiled, servers: Map<string, { origin: Origin; listenerPort: number; hostCount: number }>): Scope['servers'] {
  for (const listener of compiled.listeners) {
    for (const origins of compiled.provenance.filterChains.get(listener.name) ?? []) {
      for (const origin of origins) {
        if (origin.resource.kind === 'VirtualService' || origin.resource.kind.endsWith('Route') || servers.has(serverId(origin))) continue
        servers.set(serverId(origin), { origin, listenerPort: listener.address.socket_address.port_value, hostCount: 0 })
      }
    }
  }
  return servers
}

const ports = new WeakMap<Origin, number>()

/** The port a client asks for: the primary server's own; the listener's where no object says one. */
function hostPort(snapshot: Snapshot, facts: HostFacts): number {
  const origin = facts.servers[0]
  if (!origin) return facts.listenerPort
  const known = ports.get(origin)
  if (known !== undefined) return known
  const { port } = mapServer(snapshot, origin, { gateway: '', port: facts.listenerPort, hostCount: 0, problems: new Map() })
  ports.set(origin, port)
  return port
}

function endsOf(snapshot: Snapshot, scopes: readonly Scope[], shown: { readonly hosts: readonly MapHost[]; readonly problems: ProblemIndex; readonly idle: boolean }): { readonly entries: readonly MapEntry[]; readonly servers: readonly MapServer[] } {
  const used = new Set(shown.hosts.flatMap((host) => host.servers))
  const entries: MapEntry[] = []
  const servers: MapServer[] = []
  let idle = 0
  for (const scope of scopes) {
    const listening: ListeningServer[] = []
    for (const [id, server] of scope.servers) {
      const isIdle = server.hostCount === 0 && shown.idle && idle < idleServersShown
      if (!used.has(scope.prefix + id) && !isIdle) continue
      if (server.hostCount === 0) idle++
      const made = mapServer(snapshot, server.origin, { gateway: scope.key, port: server.listenerPort, hostCount: server.hostCount, problems: shown.problems })
      listening.push({ server: { ...made, id: scope.prefix + id }, listenerPort: server.listenerPort })
    }
    servers.push(...listening.map(({ server }) => server))
    entries.push(...mapEntries(snapshot, scope.compiled.gateway, listening))
  }
  return { entries, servers }
}

function destinationsOf(snapshot: Snapshot, scopes: readonly Scope[], hosts: readonly MapHost[]): readonly MapDestination[] {
  const made = new Map<string, MapDestination>()
  for (const host of hosts) {
    const compiled = scopes.find((scope) => scope.key === host.gateway)?.compiled
    if (!compiled) continue
    for (const id of destinationIds(host)) if (!made.has(id)) made.set(id, mapDestination(snapshot, compiled, id))
  }
  return [...made.values()]
}
