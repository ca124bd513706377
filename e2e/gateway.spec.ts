import { clusterOf, expect, test } from './fixtures'

test('a pod’s own Envoy: its virtual hosts are shown, a log level is raised and put back', async ({ admin }) => {
  const origin = new URL(admin.url()).origin
  await admin.goto(`${origin}/c/${clusterOf(admin)}/gateways/istio-system/istio-ingressgateway`)
  await admin.getByRole('radio', { name: /routes/i }).click()
  await expect(admin.getByText('shop.example.com').first()).toBeVisible()
  await admin.getByRole('radio', { name: /log/i }).click()
  const router = admin.getByRole('combobox', { name: 'Level of router', exact: true })
  await expect(router).toHaveValue(/warning|info/)
  const before = await router.inputValue()
  await router.selectOption('debug')
  await expect(router).toHaveValue('debug')
  await admin.getByRole('button', { name: /put back/i }).click()
  await expect(router).toHaveValue(before)
})

test('logs stream, and go on through a pod’s replacement', async ({ admin, harness }) => {
  const origin = new URL(admin.url()).origin
  await admin.goto(`${origin}/c/${clusterOf(admin)}/logs?gateway=${encodeURIComponent('istio-system/istio-ingressgateway')}`)
  const lines = admin.getByRole('log', { name: 'Log lines' })
  const filter = admin.getByRole('textbox', { name: 'Filter lines' })
  await filter.fill('before-the-replacement')
  await expect(async () => {
    await harness.sendRequests({ host: 'shop.example.com', path: '/cart/before-the-replacement', count: 4 })
    await expect(lines.getByText('/cart/before-the-replacement').first()).toBeVisible({ timeout: 3_000 })
  }).toPass({ timeout: 40_000 })

  const pods = await admin.request.get(`${origin}/api/c/${clusterOf(admin)}/views/logs?gateway=${encodeURIComponent('istio-system/istio-ingressgateway')}`)
  const reply: { readonly data: { readonly pods: readonly { readonly pod: string }[] } } = await pods.json()
  const old = reply.data.pods[0]?.pod.split('/')[1] ?? ''
  const made = await harness.replaceGatewayPod(old)
  expect(made).not.toBe(old)
  await filter.fill('after-the-replacement')
  await expect(async () => {
    await harness.sendRequests({ host: 'shop.example.com', path: '/cart/after-the-replacement', count: 12 })
    await expect(lines.getByText(made.slice(made.lastIndexOf('-') + 1), { exact: true }).first()).toBeVisible({ timeout: 3_000 })
  }).toPass({ timeout: 60_000 })
})
