import { parseArgs } from 'node:util'
import { compile } from '@/lib/mesh/translate/compile'
import { generateCase, type Level } from './generate/case'
import { startJudge } from './judge'
import { runMain, UsageError } from './process/usage-error'
import { judgeCase, shapeOf, smallest, type SurveyOptions } from './survey'

const usage = `usage: npm run conformance -- [--cases N] [--seed S] [--level 1|2|3] [--features plain|default] [--survey]
Compares the engine with real Pilot on generated meshes. A mismatch prints the smallest case that shows it, and the first
path that differs. --survey goes on and counts mismatches by kind, with a seed for each (--cases 1 --seed S shows it).`

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '200' }, seed: { type: 'string', default: String(Date.now() % 1_000_000_000) }, level: { type: 'string', default: '3' },
      features: { type: 'string', default: 'plain' }, survey: { type: 'boolean', default: false },
    },
  })
  const cases = Number(values.cases)
  const seed = Number(values.seed)
  if (!Number.isInteger(cases) || !Number.isInteger(seed) || (values.features !== 'plain' && values.features !== 'default')) throw new UsageError(usage)
  const judge = await startJudge({ features: values.features, say: (line) => console.error(line) })
  const options: SurveyOptions = { compile, judge, features: values.features, level: levelOf(values.level), proxy: { namespace: 'istio-system', labels: { istio: 'ingressgateway', app: 'istio-ingressgateway' } } }
  const shapes = new Map<string, { count: number; readonly seed: number }>()
  try {
    for (let at = seed; at < seed + cases; at += 1) {
      const verdict = await judgeCase(options, generateCase(at, options.level).objects)
      const shape = shapeOf(verdict)
      const known = shapes.get(shape)
      if (known === undefined) shapes.set(shape, { count: 1, seed: at })
      else known.count += 1
      if (values.survey || verdict.kind === 'equal' || verdict.kind === 'no-judgement') continue
      console.log(`Mismatch at seed ${at} (after ${at - seed} cases). The smallest case that shows it:\n`)
      const { yaml, verdict: shown } = await smallest(options, at)
      console.log(yaml)
      if (shown.kind === 'different') console.log(`first difference: ${shown.difference.path}\n  Pilot:    ${JSON.stringify(shown.difference.pilot) ?? '(absent)'}\n  Meridian: ${JSON.stringify(shown.difference.meridian) ?? '(absent)'}`)
      if (shown.kind === 'threw') console.log(shown.error)
      return 1
    }
  } finally {
    judge.close()
  }
  const sorted = [...shapes].sort(([, a], [, b]) => b.count - a.count)
  for (const [shape, { count, seed: example }] of sorted) console.log(`${String(count).padStart(6)}  ${shape}${shape === 'equal' ? '' : `   (seed ${example})`}`)
  const mismatches = sorted.filter(([shape]) => shape !== 'equal' && shape !== 'no judgement by Pilot').reduce((sum, [, { count }]) => sum + count, 0)
  console.log(`${cases} cases from seed ${seed}, level ${options.level}, features ${values.features}: ${mismatches} mismatches`)
  return mismatches === 0 ? 0 : 1
})

function levelOf(text: string): Level {
  if (text === '1') return 1
  if (text === '2') return 2
  if (text === '3') return 3
  throw new UsageError(usage)
}
