import assert from 'node:assert/strict'
import { compareCases } from '../compare-cases'
import { compareValidation } from '../compare-validation'
import { shapeOf } from '../survey'
import { seedOf } from './seeds'

const [cases, objects] = [2_000, 1_500]

/** Compares the engine with Pilot on drawn meshes of level 4, every second one under Istio's default features; `npm run conformance` does so under both. */
export async function checkGenerated(): Promise<void> {
  const seed = seedOf('meshes')
  const result = await compareCases({
    cases, seed, level: 4, features: ['plain', 'default'], inTurn: true, say: (line) => console.log(line),
    onMismatch: (mismatch) => {
      console.log(`    mismatch: seed ${mismatch.seed}, features ${mismatch.features}: ${shapeOf(mismatch.verdict)}`)
      return false
    },
  })
  console.log(`    ${result.compared} meshes from seed ${seed}`)
  assert.equal(result.mismatches, 0, `npm run conformance -- --seed ${seed} --cases ${cases}`)
}

/** Compares the verdicts of Istio's validator with ours on drawn objects. */
export async function checkValidation(): Promise<void> {
  const seed = seedOf('objects')
  const { compared, refused, warned, mismatches } = await compareValidation({ objects, seed, say: (line) => console.log(line) })
  console.log(`    ${compared} objects from seed ${seed}: ${refused} refused, ${warned} warned of`)
  assert.deepEqual(mismatches, [], `npm run conformance:validation -- --seed ${seed} --objects ${objects}`)
  assert.ok(compared > objects / 2, `only ${compared} objects were readable`)
}
