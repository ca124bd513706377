import AxeBuilder from '@axe-core/playwright'
import { clusterOf, expect, test } from './fixtures'

const screens = ['gateways', 'map', 'explain?url=http%3A%2F%2Fshop.example.com%2Fcart', 'explain?url=http%3A%2F%2Fshop.example.com%2Fcart&header=a%3A1', 'logs', 'edit/istio-system/istio-ingressgateway/shop.example.com', 'gateways/istio-system/istio-ingressgateway', 'o/virtualservices.networking.istio.io/shop/storefront']

for (const scheme of ['light', 'dark'] as const) {
  test(`no screen has a serious accessibility fault (${scheme})`, async ({ admin }) => {
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
