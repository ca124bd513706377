import { parseMapKey, ruleKey, type MapKey } from './map-keys'
import type { MapDestination, MapEdge, MapEntry, MapGraph, MapHost, MapRule, MapServer } from './model'

/** A map's parts by id, and the way back along its edges. */
export interface GraphIndex {
  readonly graph: MapGraph
  readonly entries: ReadonlyMap<string, MapEntry>
  readonly servers: ReadonlyMap<string, MapServer>
  readonly hosts: ReadonlyMap<string, MapHost>
  readonly destinations: ReadonlyMap<string, MapDestination>
  readonly entriesOfServer: ReadonlyMap<string, readonly string[]>
  readonly hostsOfServer: ReadonlyMap<string, readonly string[]>
  /** Destination id → the rules and folded hosts that lead to it. */
  readonly sources: ReadonlyMap<string, readonly { readonly host: string; readonly rule: number | null }[]>
}

/** Indexes a map; linear in its edges. */
export function indexGraph(graph: MapGraph): GraphIndex {
  const entriesOfServer = new Map<string, string[]>()
  const hostsOfServer = new Map<string, string[]>()
  const sources = new Map<string, { host: string; rule: number | null }[]>()
  for (const entry of graph.entries) for (const id of entry.servers) append(entriesOfServer, id, entry.id)
  for (const host of graph.hosts) {
    for (const id of host.servers) append(hostsOfServer, id, host.id)
    for (const edge of host.to) append(sources, edge.to, { host: host.id, rule: null })
    for (const rule of host.rules ?? []) for (const edge of rule.dead ? [] : rule.to) append(sources, edge.to, { host: host.id, rule: rule.number })
  }
  return {
    graph,
    entries: byId(graph.entries),
    servers: byId(graph.servers),
    hosts: byId(graph.hosts),
    destinations: byId(graph.destinations),
    entriesOfServer,
    hostsOfServer,
    sources,
  }
}

function byId<T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.id, item]))
}

function append<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key)
  if (list) list.push(item)
  else map.set(key, [item])
}

/** A rule by its host and number. */
export function findRule(index: GraphIndex, host: string, number: number): MapRule | undefined {
  return index.hosts.get(host)?.rules?.find((rule) => rule.number === number)
}

/** Whether what a key names is on this map. */
export function isOnMap(index: GraphIndex, key: string): boolean {
  const thing = parseMapKey(key)
  if (!thing) return false
  switch (thing.kind) {
    case 'entry': return index.entries.has(thing.id)
    case 'server': return index.servers.has(thing.id)
    case 'host': return index.hosts.has(thing.id)
    case 'to': return index.destinations.has(thing.id)
    case 'rule': return findRule(index, thing.id, thing.number) !== undefined
  }
}

/** Everything on the whole path through one thing: what leads to it, and what it leads to. Empty when it is not on the map. */
export function litPath(index: GraphIndex, key: string): ReadonlySet<MapKey> {
  const lit = new Set<MapKey>()
  const thing = parseMapKey(key)
  if (!thing || !isOnMap(index, key)) return lit
  if (thing.kind === 'entry') index.entries.get(thing.id)?.servers.forEach((server) => lightServer(index, server, lit))
  if (thing.kind === 'entry') lit.add(`entry:${thing.id}`)
  if (thing.kind === 'server') {
    lightServer(index, thing.id, lit)
    lightEntries(index, thing.id, lit)
  }
  if (thing.kind === 'host') lightHost(index, thing.id, lit)
  if (thing.kind === 'host' || thing.kind === 'rule') lightBack(index, thing.id, lit)
  if (thing.kind === 'rule') lightRule(thing.id, findRule(index, thing.id, thing.number), lit)
  if (thing.kind === 'to') {
    lit.add(`to:${thing.id}`)
    for (const source of index.sources.get(thing.id) ?? []) {
      lightBack(index, source.host, lit)
      if (source.rule !== null) lit.add(ruleKey(source.host, source.rule))
    }
  }
  return lit
}

function lightServer(index: GraphIndex, id: string, lit: Set<MapKey>): void {
  if (!index.servers.has(id)) return
  lit.add(`server:${id}`)
  for (const host of index.hostsOfServer.get(id) ?? []) lightHost(index, host, lit)
}

function lightEntries(index: GraphIndex, server: string, lit: Set<MapKey>): void {
  for (const entry of index.entriesOfServer.get(server) ?? []) lit.add(`entry:${entry}`)
}

function lightHost(index: GraphIndex, id: string, lit: Set<MapKey>): void {
  lit.add(`host:${id}`)
  const host = index.hosts.get(id)
  for (const edge of host?.to ?? []) lit.add(`to:${edge.to}`)
  for (const rule of host?.rules ?? []) lightRule(id, rule, lit)
}

function lightRule(host: string, rule: MapRule | undefined, lit: Set<MapKey>): void {
  if (!rule) return
  lit.add(ruleKey(host, rule.number))
  if (!rule.dead) for (const edge of rule.to) lit.add(`to:${edge.to}`)
}

function lightBack(index: GraphIndex, host: string, lit: Set<MapKey>): void {
  lit.add(`host:${host}`)
  for (const server of index.hosts.get(host)?.servers ?? []) {
    lit.add(`server:${server}`)
    lightEntries(index, server, lit)
  }
}

/** The map with only what is lit: rules that are not on the path leave their host, hosts that are not on it leave the map. */
export function onlyLit(graph: MapGraph, lit: ReadonlySet<MapKey>): MapGraph {
  const edge = (candidate: MapEdge): boolean => lit.has(`to:${candidate.to}`)
  return {
    ...graph,
    entries: graph.entries.filter((entry) => lit.has(`entry:${entry.id}`)),
    servers: graph.servers.filter((server) => lit.has(`server:${server.id}`)),
    hosts: graph.hosts.filter((host) => lit.has(`host:${host.id}`)).map((host) => ({
      ...host, to: host.to.filter(edge), rules: host.rules?.filter((rule) => lit.has(ruleKey(host.id, rule.number))) ?? null,
    })),
    destinations: graph.destinations.filter((destination) => lit.has(`to:${destination.id}`)),
    totals: { ...graph.totals, more: 0, moreWithProblems: 0 },
  }
}
