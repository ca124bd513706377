// npm test: everything that needs no Go, Python, Docker or cluster. Ends with the line "N passed, N failed".
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { capture, ensureBuild, ensureChromium, ensureDependencies, requireNode, root, say } from './prepare.mjs'

requireNode()
ensureDependencies()
const chromium = await ensureChromium()

const cache = join(root, '.cache')
mkdirSync(cache, { recursive: true })
const totals = { passed: 0, failed: 0 }

say('Unit tests')
await suite('vitest', 'unit.json', ['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${join(cache, 'unit.json')}`], (report) => ({
  passed: report.numPassedTests,
  failed: report.numFailedTests + report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length,
}))

ensureBuild()
say('Browser tests on the sandbox')
await suite('playwright', 'e2e.json', ['node_modules/@playwright/test/cli.js', 'test', '--project=sandbox', '--reporter=list,json'], (report) => ({
  passed: report.stats.expected + report.stats.flaky,
  failed: report.stats.unexpected,
}), { MERIDIAN_CHROMIUM: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: join(cache, 'e2e.json') })

process.stdout.write(`${totals.passed} passed, ${totals.failed} failed\n`)
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1)

/** Runs one runner; its JSON report is counted, and a runner that fails without a failed test counts as one. */
async function suite(name, file, args, count, env = {}) {
  const path = join(cache, file)
  rmSync(path, { force: true })
  const { status } = await capture(process.execPath, args, env)
  const counted = existsSync(path) ? count(JSON.parse(readFileSync(path, 'utf8'))) : { passed: 0, failed: 0 }
  totals.passed += counted.passed
  totals.failed += counted.failed
  if (status !== 0 && counted.failed === 0) {
    process.stderr.write(`${name} ended with status ${status}\n`)
    totals.failed += 1
  }
}
