import { compile } from '@/lib/mesh/translate/compile'
import { generateCase, type Level } from './generate/case'
import { proxyOf } from './generate/proxies'
import { startJudge, type JudgeFeatures } from './judge'
import { isMismatch, judgeCase, shapeOf, type SurveyOptions, type Verdict } from './survey'
import { createCoverage, type Coverage } from './coverage/coverage'

/** Whether the engine is given a seed's objects in the other order. */
export function isReversed(seed: number): boolean {
  return seed % 4 === 0
}

/** What is compared: `cases` meshes from `seed` on, each under every one of `features`, or under these in turn. */
export interface CompareOptions {
  readonly cases: number
  readonly seed: number
  readonly level: Level
  readonly features: readonly JudgeFeatures[]
  /** One set of features a mesh. @default false */
  readonly inTurn?: boolean
  readonly say: (line: string) => void
  /** Called with each mismatch, in no particular order; true ends the run. */
  readonly onMismatch: (mismatch: Mismatch) => boolean
}

/** A generated mesh on which Pilot and the engine differ. */
export interface Mismatch {
  readonly seed: number
  readonly features: JudgeFeatures
  readonly verdict: Verdict
}

/** One kind of verdict: how often, and the first case that gave it. */
export interface Shape extends Mismatch {
  readonly count: number
}

/** What came of a run. */
export interface Comparison {
  /** Comparisons made: cases times features, unless ended early. */
  readonly compared: number
  readonly mismatches: number
  /** By the kind of verdict. */
  readonly shapes: ReadonlyMap<string, Shape>
  /** How often each rule of SPEC.md was exercised by a case that Pilot answered. */
  readonly coverage: Coverage
}

/** Compares generated meshes with Pilot, one judge process for each set of features; each judge has the next case waiting while the engine works. */
export async function compareCases(options: CompareOptions): Promise<Comparison> {
  const shapes = new Map<string, Shape>()
  const coverage = createCoverage()
  let [compared, mismatches, ended] = [0, 0, false]
  const run = async (features: JudgeFeatures, place: number): Promise<void> => {
    const judge = await startJudge({ features, say: options.say })
    const at: Omit<SurveyOptions, 'proxy'> = { compile, judge, features, level: options.level }
    let next = options.seed
    const lane = async (): Promise<void> => {
      for (let seed = next++; seed < options.seed + options.cases && !ended; seed = next++) {
        const { objects } = generateCase(seed, options.level)
        if (options.inTurn === true && seed % options.features.length !== place) continue
        const reversed = isReversed(seed)
        const verdict = await judgeCase({ ...at, proxy: proxyOf(seed), reversed }, objects)
        compared += 1
        const shape = shapeOf(verdict)
        const known = shapes.get(shape)
        shapes.set(shape, known === undefined ? { count: 1, seed, features, verdict } : { ...known, count: known.count + 1 })
        if (verdict.kind === 'equal' || verdict.kind === 'wavering') coverage.count({ objects, answer: verdict.answer, reversed })
        if (!isMismatch(verdict)) continue
        mismatches += 1
        ended ||= options.onMismatch({ seed, features, verdict })
      }
    }
    try {
      await Promise.all([lane(), lane()])
    } finally {
      judge.close()
    }
  }
  await Promise.all(options.features.map(run))
  return { compared, mismatches, shapes, coverage }
}
