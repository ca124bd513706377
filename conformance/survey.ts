import type { JsonObject } from '@/lib/std/json'
import { firstDifference, type Difference } from './compare'
import { meridianConfiguration, type Compile } from './engine'
import { generateCase, yamlOf, type Level } from './generate/case'
import { shrink } from './generate/shrink'
import type { Judge, JudgeFeatures } from './judge'

/** How generated cases are compared. */
export interface SurveyOptions {
  readonly compile: Compile
  readonly judge: Judge
  readonly features: JudgeFeatures
  readonly level: Level
  readonly proxy: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> }
}

/** What became of one generated case. */
export type Verdict =
  | { readonly kind: 'equal' }
  /** Pilot itself refuses the case or crashes on it: there is nothing to compare with. */
  | { readonly kind: 'no-judgement'; readonly reason: string }
  | { readonly kind: 'different'; readonly difference: Difference }
  /** The engine threw: it never may. */
  | { readonly kind: 'threw'; readonly error: string }

/** Compares one case. */
export async function judgeCase(options: SurveyOptions, objects: readonly JsonObject[]): Promise<Verdict> {
  const answer = await options.judge.translate({ yaml: yamlOf(objects), proxy: options.proxy }).catch((error: unknown) => String(error))
  if (typeof answer === 'string') return { kind: 'no-judgement', reason: answer }
  if (answer.unreadable.length > 0) return { kind: 'no-judgement', reason: answer.unreadable.map(({ error }) => error).join('; ') }
  try {
    const difference = firstDifference(answer, meridianConfiguration(options.compile, objects, { ...options.proxy, features: options.features }))
    return difference === undefined ? { kind: 'equal' } : { kind: 'different', difference }
  } catch (error) {
    return { kind: 'threw', error: error instanceof Error ? error.stack ?? error.message : String(error) }
  }
}

/** The smallest case found that still differs in a like manner, and how. */
export async function smallest(options: SurveyOptions, seed: number): Promise<{ readonly yaml: string; readonly verdict: Verdict }> {
  const { objects } = generateCase(seed, options.level)
  const wanted = shapeOf(await judgeCase(options, objects))
  const small = await shrink(objects, async (candidate) => shapeOf(await judgeCase(options, candidate)) === wanted)
  return { yaml: yamlOf(small), verdict: await judgeCase(options, small) }
}

/** The kind of a verdict without names and numbers, so that like ones can be counted. */
export function shapeOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'equal': return 'equal'
    case 'no-judgement': return 'no judgement by Pilot'
    case 'threw': return `threw: ${verdict.error.split('\n')[0] ?? ''}`
    case 'different': {
      const { path, pilot, meridian } = verdict.difference
      const sides = pilot === undefined ? ' (only Meridian has it)' : meridian === undefined ? ' (only Pilot has it)' : ''
      return path.split('/').map((part, index, parts) => index === 1 || parts[index - 1] === 'virtual_hosts' ? '*' : part.replaceAll(/\[\d+\]/g, '[]')).join('/') + sides
    }
  }
}
