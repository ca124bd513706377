import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { startBench } from './case-bench'
import { expectedFile, readCases } from './case-file'
import { runMain } from './process/usage-error'

/** `npm run conformance:record [-- --check] [NAME…]`: asks Pilot about every case and writes down what it says; with --check it only compares. */
await runMain(async () => {
  const names = process.argv.slice(2).filter((word) => !word.startsWith('--'))
  const check = process.argv.includes('--check')
  const bench = startBench((line) => console.error(line))
  const cases = readCases()
  let changed = 0
  try {
    for (const one of cases.filter(({ name }) => names.length === 0 || names.includes(name))) {
      const answer = await bench.ask(one)
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
    bench.close()
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
