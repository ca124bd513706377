import { existsSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { runMain } from './process/usage-error'
import { answersFile, readAnswers, readProbes } from './envoy/probe-case'
import { askEnvoy } from './envoy/probe-envoy'

/** `npm run conformance:probes [-- --check]`: asks real Envoy about conformance/envoy/cases and writes down what it did; with --check it only compares. */
await runMain(async () => {
  const check = process.argv.includes('--check')
  const probes = readProbes()
  const known = existsSync(answersFile()) ? readAnswers() : {}
  const { answers, refused } = await askEnvoy(probes)
  for (const [name, reason] of refused) console.log(`Envoy refuses ${name}: ${reason}`)
  const changed = probes.filter(({ name }) => !isDeepStrictEqual(known[name], answers[name])).map(({ name }) => name)
  for (const name of changed) console.log(`${check ? 'differs' : 'recorded'}: ${name}`)
  if (!check) {
    const lines = Object.entries(answers).map(([name, list]) => `${JSON.stringify(name)}: [\n${list.map((answer) => ` ${JSON.stringify(answer)}`).join(',\n')}\n]`)
    writeFileSync(answersFile(), `{\n${lines.join(',\n')}\n}\n`)
  }
  console.log(`${probes.length} probes, ${probes.reduce((sum, { requests }) => sum + requests.length, 0)} requests, ${changed.length} ${check ? 'differ' : 'changed'}`)
  return refused.size > 0 || (check && changed.length > 0) ? 1 : 0
})
