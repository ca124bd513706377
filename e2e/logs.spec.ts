import { clusterOf, expect, test } from './fixtures'

test('a line is found by field, excluded, grouped, held while one reads, and leads to its rule', async ({ admin, harness }) => {
  const base = `${new URL(admin.url()).origin}/c/${clusterOf(admin)}`
  await admin.goto(`${base}/logs?gateway=${encodeURIComponent('istio-system/istio-ingressgateway')}`)
  const lines = admin.getByRole('log', { name: 'Log lines' })
  const filter = admin.getByRole('textbox', { name: 'Filter lines' })

  await test.step('by field', async () => {
    await filter.fill('path:/cart/by-field* status:2xx')
    await expect(async () => {
      await harness.sendRequests({ host: 'shop.example.com', path: '/cart/by-field?x=1', count: 4 })
      await expect(lines.getByText('/cart/by-field?x=1').first()).toBeVisible({ timeout: 3_000 })
    }).toPass({ timeout: 40_000 })
    await filter.fill('path:/cart/by-field* -host:shop.example.com')
    await expect(admin.getByText(/None of [\d,]+ lines fits/)).toBeVisible()
  })

  await test.step('a filter that cannot be read says where, and the former stays in force', async () => {
    await filter.fill('path:/cart/by-field* nofield:x')
    const alert = admin.getByRole('alert').filter({ hasText: 'There is no field “nofield”' })
    await expect(alert.locator('mark')).toHaveText('nofield:x')
    await expect(filter).toHaveAttribute('aria-invalid', 'true')
    await filter.fill('/[/')
    await expect(admin.getByRole('alert').filter({ hasText: 'RE2 does not take this expression' })).toBeVisible()
  })

  await test.step('paused, what comes is counted and kept', async () => {
    await filter.fill('path:/cart/held')
    await admin.getByRole('button', { name: /^Pause/ }).click()
    await expect(async () => {
      await harness.sendRequests({ host: 'shop.example.com', path: '/cart/held', count: 4 })
      await expect(admin.getByText(/paused, [1-9]\d* waiting/)).toBeVisible({ timeout: 3_000 })
    }).toPass({ timeout: 40_000 })
    await expect(lines.getByText('/cart/held')).toHaveCount(0)
    await admin.getByRole('button', { name: /^Follow/ }).click()
    await expect(lines.getByText('/cart/held').first()).toBeVisible()
  })

  await test.step('by keyboard alone: choose a line, its fields, its group', async () => {
    await filter.fill('path:/cart/held')
    await filter.press('Escape')
    await admin.keyboard.press('ArrowDown')
    const inspector = admin.getByRole('complementary', { name: 'Log line' })
    await expect(inspector.getByText('upstream_cluster')).toBeVisible()
    await expect(inspector.getByRole('link', { name: 'Host on map' })).toHaveAttribute('href', /map\?gateway=.*host%3Ashop\.example\.com/)
    await expect(inspector.getByRole('link', { name: 'Edit' }).first()).toHaveAttribute('href', /edit\/istio-system\/istio-ingressgateway\/shop\.example\.com/)
    await inspector.getByRole('button', { name: '/cart/held' }).click({ modifiers: ['Alt'] })
    await expect(filter).toHaveValue('-path:/cart/held')
    await admin.keyboard.press('Escape')
    await expect(inspector).toHaveCount(0)
    await filter.fill('')
    const group = admin.getByRole('complementary', { name: 'Groups' }).getByRole('button', { name: /^200 – cart →|^200 –/ }).first()
    await group.click()
    await expect(group).toHaveAttribute('aria-pressed', 'true')
    await expect(admin).toHaveURL(/group=/)
  })
})
