import type { JsonObject } from '@/lib/std/json'
import { firstDifference, type Difference } from './compare'
import { meridianConfiguration, type Compile } from './engine'
import { generateCase, yamlOf, type Level } from './generate/case'
import { shrink } from './generate/shrink'
import type { Judge, JudgeAnswer, JudgeFeatures } from './judge'

/** How generated cases are compared. */
export interface SurveyOptions {
  readonly compile: Compile
  readonly judge: Judge
  readonly features: JudgeFeatures
  readonly level: Level
  /** Gives the engine, not Pilot, the objects in the other order: the answer must not depend on it. */
  readonly reversed?: boolean
  readonly proxy: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> }
}

/** What became of one generated case. */
export type Verdict =
  | { readonly kind: 'equal'; readonly answer: JudgeAnswer }
  /** Pilot's answers to the very same question differ (it orders objects of one name and age by a map); Meridian's is one of them. */
  | { readonly kind: 'wavering'; readonly answer: JudgeAnswer; readonly difference: Difference }
  /** Pilot itself refuses the case or crashes on it: there is nothing to compare with. */
  | { readonly kind: 'no-judgement'; readonly reason: string }
  | { readonly kind: 'different'; readonly difference: Difference }
  /** The engine threw: it never may. */
  | { readonly kind: 'threw'; readonly error: string }

/** How often Pilot is asked again when it differs: a few times, to see whether it is steady, and where it is not, until the engine's answer is very likely to have been among its own. */
const again = { steady: 6, wavering: 60 } as const

/** Compares one case. */
export async function judgeCase(options: SurveyOptions, objects: readonly JsonObject[]): Promise<Verdict> {
  const first = await ask(options, objects)
  if (typeof first === 'string') return { kind: 'no-judgement', reason: first }
  try {
    const configuration = meridianConfiguration(options.compile, options.reversed === true ? [...objects].reverse() : objects, { ...options.proxy, features: options.features })
    const difference = firstDifference(first, configuration)
    if (difference === undefined) return { kind: 'equal', answer: first }
    let wavers = false
    for (let time = 0; time < (wavers ? again.wavering : again.steady); time += 1) {
      const answer = await ask(options, objects)
      if (typeof answer === 'string') continue
      if (firstDifference(answer, configuration) === undefined) return { kind: 'wavering', answer, difference }
      wavers ||= firstDifference(first, answer) !== undefined
    }
    return { kind: 'different', difference }
  } catch (error) {
    return { kind: 'threw', error: error instanceof Error ? error.stack ?? error.message : String(error) }
  }
}

async function ask(options: SurveyOptions, objects: readonly JsonObject[]): Promise<JudgeAnswer | string> {
  const answer = await options.judge.translate({ yaml: yamlOf(objects), proxy: options.proxy }).catch((error: unknown) => String(error))
  if (typeof answer === 'string') return answer
  return answer.unreadable.length > 0 ? answer.unreadable.map(({ error }) => error).join('; ') : answer
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
    case 'wavering': return `Pilot wavers, one of its answers is equal: ${placeOf(verdict.difference)}`
    case 'no-judgement': return `no judgement by Pilot: ${(verdict.reason.split('\n')[0] ?? '').replaceAll(/[0-9]+/g, 'N').slice(0, 100)}`
    case 'threw': return `threw: ${verdict.error.split('\n')[0] ?? ''}`
    case 'different': return placeOf(verdict.difference)
  }
}

function placeOf({ path, pilot, meridian }: Difference): string {
  const sides = pilot === undefined ? ' (only Meridian has it)' : meridian === undefined ? ' (only Pilot has it)' : ''
  return path.split('/').map((part, index, parts) => index === 1 || parts[index - 1] === 'virtual_hosts' ? '*' : part.replaceAll(/\[\d+\]/g, '[]')).join('/') + sides
}

/** Whether a verdict speaks against the engine. */
export function isMismatch(verdict: Verdict): boolean {
  return verdict.kind === 'different' || verdict.kind === 'threw'
}
