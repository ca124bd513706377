import AxeBuilder from '@axe-core/playwright'
import { clusterOf, expect, test } from './fixtures'

const screens = ['gateways', 'map', 'map?view=both', 'map?view=live', 'explain', 'explain?url=http%3A%2F%2Fshop.example.com%2Fcart', 'explain?url=http%3A%2F%2Fshop.example.com%2Fcart&header=a%3A1', 'logs', 'edit/istio-system/istio-ingressgateway/shop.example.com', 'gateways/istio-system/istio-ingressgateway', 'o/virtualservices.networking.istio.io/shop/storefront']

for (const scheme of ['light', 'dark'] as const) {
  test(`no screen has a serious accessibility fault (${scheme})`, async ({ admin }) => {
    test.setTimeout(300_000)
    await admin.emulateMedia({ colorScheme: scheme })
    const base = `${new URL(admin.url()).origin}/c/${clusterOf(admin)}`
    for (const screen of screens) {
      await admin.goto(`${base}/${screen}`)
      await expect(admin.getByText('istio-ingressgateway').or(admin.getByText('storefront')).first()).toBeVisible()
      const { violations } = await new AxeBuilder({ page: admin }).analyze()
      expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${screen}: ${id} ${nodes[0]?.html ?? ''}`)).toEqual([])
    }
  })
}

for (const width of [1440, 390]) {
  test(`the states of the logs have no serious accessibility fault either (${width} px)`, async ({ admin }) => {
    await admin.setViewportSize({ width, height: 844 })
    const base = `${new URL(admin.url()).origin}/c/${clusterOf(admin)}`
    const faults = async () => (await new AxeBuilder({ page: admin }).analyze()).violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id} ${nodes[0]?.html ?? ''}`)
    await admin.goto(`${base}/logs?q=${encodeURIComponent('nofield:x')}`)
    await expect(admin.getByRole('alert').filter({ hasText: 'There is no field' })).toBeVisible()
    if (width < 640) await admin.getByRole('button', { name: 'All groups' }).click()
    await expect(admin.getByRole('complementary', { name: 'Groups' }).getByRole('button').first()).toBeVisible()
    expect(await faults()).toEqual([])
    await admin.goto(`${base}/logs?q=${encodeURIComponent('host:* status:>=0')}`)
    await admin.locator('[data-id] .logs-path').first().click()
    await expect(admin.getByRole('complementary', { name: 'Log line' })).toBeVisible()
    expect(await faults()).toEqual([])
    await admin.goto(`${base}/gateways/istio-system/istio-ingressgateway?tab=certificates`)
    await expect(admin.getByText('shop.example.com').first()).toBeVisible()
    expect(await faults()).toEqual([])
  })
}
