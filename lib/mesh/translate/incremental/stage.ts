import type { Snapshot } from '../../snapshot'
import { recordReads, type SnapshotReads } from './snapshot-reads'

/** One step of a compile with what it was made of: it stands while its inputs and what it read are the same. */
export interface Stage<T> {
  readonly inputs: readonly unknown[]
  readonly reads: SnapshotReads
  readonly value: T
}

/** What a step is made of. `inputs` count by identity; what `make` reads of the snapshot is noted. */
export interface StageInput<T> {
  readonly snapshot: Snapshot
  readonly inputs: readonly unknown[]
  readonly make: (snapshot: Snapshot) => T
  /** What is kept of the value before where the new one says the same: then what follows stands too. */
  readonly keep?: (before: T, now: T) => T
}

/** The step as it was, while it stands; else made anew. */
export function runStage<T>(known: Stage<T> | undefined, { snapshot, inputs, make, keep }: StageInput<T>): Stage<T> {
  if (known && sameItems(known.inputs, inputs) && known.reads.holdIn(snapshot)) return known
  const recorded = recordReads(snapshot)
  const made = make(recorded.snapshot)
  return { inputs, reads: recorded.reads, value: known && keep ? keep(known.value, made) : made }
}

/** Whether two lists hold the very same items in the same order. */
export function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => item === b[index]))
}

/** The list before, where the new one holds the very same items. */
export function keepList<T>(before: readonly T[], now: readonly T[]): readonly T[] {
  return sameItems(before, now) ? before : now
}

/** Whether two values say the same: data, Sets and Maps (in any order); functions only by identity. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (!isObject(a) || !isObject(b)) return false
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => sameValue(item, b[index]))
  if (a instanceof Set || b instanceof Set) return a instanceof Set && b instanceof Set && a.size === b.size && [...a].every((item) => b.has(item))
  if (a instanceof Map || b instanceof Map) return a instanceof Map && b instanceof Map && a.size === b.size && [...a].every(([key, value]) => b.has(key) && sameValue(value, b.get(key)))
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** The new items, each by the item before of its key where that says the same; the list before where all do. */
export function keepItems<T>(before: readonly T[], now: readonly T[], at: { readonly key: (item: T) => string; readonly same: (a: T, b: T) => boolean }): readonly T[] {
  const known = new Map<string, T[]>()
  for (const item of before) known.set(at.key(item), [...(known.get(at.key(item)) ?? []), item])
  return keepList(before, now.map((item) => known.get(at.key(item))?.find((candidate) => at.same(candidate, item)) ?? item))
}
