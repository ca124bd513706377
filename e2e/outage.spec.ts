import type { Page } from '@playwright/test'
import { clusterOf, expect, test } from './fixtures'

const outageMillis = 60_000
const made = { kind: 'virtualservices.networking.istio.io', namespace: 'shop', name: 'after-the-outage' }

/** What must be on each screen, outage or not: text that only data gives. */
const screens = [
  { path: 'gateways', shows: 'istio-ingressgateway' },
  { path: 'map?gateway=istio-system%2Fistio-ingressgateway', shows: 'counter.example.com' },
  { path: 'o/virtualservices.networking.istio.io/shop/storefront', shows: 'storefront' },
] as const

test('the API server is killed for a minute: nothing goes blank, it is said at once, and all is fresh soon after', async ({ admin, dashboard, harness, context }) => {
  test.setTimeout(300_000)
  const base = `${dashboard.url}/c/${clusterOf(admin)}`
  const pages: { readonly page: Page; readonly shows: string }[] = []
  const errors: string[] = []
  for (const { path, shows } of screens) {
    const page = await context.newPage()
    page.on('pageerror', (error) => errors.push(`${path}: ${String(error)}`))
    await page.goto(`${base}/${path}`)
    await expect(page.getByText(shows).first()).toBeVisible()
    await expect(page.getByRole('status').filter({ hasText: 'Watching the cluster' })).toBeVisible()
    pages.push({ page, shows })
  }

  await harness.stopApi()
  const killed = Date.now()
  try {
    for (const { page } of pages) await expect(page.getByRole('status').filter({ hasText: /Data is stale|The cluster is unreachable/ })).toBeVisible({ timeout: 5_000 - (Date.now() - killed) })
    await expect.poll(async () => {
      for (const { page, shows } of pages) expect(await page.getByText(shows).first().isVisible(), `${page.url()} still shows ${shows}`).toBe(true)
      return Date.now() - killed
    }, { timeout: outageMillis + 30_000, intervals: [2_000] }).toBeGreaterThan(outageMillis)
    // A page opened in the outage has what the server knows, and says that it is old.
    const late = await context.newPage()
    await late.goto(`${base}/gateways`)
    await expect(late.getByText('istio-ingressgateway').first()).toBeVisible()
    await expect(late.getByRole('status').filter({ hasText: /Data is stale|The cluster is unreachable/ })).toBeVisible()
  } finally {
    await harness.startApi()
  }
  const back = Date.now()
  for (const { page } of pages) await expect(page.getByRole('status').filter({ hasText: 'Watching the cluster' })).toBeVisible({ timeout: 35_000 - (Date.now() - back) })

  // Fresh is more than a word: what is made now is seen.
  const edit = (change: object) => admin.request.post(`${dashboard.url}/api/c/${clusterOf(admin)}/edits`, { headers: { 'x-meridian': '1', origin: dashboard.url }, data: { ...made, dryRun: false, change } })
  const object = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: made.name, namespace: made.namespace }, spec: { hosts: ['after-the-outage.example.com'], gateways: ['istio-system/default-gateway'], http: [{ directResponse: { status: 418 } }] } }
  await expect(async () => { expect(await (await edit({ verb: 'create', object })).json()).toMatchObject({ kind: 'accepted' }) }).toPass({ timeout: 35_000 })
  const map = pages[1]?.page
  await expect(map?.getByText('after-the-outage.example.com').first() ?? admin.getByText('no map')).toBeVisible({ timeout: 35_000 - Math.min(30_000, Date.now() - back) })
  const stored: { readonly resourceVersion: string } = await (await admin.request.get(`${dashboard.url}/api/c/${clusterOf(admin)}/objects/${made.kind}/${made.namespace}/${made.name}`)).json()
  await edit({ verb: 'delete', resourceVersion: stored.resourceVersion })
  expect(errors, 'uncaught errors in the browser').toEqual([])
  expect(dashboard.complaints(), 'what the server printed').not.toMatch(/unhandled|uncaught|\bat .+:\d+:\d+/i)
})
