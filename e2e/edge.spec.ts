import { clusterOf, expect, test } from './fixtures'

const gateway = 'istio-system/istio-ingressgateway'
const host = 'shop.example.com'

test.describe.configure({ mode: 'serial' })

test('the map shows the path of the reference gateway', async ({ admin }) => {
  await admin.goto(`/c/${clusterOf(admin)}/map?gateway=${encodeURIComponent(gateway)}`.replace(/^/, new URL(admin.url()).origin))
  await expect(admin.getByText(':80', { exact: false }).first()).toBeVisible()
  await expect(admin.getByText('counter.example.com').first()).toBeVisible()
  await expect(admin.getByText(host, { exact: true }).first()).toBeVisible()
  await expect(admin.getByText('mysql:3306').first()).toBeVisible()
  await admin.getByText(host, { exact: true }).first().click()
  await expect(admin.getByText('/cart*').first()).toBeVisible()
  await expect(admin.getByText(/cart·v1/).first()).toBeVisible()
})

test('a weight is edited, its diff shown, saved, seen by the watch; traffic shifts; the save is undone', async ({ admin, harness }) => {
  const origin = new URL(admin.url()).origin
  await admin.goto(`${origin}/c/${clusterOf(admin)}/edit/istio-system/istio-ingressgateway/${host}`)
  await admin.getByRole('list', { name: 'Rules in Envoy order' }).getByRole('button', { name: /\/cart\* v1 90/ }).click()
  await admin.getByRole('textbox', { name: 'Weight of cart·v1' }).fill('20')
  await admin.getByRole('textbox', { name: 'Weight of cart·v2' }).fill('80')
  const diff = admin.getByRole('figure', { name: 'Diff of shop/storefront' })
  await expect(diff.getByText('weight: 80')).toBeVisible()
  await expect(diff.getByText('weight: 10')).toBeVisible()
  await expect(admin.getByText('accepted by the API server', { exact: false })).toBeVisible()
  await admin.getByRole('button', { name: /^Save/ }).click()
  await expect(admin.getByText('seen by the watch')).toBeVisible()

  await expect(async () => {
    const counts = await harness.sendRequests({ host, path: '/cart', count: 200 })
    const second = counts.get('cart-v2') ?? 0
    expect(second + (counts.get('cart-v1') ?? 0)).toBeGreaterThan(180)
    expect(second).toBeGreaterThan(125)
    expect(second).toBeLessThan(190)
  }).toPass({ timeout: 60_000 })

  await admin.getByRole('button', { name: 'Undo the save' }).click()
  await expect(admin.getByText('shop/storefront is as it was')).toBeVisible()
  await expect(async () => {
    const counts = await harness.sendRequests({ host, path: '/cart', count: 200 })
    expect(counts.get('cart-v2') ?? 0).toBeLessThan(60)
  }).toPass({ timeout: 60_000 })
})

test('two editors of one object: the second is told what the first changed, and both are kept', async ({ admin, browser }) => {
  const url = `${new URL(admin.url()).origin}/c/${clusterOf(admin)}/edit/istio-system/istio-ingressgateway/${host}`
  const context = await browser.newContext()
  const other = await context.newPage()
  for (const page of [admin, other]) {
    await page.goto(url)
    await page.getByRole('button', { name: /\/cart\* v1/ }).first().click()
  }
  await other.getByRole('textbox', { name: 'Weight of cart·v2' }).fill('15')
  await admin.getByRole('button', { name: /^timeout/ }).click()
  await admin.getByRole('textbox', { name: 'Timeout of the whole request' }).fill('4s')
  await admin.keyboard.press('Enter')
  await other.getByRole('button', { name: /^Save/ }).click()
  await expect(other.getByText('seen by the watch')).toBeVisible()
  await admin.getByRole('button', { name: /^Save/ }).click()
  await expect(admin.getByText('Somebody else changed shop/storefront since you read it')).toBeVisible()
  await expect(admin.getByRole('figure', { name: 'Their change', exact: true }).last()).toContainText('weight: 15')
  await admin.getByRole('button', { name: 'Merge both' }).click()
  await admin.getByRole('button', { name: /^Save/ }).click()
  await expect(admin.getByText('seen by the watch')).toBeVisible()
  await admin.getByRole('button', { name: 'Undo the save' }).click()
  await expect(admin.getByText('shop/storefront is as it was')).toBeVisible()
  await other.reload()
  await other.getByRole('button', { name: /\/cart\* v1/ }).first().click()
  await other.getByRole('textbox', { name: 'Weight of cart·v2' }).fill('10')
  await other.getByRole('button', { name: /^Save/ }).click()
  await expect(other.getByText('seen by the watch')).toBeVisible()
  await context.close()
})
