import { startDashboard } from './dashboard'
import { clusterOf, expect, test } from './fixtures'

test('who may not read logs is told which right is missing, and keeps the rest', async ({ page, harness }) => {
  const dashboard = await startDashboard(await harness.kubeconfigFor('nologs'))
  try {
    await page.goto(dashboard.url)
    await page.waitForURL(/\/c\/[^/]+\//)
    const base = `${dashboard.url}/c/${clusterOf(page)}`
    await page.goto(`${base}/map`)
    await expect(page.getByText('counter.example.com').first()).toBeVisible()
    await page.goto(`${base}/logs`)
    await expect(page.getByText(/pods\/log/).first()).toBeVisible()
  } finally {
    await dashboard.close()
  }
})
