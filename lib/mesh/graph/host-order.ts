import { compareBytes } from '@/lib/std/compare-bytes'
import type { HostFacts } from './host-facts'
import type { MapTrouble } from './model'

/** A host with what it is ordered by. */
export interface RankedHost {
  readonly id: string
  /** Key of its gateway. */
  readonly gateway: string
  /** What stands before its id where several gateways share a map. */
  readonly prefix: string
  readonly port: number
  readonly facts: HostFacts
  readonly trouble: MapTrouble | null
  readonly rate: number | null
}

/** Hosts with problems first (errors before warnings), then by traffic, then by name (wildcards last) and port. Zero only for one and the same. */
export function compareHosts(a: RankedHost, b: RankedHost): number {
  return severity(a) - severity(b) || (b.rate ?? 0) - (a.rate ?? 0) || catchAll(a) - catchAll(b) || compareBytes(a.facts.name, b.facts.name) || a.facts.listenerPort - b.facts.listenerPort || compareBytes(a.id, b.id)
}

function catchAll({ facts }: RankedHost): number {
  return facts.name.startsWith('*') ? (facts.name === '*' ? 2 : 1) : 0
}

function severity({ facts, trouble }: RankedHost): number {
  if (!trouble) return facts.note === null ? 2 : 3
  return trouble.errors > 0 ? 0 : 1
}

/** The first `count` of `items` in order, without ordering the rest: one comparison for each item that is not among them. */
export function firstOf<T>(items: readonly T[], count: number, compare: (a: T, b: T) => number): readonly T[] {
  if (count >= items.length) return [...items].sort(compare)
  const best: T[] = []
  for (const item of items) {
    const worst = best[best.length - 1]
    if (best.length >= count && worst !== undefined && compare(item, worst) >= 0) continue
    let low = 0
    let high = best.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = best[middle]
      if (other !== undefined && compare(other, item) <= 0) low = middle + 1
      else high = middle
    }
    best.splice(low, 0, item)
    if (best.length > count) best.pop()
  }
  return best
}

/** Brings hosts of one primary server together, in the order in which the servers first appear. */
export function groupByServer<T>(items: readonly T[], serverOf: (item: T) => string): readonly T[] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = serverOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return [...groups.values()].flat()
}
