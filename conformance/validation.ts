import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { compareValidation } from './compare-validation'
import { runMain, UsageError } from './process/usage-error'

const usage = `usage: npm run conformance:validation -- [--objects N] [--seed S] [--most M]
Compares the verdicts of Istio's validator (refused, warned of, fine) with lib/mesh's on generated objects. A mismatch
prints the smallest object found that shows it; the run ends after M of them.`

await runMain(async () => {
  const { values } = parseArgs({ options: { objects: { type: 'string', default: '3000' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) }, most: { type: 'string', default: '5' } } })
  const [objects, seed, most] = [Number(values.objects), Number(values.seed), Number(values.most)]
  if (![objects, seed, most].every(Number.isInteger)) throw new UsageError(usage)
  const result = await compareValidation({ objects, seed, most, say: (line) => console.error(line) })
  for (const { object, pilot, meridian } of result.mismatches) console.log(`${stringify(object)}  Pilot:    ${verdict(pilot)}\n  Meridian: ${verdict(meridian)}\n---`)
  console.log(`${result.compared} objects from seed ${seed}: Pilot refuses ${result.refused}, warns of ${result.warned}, cannot read ${result.unreadable}; ${result.mismatches.length} mismatches`)
  return result.mismatches.length === 0 ? 0 : 1
})

function verdict({ refused, warned, text }: { readonly refused: boolean; readonly warned: boolean; readonly text: string }): string {
  return `${refused ? 'refused' : warned ? 'warned of' : 'fine'}   ${text}`
}
