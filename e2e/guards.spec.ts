import type { Page } from '@playwright/test'
import { clusterOf, expect, test } from './fixtures'
import { sendRaw, type RawRequest } from './raw-request'

const gateway = 'istio-system/istio-ingressgateway'

/** A gateway pod's name, as the product itself lists it once it has read the cluster. */
async function podOf(page: Page, origin: string): Promise<string> {
  await page.goto(`${origin}/c/${clusterOf(page)}/gateways`)
  await expect(page.getByText('istio-ingressgateway').first()).toBeVisible()
  const reply = await page.request.get(`${origin}/api/c/${clusterOf(page)}/views/logs?gateway=${encodeURIComponent(gateway)}`)
  const { data }: { readonly data: { readonly pods: readonly { readonly pod: string }[] } } = await reply.json()
  const pod = data.pods.find((one) => one.pod.includes('ingressgateway'))
  expect(pod, 'a gateway pod to attack').toBeDefined()
  return pod?.pod.split('/')[1] ?? ''
}

test('only the closed list of admin paths, of gateways’ pods, at port 15000 can be had: the rest is refused before Envoy', async ({ admin, dashboard, harness }) => {
  const cluster = clusterOf(admin)
  const pod = await podOf(admin, dashboard.url)
  const pods = `/api/c/${cluster}/pods/istio-system`
  const cookie = (await sendRaw(dashboard.url, { path: '/api/clusters' })).cookie ?? ''
  expect(cookie).toContain('=')
  const send = (attack: RawRequest) => sendRaw(dashboard.url, { ...attack, headers: { cookie, ...attack.headers } })
  const json = { 'content-type': 'application/json', 'x-meridian': '1' }
  const post = (path: string, body: unknown): RawRequest => ({ method: 'POST', path, headers: json, body: JSON.stringify(body) })

  // The count moves when something does reach an Envoy: without this the rest would prove nothing.
  const start = await harness.portForwards()
  expect((await send({ path: `${pods}/${pod}/envoy/server-info` })).status).toBe(200)
  await expect.poll(() => harness.portForwards()).toBeGreaterThan(start)
  const before = await harness.portForwards()

  const resources = [
    'quitquitquit', 'drain_listeners', 'healthcheck', 'heap_dump', 'memory', 'runtime', 'runtime_modify', 'reset_counters', 'config_dump', 'cpuprofiler', 'tap', 'server_info', 'Dump', 'DUMP', 'stats%20', 'stats;', 'dump%3Fresource=dynamic_active_secrets',
    'stats%2F..%2Fquitquitquit', '..%2f..%2fquitquitquit', '%2e%2e%2fquitquitquit', '%252e%252e%252fquitquitquit', '..\\quitquitquit', 'stats%00', 'stats%0d%0aPOST%20/quitquitquit', 'stats/../quitquitquit', 'stats/quitquitquit', '__proto__', 'constructor', 'toString',
  ]
  const names = [
    `${pod}:15020`, `${pod}%3A8080`, `${pod}%3Fports=15020`, `${pod}@127.0.0.1`, `${pod}%2Fexec`, `${pod}%252Fexec`, `..%2fistiod`, '.', '..', `${pod.toUpperCase()}`, `${pod}-`, '-', 'a'.repeat(300), 'no-such-pod', 'node-1',
  ]
  const attacks: RawRequest[] = [
    ...resources.map((resource) => ({ path: `${pods}/${pod}/envoy/${resource}` })),
    ...names.map((name) => ({ path: `${pods}/${name}/envoy/server-info` })),
    { path: `/api/c/${cluster}/pods/..%2Fistio-system/${pod}/envoy/stats` },
    { path: `/api/c/${cluster}/pods/shop/${pod}/envoy/stats` },
    { path: `/api/c/..%2f${cluster}/pods/istio-system/${pod}/envoy/stats` },
    { path: `/api/c/no-such-cluster/pods/istio-system/${pod}/envoy/stats` },
    { method: 'POST', path: `${pods}/${pod}/envoy/stats`, headers: json, body: '{}' },
    { method: 'DELETE', path: `${pods}/${pod}/envoy/dump`, headers: json },
    post(`${pods}/${pod}/logging`, { levels: { '../quitquitquit': 'debug' } }),
    post(`${pods}/${pod}/logging`, { levels: { 'admin&paths': 'debug' } }),
    post(`${pods}/${pod}/logging`, { levels: { admin: 'debug&paths=x' } }),
    { method: 'POST', path: `${pods}/${pod}/logging`, headers: { 'content-type': 'application/json' }, body: '{"restore":true}' },
    { method: 'POST', path: `${pods}/${pod}/logging`, headers: { ...json, 'content-type': 'text/plain' }, body: '{"restore":true}' },
    { method: 'POST', path: `${pods}/${pod}/logging`, headers: { ...json, origin: 'http://attacker.example' }, body: '{"restore":true}' },
    { path: `${pods}/${pod}/envoy/stats`, headers: { host: 'attacker.example' } },
    { path: `${pods}/${pod}/envoy/stats`, headers: { 'sec-fetch-site': 'cross-site' } },
    { path: `http://127.0.0.1:15000/quitquitquit` },
    { path: `//${pod}:15000/quitquitquit` },
  ]
  for (const attack of attacks) {
    const reply = await send(attack)
    const what = `${attack.method ?? 'GET'} ${attack.path}: ${reply.text.slice(0, 200)}`
    expect(reply.status, what).toBeGreaterThanOrEqual(400)
    expect(reply.status, what).toBeLessThan(500)
    expect(reply.status, `${what} (the limit answered, not the guard)`).not.toBe(429)
  }
  expect(await harness.portForwards(), 'port-forwards after the attacks').toBe(before)
  expect(dashboard.complaints()).not.toMatch(/unhandled|uncaught|\bat .+:\d+:\d+/i)

  // Pods that run, but are no gateway's, and a gateway's port that is not the admin's.
  const others = (await send({ path: `/api/c/${cluster}/views/search?q=${encodeURIComponent('istiod')}` })).text
  const istiod = /istiod-[a-z0-9]+-[a-z0-9]+/.exec(others)?.[0] ?? 'istiod'
  for (const resource of ['server-info', 'dump', 'stats']) {
    const reply = await send({ path: `${pods}/${istiod}/envoy/${resource}?port=15014&ports=15014` })
    expect([403, 404], `${istiod}: ${reply.text}`).toContain(reply.status)
  }
  expect(await harness.portForwards(), 'port-forwards to a pod that is no gateway').toBe(before)
})
