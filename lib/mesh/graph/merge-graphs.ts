import type { MapEntry, MapGraph, MapHost } from './model'

/** Several maps of one gateway as one: of what they have in common the first one's is drawn, what only a later one has stands beside its server's other hosts. */
export function mergeGraphs(first: MapGraph, others: readonly MapGraph[]): MapGraph {
  return others.reduce(mergeTwo, first)
}

function mergeTwo(a: MapGraph, b: MapGraph): MapGraph {
  const known = new Set(a.hosts.map(({ id }) => id))
  const added = b.hosts.filter(({ id }) => !known.has(id))
  const servers = byId(a.servers, b.servers)
  return {
    ...a,
    entries: mergeEntries(a.entries, b.entries), servers, hosts: added.reduce(insertHost, a.hosts), destinations: byId(a.destinations, b.destinations),
    totals: {
      ...a.totals, hosts: a.totals.hosts + added.length, matching: a.totals.matching + added.length,
      servers: Math.max(a.totals.servers, b.totals.servers, servers.length), rules: a.totals.rules + added.reduce((sum, host) => sum + host.ruleCount, 0),
    },
  }
}

function byId<T extends { readonly id: string }>(a: readonly T[], b: readonly T[]): readonly T[] {
  const known = new Set(a.map(({ id }) => id))
  return [...a, ...b.filter(({ id }) => !known.has(id))]
}

function mergeEntries(a: readonly MapEntry[], b: readonly MapEntry[]): readonly MapEntry[] {
  const more = new Map(b.map((entry) => [entry.id, entry.servers]))
  return byId(a.map((entry) => ({ ...entry, servers: [...new Set([...entry.servers, ...(more.get(entry.id) ?? [])])] })), b)
}

/** After the last host of the same first server; at the end where there is none. */
function insertHost(hosts: readonly MapHost[], host: MapHost): readonly MapHost[] {
  const beside = hosts.findLastIndex((other) => other.servers[0] === host.servers[0])
  const at = beside < 0 ? hosts.length : beside + 1
  return [...hosts.slice(0, at), host, ...hosts.slice(at)]
}
