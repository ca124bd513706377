import type { ExplainedFactsData, ExplanationData } from '@/lib/contract/explanation'
import { kinds } from '@/lib/mesh/kinds'
import type { ResourceRef } from '@/lib/mesh/resource'
import { reasonWords } from '@/lib/mesh/simulate/trace-words'

/** A rule that was tried and lost. */
export interface LostRule {
  /** Its place in the virtual host, from 1. */
  readonly number: number
  readonly code: string
  /** Its path as Envoy has it, '' where another thing than the path parted it. */
  readonly path: string
  /** The method it asks for, '' for any. */
  readonly method: string
  /** Its whole match in one line, '' where unknown. */
  readonly match: string
  readonly why: string
  /** `namespace/name` and the field of the object that it came from; '' where unknown. */
  readonly owner: string
  readonly field: string
  /** The object itself; null where unknown or of a kind that Meridian does not read. */
  readonly resource: ResourceRef | null
}

/** The rules that lost, nearest first: those that only a header or a parameter parted, then by how much of the path fits. */
export function lostRules(explanation: ExplanationData, facts: ExplainedFactsData | null = null): readonly LostRule[] {
  const step = explanation.trace.find((one) => one.step === 'route')
  const path = explanation.rewritten.path
  const tried = new Map(facts?.tried.map((one) => [one.number, one]))
  const lost = (step?.losers ?? []).map(({ reason }): LostRule => ({
    number: Number(reason.params['index'] ?? 0) + 1, method: tried.get(Number(reason.params['index'] ?? 0) + 1)?.method ?? '', match: tried.get(Number(reason.params['index'] ?? 0) + 1)?.match ?? '', code: reason.code, path: reason.code === 'path' ? reason.params['expected'] ?? '' : '', why: reasonWords(reason),
    owner: (reason.params['resource'] ?? '').split(' ')[1] ?? '', field: reason.params['field'] ?? '', resource: resourceOf(reason.params['resource'] ?? ''),
  }))
  return [...lost].sort((a, b) => distance(a, path) - distance(b, path) || a.number - b.number)
}

/** `VirtualService shop/storefront` as a reference; the kinds that hold routes have names that no other group has. */
function resourceOf(text: string): ResourceRef | null {
  const [kind = '', owner = ''] = text.split(' ')
  const [known, other] = kinds.filter((one) => one.kind === kind)
  const [namespace = '', name = ''] = owner.split('/')
  return known === undefined || other !== undefined || name === '' ? null : { group: known.group, kind, namespace, name }
}

function distance(rule: LostRule, path: string): number {
  return rule.code === 'path' ? 10_000 - common(rule.path, path) : 0
}

/** How many rules lost by what, the commonest last: `method 1, path 3`. */
export function lostReasons(lost: readonly LostRule[]): string {
  const counts = new Map<string, number>()
  for (const { code, why } of lost) {
    const word = code === 'header' && why.startsWith('the ') ? (why.split(' ')[1] ?? code) : code.replaceAll('-', ' ')
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => a[1] - b[1]).map(([word, count]) => `${word} ${count}`).join(', ')
}

/** How many characters two texts begin with alike. */
export function common(one: string, other: string): number {
  let length = 0
  while (length < one.length && length < other.length && one.charAt(length) === other.charAt(length)) length += 1
  return length
}
