import { parseArgs } from 'node:util'
import { compile } from '@/lib/mesh/translate/compile'
import { compareCases, isReversed, type Mismatch } from './compare-cases'
import { proxyOf } from './generate/proxies'
import { coverageTable, uncovered } from './coverage/coverage'
import type { Level } from './generate/case'
import { startJudge, type JudgeFeatures } from './judge'
import { runMain, UsageError } from './process/usage-error'
import { shapeOf, smallest } from './survey'

const usage = `usage: npm run conformance -- [--cases N] [--seed S] [--level 1|2|3|4] [--features both|plain|default] [--survey]
Compares the engine with real Pilot on generated meshes, under Istio's default features and without those that plain Envoy refuses.
A mismatch prints the smallest case that shows it, and the first path that differs. --survey goes on and counts mismatches by kind,
with a seed for each (--cases 1 --seed S shows it). At the end stands how often each rule of lib/mesh/SPEC.md was exercised;
a rule that 1,000 cases or more never met is a failure.`

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '200' }, seed: { type: 'string', default: String(Date.now() % 1_000_000_000) }, level: { type: 'string', default: '4' },
      features: { type: 'string', default: 'both' }, survey: { type: 'boolean', default: false },
    },
  })
  const cases = Number(values.cases)
  const seed = Number(values.seed)
  if (!Number.isInteger(cases) || !Number.isInteger(seed)) throw new UsageError(usage)
  const level = levelOf(values.level)
  let shown: Mismatch | undefined
  const result = await compareCases({
    cases, seed, level, features: featuresOf(values.features), say: (line) => console.error(line),
    onMismatch: (mismatch) => {
      shown ??= mismatch
      if (values.survey) console.error(`seed ${mismatch.seed}, ${mismatch.features}: ${shapeOf(mismatch.verdict)}`)
      return !values.survey
    },
  })
  if (shown !== undefined && !values.survey) return await show(shown, level)
  const sorted = [...result.shapes].sort(([, a], [, b]) => b.count - a.count)
  for (const [shape, { count, seed: example, features, verdict }] of sorted) {
    console.log(`${String(count).padStart(6)}  ${shape}${shape === 'equal' ? '' : `   (seed ${example}, ${features})`}`)
    if (verdict.kind === 'different') console.log(`          Pilot:    ${brief(verdict.difference.pilot)}\n          Meridian: ${brief(verdict.difference.meridian)}`)
  }
  const missed = cases >= 1000 && level === 4 ? uncovered(result.coverage) : []
  if (cases >= 1000) console.log(`\nRules of lib/mesh/SPEC.md, and how many comparisons exercised each:\n${coverageTable(result.coverage)}`)
  if (missed.length > 0) console.log(`never exercised: ${missed.join(', ')}`)
  console.log(`${cases} cases from seed ${seed}, level ${level}, ${result.compared} comparisons (features ${values.features}): ${result.mismatches} mismatches`)
  return result.mismatches === 0 && missed.length === 0 ? 0 : 1
})

function brief(value: unknown): string {
  return (JSON.stringify(value) ?? '(absent)').slice(0, 300)
}

async function show({ seed, features }: Mismatch, level: Level): Promise<number> {
  console.log(`Mismatch at seed ${seed}, features ${features}. The smallest case that shows it:\n`)
  const judge = await startJudge({ features })
  try {
    const { yaml, verdict } = await smallest({ compile, judge, features, level, proxy: proxyOf(seed), reversed: isReversed(seed) }, seed)
    console.log(yaml)
    if (verdict.kind === 'different') console.log(`first difference: ${verdict.difference.path}\n  Pilot:    ${JSON.stringify(verdict.difference.pilot) ?? '(absent)'}\n  Meridian: ${JSON.stringify(verdict.difference.meridian) ?? '(absent)'}`)
    if (verdict.kind === 'threw') console.log(verdict.error)
  } finally {
    judge.close()
  }
  return 1
}

function featuresOf(text: string): readonly JudgeFeatures[] {
  if (text === 'both') return ['plain', 'default']
  if (text === 'plain' || text === 'default') return [text]
  throw new UsageError(usage)
}

function levelOf(text: string): Level {
  if (text === '1') return 1
  if (text === '2') return 2
  if (text === '3') return 3
  if (text === '4') return 4
  throw new UsageError(usage)
}
