import { test as base, expect, type Page } from '@playwright/test'
import { startRealHarness } from '@/conformance/harness'
import type { ClusterHarness } from './cluster-harness'
import { startDashboard, type Dashboard } from './dashboard'
import { startSandboxHarness } from './sandbox-harness'

interface WorkerFixtures {
  readonly harness: ClusterHarness
  readonly dashboard: Dashboard
}

interface TestFixtures {
  /** A page of the admin's dashboard; the test fails on an uncaught error in it. */
  readonly admin: Page
}

/** The suite's `test`: one cluster and one dashboard a worker, whichever cluster the project names. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
   
  harness: [async ({}, provide, info) => {
    const harness = info.project.name === 'real' ? await startRealHarness(process.env['MERIDIAN_REAL_STATE'] ?? '.real') : await startSandboxHarness()
    await provide(harness)
    await harness.close()
  }, { scope: 'worker', timeout: 180_000 }],
  dashboard: [async ({ harness }, provide) => {
    const dashboard = await startDashboard(await harness.kubeconfigFor('admin'))
    await provide(dashboard)
    await dashboard.close()
  }, { scope: 'worker', timeout: 120_000 }],
  admin: async ({ dashboard, page }, provide) => {
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(String(error)))
    await page.goto(dashboard.url)
    await page.waitForURL(/\/c\/[^/]+\//)
    await provide(page)
    expect(errors, 'uncaught errors in the browser').toEqual([])
  },
})

export { expect }

/** The slug of the page's cluster. */
export function clusterOf(page: Page): string {
  return /\/c\/([^/]+)\//.exec(page.url())?.[1] ?? ''
}
