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
