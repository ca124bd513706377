import type { Json, JsonObject } from '@/lib/std/json'

/** Repeatable choices: the same seed gives the same sequence on every machine. */
export interface Random {
  /** 0 ≤ n < limit. */
  int(limit: number): number
  chance(probability: number): boolean
  /** One of the list; the list is not empty. */
  pick<T>(list: readonly T[]): T
  /** Up to `most` different ones of the list, at least `least`, in random order. */
  some<T>(list: readonly T[], most: number, least?: number): T[]
  /** `least` to `most` calls of `make`. */
  times<T>(least: number, most: number, make: (index: number) => T): T[]
  /** What `make` gives with this probability, else undefined. */
  maybe<T>(probability: number, make: () => T): T | undefined
  /** The list where rare and odd values are wanted, else nothing. */
  wide<T>(list: readonly T[]): readonly T[]
  /** `chance` where rare and odd things are wanted, else false. */
  rare(probability: number): boolean
  /** `maybe` where rare and odd things are wanted, else undefined. */
  rarely<T>(probability: number, make: () => T): T | undefined
}

/** The generator mulberry32 with choices over it. `wide`: rare and odd values too, and what istiod's validator refuses. */
export function createRandom(seed: number, wide = false): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (limit: number) => Math.floor(next() * limit)
  const some = <T>(list: readonly T[], most: number, least = 0): T[] => {
    const left = [...list]
    const count = Math.min(left.length, least + int(most - least + 1))
    return Array.from({ length: count }, () => left.splice(int(left.length), 1)).flat()
  }
  return {
    int,
    chance: (probability) => next() < probability,
    pick: (list) => {
      for (const picked of some(list, 1, 1)) return picked
      throw new Error('nothing to pick from')
    },
    some,
    times: (least, most, make) => Array.from({ length: least + int(most - least + 1) }, (_, index) => make(index)),
    maybe: (probability, make) => next() < probability ? make() : undefined,
    wide: (list) => wide ? list : [],
    rare: (probability) => wide && next() < probability,
    rarely: (probability, make) => wide && next() < probability ? make() : undefined,
  }
}

/** An object without its undefined entries. */
export function compact(entries: { readonly [key: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))
}
