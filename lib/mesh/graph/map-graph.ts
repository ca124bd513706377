import type { Problem } from '../problem'
import type { Snapshot } from '../snapshot'
import type { Compiled } from '../translate/compiled'
import { hostMatches, isEmptyFilter, parseHostFilter } from './host-filter'
import { compareHosts, firstOf, groupByServer, type RankedHost } from './host-order'
import { mapDestination } from './map-destination'
import { mapEntries, type ListeningServer } from './map-entries'
import { destinationIds, mapHost } from './map-host'
import { rankedHosts, scopeOf, type Scope } from './map-scope'
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
  /** How many hosts at most; null: a first view, which is all of a small edge and a screenful of a large one. */
  readonly limit: number | null
  /** A host, by id or name, that is shown whatever the filter and the limit. */
  readonly focus: string | null
  /** Requests a second by host id, where known. */
  readonly rates?: ReadonlyMap<string, number>
  /** Only hosts with these ids, and the servers that lead to them. */
  readonly only?: ReadonlySet<string>
  /** What endpoints are counted: those of the Services, or only those that Envoy has. @default 'of services' */
  readonly endpoints?: 'of services' | 'sent'
}

/** A first view shows `all` hosts where there are no more, else `part` of them. */
const firstView = { all: 60, part: 18 } as const
const idleServersShown = 30

/** The map: all hosts are looked at once, but only what is shown is made. */
export function mapGraph(input: MapInput): MapGraph {
  const problems = indexProblems(input.problems)
  const several = input.compiled.length > 1
  const scopes = new Map(input.compiled.map((compiled) => scopeOf(compiled, several, input.snapshot)).map((scope) => [scope.key, scope]))
  const filter = parseHostFilter(input.filter, input.namespaces)
  const perScope = [...scopes.values()].map((scope) => rankedHosts(scope, problems, input.rates))
  const ranked = perScope.length === 1 ? (perScope[0] ?? []) : perScope.flat()
  const { only } = input
  const all = only === undefined ? ranked : ranked.filter(({ id }) => only.has(id))
  const matching = isEmptyFilter(filter) ? all : all.filter((host) => hostMatches(host, filter))
  const first = firstOf(matching, input.limit ?? (matching.length <= firstView.all ? firstView.all : firstView.part), compareHosts)
  const shown = withFocus(first, all, input.focus)
  const prefixOf = (host: RankedHost): string => scopes.get(host.gateway)?.prefix ?? ''
  const grouped = groupByServer(shown, (host) => `${prefixOf(host)}${host.facts.servers[0] ? serverId(host.facts.servers[0]) : ''}`)
  const opened = new Set(input.open)
  const hosts = grouped.map((host) => mapHost(host, { prefix: prefixOf(host), open: opened.has('all') || opened.has(host.id), problems }))
  const more = matching.length - first.length
  return {
    gateway: several ? 'all' : (input.compiled.length === 0 ? '' : ([...scopes.keys()][0] ?? '')),
    gateways: input.gateways,
    ...endsOf(input.snapshot, [...scopes.values()], { hosts, problems, idle: isEmptyFilter(filter) && only === undefined }),
    hosts,
    destinations: destinationsOf({ ...input, problems }, scopes, hosts),
    totals: {
      hosts: all.length,
      matching: matching.length,
      more,
      moreWithProblems: more === 0 ? 0 : withProblems(matching) - withProblems(first),
      servers: [...scopes.values()].reduce((sum, scope) => sum + scope.servers.size, 0),
      rules: matching.reduce((sum, host) => sum + host.facts.ruleCount, 0),
    },
  }
}

function withFocus(first: readonly RankedHost[], all: readonly RankedHost[], focus: string | null): readonly RankedHost[] {
  const isFocus = (host: RankedHost): boolean => host.id === focus || host.facts.name === focus
  if (focus === null || first.some(isFocus)) return first
  const found = all.find(isFocus)
  return found ? [found, ...first] : first
}

function withProblems(hosts: readonly RankedHost[]): number {
  return hosts.reduce((sum, host) => sum + (host.trouble ? 1 : 0), 0)
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
      if (!isIdle && !used.has(scope.prefix + id)) continue
      if (server.hostCount === 0) idle++
      const made = mapServer(snapshot, server.origin, { gateway: scope.key, port: server.listenerPort, hostCount: server.hostCount, problems: shown.problems })
      listening.push({ server: { ...made, id: scope.prefix + id }, listenerPort: server.listenerPort })
    }
    servers.push(...listening.map(({ server }) => server))
    entries.push(...mapEntries(snapshot, scope.compiled.gateway, listening))
  }
  return { entries, servers }
}

function destinationsOf({ snapshot, endpoints = 'of services', problems }: Pick<MapInput, 'snapshot' | 'endpoints'> & { readonly problems: ProblemIndex }, scopes: ReadonlyMap<string, Scope>, hosts: readonly MapHost[]): readonly MapDestination[] {
  const made = new Map<string, MapDestination>()
  for (const host of hosts) {
    const compiled = scopes.get(host.gateway)?.compiled
    if (!compiled) continue
    for (const id of destinationIds(host)) if (!made.has(id)) made.set(id, mapDestination(snapshot, compiled, { id, endpoints, problems }))
  }
  return [...made.values()]
}
