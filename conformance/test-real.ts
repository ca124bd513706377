import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubectlScript } from '../e2e/kubectl/script'
import { stackChecks } from './checks/stack-checks'
import { startRealHarness } from './harness'
import { runMain } from './process/usage-error'
import { down } from './stack/lifecycle'

/** `npm run test:real`: everything that needs the real control plane. Ends with the line "N passed, N failed". */
await runMain(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-real-'))
  const totals = { passed: 0, failed: 0 }
  const check = async (name: string, run: () => Promise<void>): Promise<void> => {
    const begun = Date.now()
    try {
      await run()
      totals.passed += 1
      console.log(`  ✓ ${name} (${((Date.now() - begun) / 1000).toFixed(1)} s)`)
    } catch (error) {
      totals.failed += 1
      console.log(`  ✗ ${name}\n${error instanceof Error ? error.stack ?? error.message : String(error)}`)
    }
  }
  const stop = () => { void down(folder).finally(() => process.exit(130)) }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    const harness = await startRealHarness(folder, (line) => console.log(line))
    console.log('The real control plane')
    for (const { name, run } of [...await stackChecks(harness), ...await kubectlScript(harness)]) await check(name, run)
  } finally {
    await down(folder)
  }
  console.log(`${totals.passed} passed, ${totals.failed} failed`)
  return totals.failed === 0 && totals.passed > 0 ? 0 : 1
})
