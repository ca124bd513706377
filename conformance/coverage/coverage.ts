import { createEvidence, type JudgedCase } from './evidence'
import { detectors } from './detectors'

/** How often each rule was exercised. */
export interface Coverage {
  /** Counts the rules that one answered case exercised. */
  count(judged: JudgedCase): void
  readonly counts: ReadonlyMap<string, number>
}

/** The rules that a case exercises; without a case all that have a detector. */
export function rulesOf(judged: JudgedCase | undefined): string[] {
  const evidence = judged && createEvidence(judged)
  return detectors.flatMap(([rule, exercised]) => (!evidence || exercised(evidence) ? [rule] : []))
}

/** A count for every rule that has a detector, all zero. */
export function createCoverage(): Coverage {
  const counts = new Map(detectors.map(([rule]) => [rule, 0]))
  return {
    counts,
    count(judged) {
      for (const rule of rulesOf(judged)) counts.set(rule, (counts.get(rule) ?? 0) + 1)
    },
  }
}

/** The rules that nothing exercised; meaningful for a thousand cases and more. */
export function uncovered({ counts }: Coverage): string[] {
  return [...counts].filter(([, count]) => count === 0).map(([rule]) => rule)
}

/** A table of rules and counts, six to a line. */
export function coverageTable({ counts }: Coverage): string {
  const cells = [...counts].map(([rule, count]) => `${rule.padEnd(5)}${String(count).padStart(6)}`)
  return Array.from({ length: Math.ceil(cells.length / 6) }, (_, line) => `  ${cells.slice(line * 6, line * 6 + 6).join('   ')}`).join('\n')
}
