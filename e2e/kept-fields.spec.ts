import { clusterOf, expect, test } from './fixtures'

const host = 'kept.example.com'
const spec = {
  hosts: [host], gateways: ['istio-system/default-gateway'],
  http: [
    {
      name: 'kept', match: [{ uri: { prefix: '/a' }, statPrefix: 'a', sourceLabels: { app: 'istio-ingressgateway' } }],
      route: [{ destination: { host: 'cart.shop.svc.cluster.local', port: { number: 80 } }, weight: 60, headers: { request: { set: { 'x-kept': 'yes' } } } }, { destination: { host: 'storefront.web.svc.cluster.local', port: { number: 80 } }, weight: 40 }],
      fault: { delay: { percentage: { value: 0.5 }, fixedDelay: '0.010s' } }, corsPolicy: { allowOrigins: [{ exact: 'https://a.example.com' }], maxAge: '24h' }, headers: { response: { remove: ['x-powered-by'] } },
    },
    { match: [{ uri: { prefix: '/b' } }], directResponse: { status: 418, body: { string: 'tea' } } },
  ],
}

interface Stored {
  readonly object: { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }; readonly spec: typeof spec }
  readonly resourceVersion: string
}

test('a form edit changes only what was edited, whatever else the object holds', async ({ admin }) => {
  const origin = new URL(admin.url()).origin
  const api = `${origin}/api/c/${clusterOf(admin)}`
  const kind = 'virtualservices.networking.istio.io'
  const send = (change: object) => admin.request.post(`${api}/edits`, { headers: { 'x-meridian': '1', origin }, data: { kind, namespace: 'shop', name: 'kept', dryRun: false, change } })
  const read = async (): Promise<Stored> => {
    const reply: Stored = await (await admin.request.get(`${api}/objects/${kind}/shop/kept`)).json()
    return reply
  }
  const created = await send({ verb: 'create', object: { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'kept', namespace: 'shop', annotations: { 'future.example.com/unknown': '{"deep": [1, null]}' } }, spec } })
  expect(await created.json()).toMatchObject({ kind: 'accepted' })
  try {
    const before = await read()
    await admin.goto(`${origin}/c/${clusterOf(admin)}/edit/istio-system/istio-ingressgateway/${host}`)
    await admin.getByRole('textbox', { name: 'Weight of storefront.web.svc.cluster.local:80' }).fill('41')
    await expect(admin.getByText('accepted by the API server', { exact: false })).toBeVisible()
    await admin.getByRole('button', { name: /^Save/ }).click()
    await expect(admin.getByText('seen by the watch')).toBeVisible()
    const after = await read()
    const expected = structuredClone(before.object.spec)
    const [, second] = expected.http[0]?.route ?? []
    if (second) second.weight = 41
    expect(after.object.spec).toEqual(expected)
    expect(after.object.metadata.annotations).toEqual(before.object.metadata.annotations)
  } finally {
    await send({ verb: 'delete', resourceVersion: (await read()).resourceVersion })
  }
})
