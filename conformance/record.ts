import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { projectRoot } from './build/project-root'
import { expectedFile, readCases, type ConformanceCase, type ExpectedAnswer } from './case-file'
import { startJudge, type Judge } from './judge'
import { runMain } from './process/usage-error'

/** `npm run conformance:record [-- --check] [NAME…]`: asks Pilot about every case and writes down what it says; with --check it only compares. */
await runMain(async () => {
  const names = process.argv.slice(2).filter((word) => !word.startsWith('--'))
  const check = process.argv.includes('--check')
  const judges = new Map<string, Judge>()
  const cases = readCases()
  let changed = 0
  try {
    for (const one of cases.filter(({ name }) => names.length === 0 || names.includes(name))) {
      const answer = await ask(judges, one)
      const file = expectedFile(one.name)
      const known: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
      if (isDeepStrictEqual(known, JSON.parse(JSON.stringify(answer)))) continue
      changed += 1
      console.log(`${check ? 'differs' : 'recorded'}: ${one.name}`)
      if (check) continue
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, `${JSON.stringify(answer, null, 1)}\n`)
    }
  } finally {
    for (const judge of judges.values()) judge.close()
  }
  for (const file of readdirSync(dirname(expectedFile('x')))) {
    if (cases.some(({ name }) => `${name}.json` === file)) continue
    console.log(`${check ? 'has no case' : 'removed'}: ${file}`)
    changed += 1
    if (!check) rmSync(join(dirname(expectedFile('x')), file))
  }
  console.log(`${cases.length} cases, ${changed} ${check ? 'differ' : 'changed'}`)
  return check && changed > 0 ? 1 : 0
})

async function ask(judges: Map<string, Judge>, one: ConformanceCase): Promise<ExpectedAnswer> {
  const key = JSON.stringify([one.features, one.env])
  const judge = judges.get(key) ?? await startJudge({ features: one.features, env: one.env, say: (line) => console.error(line) })
  judges.set(key, judge)
  const versions = { istio: istioVersion() }
  try {
    const { listeners, routes, clusters, validation, unreadable } = await judge.translate(one)
    return { versions, listeners, routes, clusters, validation: validation.map(defined), unreadable }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { versions, listeners: [], routes: [], clusters: [], validation: [], unreadable: [], error: message.split('\n')[0] ?? '' }
  }
}

function defined<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}

/** The version of the module istio.io/istio that the judge is built from. */
function istioVersion(): string {
  const line = readFileSync(join(projectRoot(), 'conformance', 'istio', 'go.mod'), 'utf8').split('\n').find((text) => text.includes('istio.io/istio v'))
  return `1.31 (${line?.trim().split(' ').at(-1) ?? 'unknown'})`
}
