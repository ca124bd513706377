import { compareBytes } from '@/lib/std/compare-bytes'

/** Something that can be found: what is matched (lower case), and what is given back. */
export interface Findable<T> {
  readonly name: string
  readonly value: T
  /** Groups of equal matches stand in this order: gateways, then hosts, then objects. */
  readonly group: number
}

/**
 * Those whose name holds every word of the text, best first: the whole name, then the start of the name or of its
 * last part (after `/`), then anywhere; within that by group and name. `total` counts all, `results` the first `limit`.
 */
export function searchNames<T>(things: Iterable<Findable<T>>, text: string, limit: number): { readonly total: number; readonly results: readonly T[] } {
  const words = text.toLowerCase().split(' ').filter((word) => word !== '')
  const [first] = words
  if (first === undefined) return { total: 0, results: [] }
  const found: { readonly rank: number; readonly thing: Findable<T> }[] = []
  for (const thing of things) {
    if (words.every((word) => thing.name.includes(word))) found.push({ rank: rankOf(thing.name, first), thing })
  }
  found.sort((a, b) => a.rank - b.rank || a.thing.group - b.thing.group || compareBytes(a.thing.name, b.thing.name))
  return { total: found.length, results: found.slice(0, limit).map(({ thing }) => thing.value) }
}

function rankOf(name: string, word: string): number {
  const last = name.slice(name.lastIndexOf('/') + 1)
  if (name === word || last === word) return 0
  return name.startsWith(word) || last.startsWith(word) ? 1 : 2
}
