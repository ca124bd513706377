import { clusterOf, expect, test } from './fixtures'

const gateway = encodeURIComponent('istio-system/istio-ingressgateway')
const made = { kind: 'virtualservices.networking.istio.io', namespace: 'shop', name: 'live-view' }

test('the map’s live view: all pods as declared, a change seen to arrive in their Envoys', async ({ admin }) => {
  const origin = new URL(admin.url()).origin
  const api = `${origin}/api/c/${clusterOf(admin)}`
  const edit = (change: object) => admin.request.post(`${api}/edits`, { headers: { 'x-meridian': '1', origin }, data: { ...made, dryRun: false, change } })
  await admin.goto(`${origin}/c/${clusterOf(admin)}/map?gateway=${gateway}`)
  await admin.getByRole('radio', { name: 'Both' }).click()
  const bar = admin.getByRole('region', { name: /Live/ })
  await expect(bar.getByText(/^as declared/)).toHaveCount(2)
  const object = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: made.name, namespace: made.namespace }, spec: { hosts: ['live.example.com'], gateways: ['istio-system/default-gateway'], http: [{ match: [{ uri: { prefix: '/tea' } }], timeout: '2.5s', retries: { attempts: 4, retryOn: '5xx' }, headers: { request: { set: { 'x-a': 'b' } } }, route: [{ destination: { host: 'cart.shop.svc.cluster.local', port: { number: 80 }, subset: 'v1' }, weight: 70 }, { destination: { host: 'cart.shop.svc.cluster.local', port: { number: 80 }, subset: 'v2' }, weight: 30 }] }, { directResponse: { status: 418 } }] } }
  expect(await (await edit({ verb: 'create', object })).json()).toMatchObject({ kind: 'accepted' })
  try {
    await expect(admin.getByText('live.example.com', { exact: true }).first()).toBeVisible()
    await expect(bar.getByText(/^as declared/)).toHaveCount(2, { timeout: 40_000 })
    await expect(admin.locator('.map-host .map-live')).toHaveCount(0)
  } finally {
    const stored: { readonly resourceVersion: string } = await (await admin.request.get(`${api}/objects/${made.kind}/${made.namespace}/${made.name}`)).json()
    await edit({ verb: 'delete', resourceVersion: stored.resourceVersion })
  }
})

test('a pod that does not take configuration is told from the others', async ({ admin, harness }) => {
  await admin.goto(`${new URL(admin.url()).origin}/c/${clusterOf(admin)}/map?gateway=${encodeURIComponent('istio-system/istio-egressgateway')}&view=both`)
  const bar = admin.getByRole('region', { name: /Live/ })
  // One of the sandbox's two egress pods is stuck; the one pod of the real control plane is not.
  const stuck = harness.name === 'sandbox' ? 1 : 0
  await expect(bar.getByText(/^as declared/)).toHaveCount(1)
  await expect(bar.getByText(/^1 destination differs/)).toHaveCount(stuck)
  await expect(admin.getByRole('img', { name: 'other in the Envoy of 1 of 2 pods' })).toHaveCount(stuck)
})

test('the live view draws what the Envoys have: all pods or one, by pointer, key and link', async ({ admin }) => {
  const base = `${new URL(admin.url()).origin}/c/${clusterOf(admin)}/map`
  await admin.goto(`${base}?gateway=${gateway}`)
  const host = admin.getByRole('treeitem', { name: /^host shop\.example\.com/ }).first()
  await expect(host).toBeVisible()
  const declared = await admin.getByRole('navigation', { name: 'Path' }).textContent()
  await admin.keyboard.press('v')
  await expect(admin).toHaveURL(/view=live/)
  await expect(admin.getByRole('radio', { name: 'Live' })).toBeChecked()
  const bar = admin.getByRole('region', { name: /Live/ })
  await expect(bar.getByText(/^as declared/)).toHaveCount(2)
  // The same hosts, rules and servers, drawn from the dump alone.
  await expect(admin.getByRole('navigation', { name: 'Path' })).toHaveText(declared ?? '')
  await expect(host).toBeVisible()
  await expect(admin.getByRole('treeitem', { name: /^server https/ }).getByRole('img', { name: /certificate.*days/ }).first()).toBeVisible()
  await bar.getByRole('button', { name: 'Pods: all' }).click()
  await admin.getByRole('menuitemradio').nth(1).click()
  await expect(admin).toHaveURL(/pod=istio-ingressgateway-/)
  await expect(bar.getByText(/^as declared/)).toHaveCount(1)
  await admin.reload()
  await expect(bar.getByText(/^as declared/)).toHaveCount(1)
  await host.click()
  await admin.getByRole('treeitem', { name: /\/cart/ }).first().click()
  await expect(admin.getByRole('complementary', { name: /^Rule/ }).getByRole('link', { name: 'shop/storefront' })).toBeVisible()
  await admin.goBack()
  await expect(admin.getByRole('radio', { name: 'Live' })).toBeChecked()
})

test('what only some pods have, and what is in Envoy only, is marked and can be seen pod by pod', async ({ admin, harness }) => {
  const origin = new URL(admin.url()).origin
  const api = `${origin}/api/c/${clusterOf(admin)}`
  const edit = (kind: string, namespace: string, name: string, body: object) => admin.request.post(`${api}/edits`, { headers: { 'x-meridian': '1', origin }, data: { kind, namespace, name, dryRun: false, ...body } })
  const stored = async (kind: string, namespace: string, name: string): Promise<{ readonly resourceVersion: string; readonly object: object }> => (await admin.request.get(`${api}/objects/${kind}/${namespace}/${name}`)).json()
  const services = 'virtualservices.networking.istio.io'
  const before = await stored(services, 'shop', 'psp-egress')
  await admin.goto(`${origin}/c/${clusterOf(admin)}/map?gateway=${encodeURIComponent('istio-system/istio-egressgateway')}&view=both`)
  const bar = admin.getByRole('region', { name: /Live/ })
  const row = admin.getByRole('treeitem', { name: /^host psp\.example\.net/ })
  await expect(row).toBeVisible()
  expect(await (await edit(services, 'shop', 'psp-egress', { change: { verb: 'delete', resourceVersion: before.resourceVersion } })).json()).toMatchObject({ kind: 'accepted' })
  try {
    if (harness.name === 'sandbox') {
      // The stuck pod keeps what nobody declares any more.
      await expect(row.getByRole('img', { name: 'in the Envoy of 1 of 2 pods, declared by nobody' })).toBeVisible({ timeout: 40_000 })
      await admin.getByRole('radio', { name: 'Live' }).click()
      await expect(row.getByRole('img', { name: /declared by nobody$/ })).toBeVisible()
      const pods = await bar.getByRole('link').all()
      const states = await Promise.all(pods.map(async (pod) => ({ pod: await pod.textContent() ?? '', differs: (await pod.locator('..').textContent())?.includes('differ') === true })))
      for (const { pod, differs } of states) {
        await bar.getByRole('button', { name: /^Pods:/ }).click()
        await admin.getByRole('menuitemradio', { name: new RegExp(`${pod}$`) }).click()
        await expect(bar.getByRole('link')).toHaveCount(1)
        await expect(row).toHaveCount(differs ? 1 : 0)
      }
    } else await expect(row).toHaveCount(0, { timeout: 40_000 })
  } finally {
    expect(await (await edit(services, 'shop', 'psp-egress', { change: { verb: 'create', object: clean(before.object) } })).json()).toMatchObject({ kind: 'accepted' })
  }
})

/** An object as it can be created anew. */
function clean(object: object): object {
  const { apiVersion, kind, metadata, spec }: { apiVersion?: unknown; kind?: unknown; metadata?: { name?: unknown; namespace?: unknown }; spec?: unknown } = object
  return { apiVersion, kind, metadata: { name: metadata?.name, namespace: metadata?.namespace }, spec }
}
