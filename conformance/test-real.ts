import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubectlScript } from '../e2e/kubectl/script'
import { projectRoot } from './build/project-root'
import { browserSuite } from './checks/browser'
import { checkGenerated, checkValidation } from './checks/generated'
import { checkRecorded } from './checks/recorded'
import { stackChecks, type Check } from './checks/stack-checks'
import { seedOf } from './checks/seeds'
import { compareRequests } from './envoy/compare-requests'
import { startRealHarness } from './harness'
import { run } from './process/run'
import { runMain } from './process/usage-error'
import { down } from './stack/lifecycle'

/** `npm run test:real`: everything that needs the real control plane. Ends with the line "N passed, N failed". */
await runMain(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-real-'))
  const totals = { passed: 0, failed: 0 }
  const check = async ({ name, run: holds }: Check): Promise<void> => {
    const begun = Date.now()
    try {
      await holds()
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
    const kubectl = await run('kubectl', ['version', '--client']).then(({ code }) => code === 0, () => false)
    console.log(kubectl ? 'The real control plane' : 'There is no kubectl: its script and the checks that use it are left out')
    if (kubectl) for (const one of [...await stackChecks(harness), ...await kubectlScript(harness)]) await check(one)
    console.log('Pilot\'s recorded answers')
    await check({ name: 'Pilot still answers as recorded', run: checkRecorded })
    await check({ name: 'the engine makes of 2,000 drawn meshes what Pilot makes of them', run: checkGenerated })
    await check({ name: 'Meridian refuses and warns of the drawn objects that Istio\'s validator does', run: checkValidation })
    await check({
      name: 'real Envoy and the sandbox\'s data plane decide alike about 20,000 drawn requests',
      async run() {
        const seed = seedOf('requests')
        const { compared, mismatches } = await compareRequests({ cases: 120, requests: 21_000, seed, say: (line) => console.log(line) })
        assert.ok(compared >= 19_000, `only ${compared} decisions (seed ${seed})`)
        assert.equal(mismatches, 0, `mismatches (seed ${seed})`)
      },
    })
    if (readdirSync(join(projectRoot(), 'e2e')).some((file) => file.endsWith('.spec.ts'))) {
      console.log('Browser tests on the real control plane')
      const browser = await browserSuite(folder)
      totals.passed += browser.passed
      totals.failed += browser.failed
    }
  } finally {
    await down(folder)
  }
  console.log(`${totals.passed} passed, ${totals.failed} failed`)
  return totals.failed === 0 && totals.passed > 0 ? 0 : 1
})
