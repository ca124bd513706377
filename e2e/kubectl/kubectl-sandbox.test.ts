import { spawnSync } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import { startSandboxHarness } from '../sandbox-harness'
import { kubectlScript } from './script'

const present = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0
const harness = present ? await startSandboxHarness() : undefined
const steps = harness ? await kubectlScript(harness) : []

afterAll(async () => { await harness?.close() })

describe('everyday kubectl on the sandbox', () => {
  it('runs where there is a kubectl', () => {
    expect(steps.length > 0).toBe(present)
  })

  for (const step of steps) it(step.name, () => step.run(), 60_000)
})
