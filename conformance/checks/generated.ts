import assert from 'node:assert/strict'
import { compareCases } from '../compare-cases'
import { shapeOf } from '../survey'
import { seedOf } from './seeds'

const cases = 2_000

/**
 * Compares the engine with Pilot on drawn meshes of level 3 (MERIDIAN_SEED draws others), half of them under
 * Istio's default features. `npm run conformance` draws odd and refused objects too, and counts the rules.
 */
export async function checkGenerated(): Promise<void> {
  const seed = seedOf('meshes')
  const result = await compareCases({
    cases, seed, level: 3, features: ['plain', 'default'], inTurn: true, say: (line) => console.log(line),
    onMismatch: (mismatch) => {
      console.log(`    mismatch: seed ${mismatch.seed}, features ${mismatch.features}: ${shapeOf(mismatch.verdict)}`)
      return false
    },
  })
  console.log(`    ${result.compared} meshes from seed ${seed}`)
  assert.equal(result.mismatches, 0, `npm run conformance -- --level 3 --seed ${seed} --cases ${cases}`)
}
