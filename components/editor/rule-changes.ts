import type { Json } from '@/lib/std/json'
import { jsonEqual } from '@/lib/std/json-patch'

/** What became of one rule of an object in its draft. `from` is its index in the object as read. */
export type RuleChange =
  | { readonly kind: 'same' }
  | { readonly kind: 'moved'; readonly from: number }
  | { readonly kind: 'edited'; readonly from: number }
  | { readonly kind: 'new' }

/**
 * Tells moved rules from edited and new ones: equal content is the same rule wherever it stands; of the rest, the one
 * at the same place (counted among the rest) is taken as the edited form of what stood there.
 */
export function ruleChanges(before: readonly Json[], after: readonly Json[]): readonly RuleChange[] {
  const taken = new Set<number>()
  const changes: (RuleChange | undefined)[] = after.map((rule, index) => {
    if (!jsonEqual(before[index], rule)) return undefined
    taken.add(index)
    return { kind: 'same' }
  })
  after.forEach((rule, index) => {
    if (changes[index]) return
    const from = before.findIndex((old, i) => !taken.has(i) && jsonEqual(old, rule))
    if (from < 0) return
    taken.add(from)
    changes[index] = { kind: 'moved', from }
  })
  const left = before.map((_, index) => index).filter((index) => !taken.has(index))
  const open = changes.flatMap((change, index) => (change ? [] : [index]))
  open.forEach((index, nth) => {
    const from = open.length === left.length ? left[nth] : left.find((candidate) => candidate === index)
    changes[index] = from === undefined ? { kind: 'new' } : { kind: 'edited', from }
  })
  return relativeMoves(changes.map((change) => change ?? { kind: 'new' }))
}

/** A rule that only shifted because others came or went before it did not move. */
function relativeMoves(changes: readonly RuleChange[]): readonly RuleChange[] {
  const order = changes.flatMap((change, index) => ('from' in change ? [change.from] : change.kind === 'same' ? [index] : []))
  const steady = longestIncreasing(order)
  return changes.map((change) => (change.kind === 'moved' && steady.has(change.from) ? { kind: 'same' } : change))
}

function longestIncreasing(values: readonly number[]): ReadonlySet<number> {
  const best: number[][] = []
  for (const value of values) {
    const longest = best.filter((run) => (run.at(-1) ?? -1) < value).sort((a, b) => b.length - a.length)[0] ?? []
    best.push([...longest, value])
  }
  return new Set(best.sort((a, b) => b.length - a.length)[0] ?? [])
}
