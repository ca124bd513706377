import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { compile } from '@/lib/mesh/translate/compile'
import { isJsonObject, type JsonObject } from '@/lib/std/json'
import { batchFile, batchText, type BatchCase } from './batch-file'
import { istioVersion } from './case-bench'
import { isReversed } from './compare-cases'
import { rulesOf, uncovered, type Coverage } from './coverage/coverage'
import { generateCase } from './generate/case'
import { proxyOf } from './generate/proxies'
import { createRandom } from './generate/random'
import { startJudge, type Judge, type JudgeFeatures } from './judge'
import { runMain } from './process/usage-error'
import { judgeCase, shapeOf } from './survey'

/** `npm run conformance:batch -- [--cases N] [--seed S]`: draws small meshes, asks Pilot, and writes them down with its answers. Those on which the engine differs are told and left out. */
await runMain(async () => {
  const { values } = parseArgs({ options: { cases: { type: 'string', default: '200' }, seed: { type: 'string', default: '720000' } } })
  const wanted = Number(values.cases)
  const judges: Record<JudgeFeatures, Judge> = { plain: await startJudge({ features: 'plain' }), default: await startJudge({ features: 'default' }) }
  const cases: BatchCase[] = []
  const counts = new Map(emptyCounts())
  try {
    for (let seed = Number(values.seed); cases.length < wanted; seed += 1) {
      const features = seed % 2 === 0 ? 'plain' : 'default'
      const objects = small(generateCase(seed, 4).objects, seed)
      const reversed = isReversed(seed)
      const verdict = await judgeCase({ compile, judge: judges[features], features, level: 4, proxy: proxyOf(seed), reversed }, objects)
      if (verdict.kind !== 'equal') {
        if (verdict.kind === 'different' || verdict.kind === 'threw') console.log(`left out: seed ${seed}, features ${features}: ${shapeOf(verdict)}`)
        continue
      }
      const { answer } = verdict
      const rules = rulesOf({ objects, answer, reversed })
      for (const rule of rules) counts.set(rule, (counts.get(rule) ?? 0) + 1)
      const list = (resources: readonly unknown[]): JsonObject[] => resources.filter(isJsonObject)
      cases.push({ seed, features, reversed, rules, objects, listeners: list(answer.listeners), routes: list(answer.routes), clusters: list(answer.clusters) })
    }
  } finally {
    judges.plain.close()
    judges.default.close()
  }
  mkdirSync(dirname(batchFile()), { recursive: true })
  const text = batchText(istioVersion(), cases)
  writeFileSync(batchFile(), text)
  const coverage: Coverage = { counts, count: () => {} }
  console.log(`${cases.length} cases, ${Math.round(text.length / 1024)} KB; rules without a case: ${uncovered(coverage).join(', ') || 'none'}`)
  return 0
})

function emptyCounts(): readonly (readonly [string, number])[] {
  return rulesOf(undefined).map((rule) => [rule, 0])
}

/** About half of the objects, and no more than three of a kind that others do not need. */
function small(objects: readonly JsonObject[], seed: number): readonly JsonObject[] {
  const random = createRandom(seed)
  const seen = new Map<string, number>()
  return objects.filter((object) => {
    const kind = String(object['kind'])
    const count = (seen.get(kind) ?? 0) + 1
    if (count > 3 || !random.chance(kind === 'Gateway' || kind === 'VirtualService' || kind === 'ConfigMap' ? 0.8 : 0.5)) return false
    seen.set(kind, count)
    return true
  })
}
