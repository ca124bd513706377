import { parseArgs } from 'node:util'
import { compareRequests } from './envoy/compare-requests'
import { runMain, UsageError } from './process/usage-error'

const usage = `usage: npm run conformance:requests -- [--cases N] [--requests N] [--seed S] [--sample N]
Draws requests at Pilot's configurations of generated meshes and compares what real Envoy, the sandbox's data plane and simulate do with each.
Shows Envoy what Meridian compiles for a sample of N of the meshes.`

await runMain(async () => {
  const { values } = parseArgs({ options: { cases: { type: 'string', default: '100' }, requests: { type: 'string', default: '15000' }, seed: { type: 'string', default: String(Date.now() % 1_000_000_000) }, sample: { type: 'string' } } })
  const [cases = 0, requests = 0, seed = 0] = [values.cases, values.requests, values.seed].map(Number)
  if (![cases, requests, seed].every(Number.isInteger)) throw new UsageError(usage)
  const survey = await compareRequests({ cases, requests, seed, ...(values.sample === undefined ? {} : { sample: Number(values.sample) }), say: (line) => console.log(line) })
  console.log(`${survey.requests} requests at ${survey.listeners} listeners of ${cases} meshes from seed ${seed}; ${survey.compared} decisions compared: ${survey.mismatches} mismatches`)
  console.log(`Meridian's own configurations: ${survey.accepted} accepted by Envoy, ${survey.refusedAlike} refused as Pilot's are`)
  return survey.mismatches === 0 && survey.compared > 0 ? 0 : 1
})
