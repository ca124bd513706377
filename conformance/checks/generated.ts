import assert from 'node:assert/strict'
import { compareCases } from '../compare-cases'
import { uncovered } from '../coverage/coverage'
import { shapeOf } from '../survey'

const cases = 2_000

/**
 * Compares the engine with Pilot on fresh generated meshes (MERIDIAN_SEED, else one of the time), half of them under Istio's
 * default features. Every rule of SPEC.md must have been exercised.
 */
export async function checkGenerated(): Promise<void> {
  const seed = Number(process.env['MERIDIAN_SEED'] ?? Date.now() % 1_000_000_000)
  const result = await compareCases({
    cases, seed, level: 4, features: ['plain', 'default'], inTurn: true, say: (line) => console.log(line),
    onMismatch: (mismatch) => {
      console.log(`    mismatch: seed ${mismatch.seed}, features ${mismatch.features}: ${shapeOf(mismatch.verdict)}`)
      return false
    },
  })
  console.log(`    ${result.compared} meshes from seed ${seed}`)
  assert.equal(result.mismatches, 0, `npm run conformance -- --seed ${seed} --cases ${cases}`)
  assert.deepEqual(uncovered(result.coverage), [], 'rules that no mesh exercised')
}
