import { clusterOf, expect, test } from './fixtures'

/** Requests of the scenario: what Explain must say of each, and what the gateway really answers. */
const requests = [
  { host: 'counter.example.com', path: '/', says: /^Goes to counter:80$/, answers: /^counter/ },
  { host: 'shop.example.com', path: '/old-shop', says: /^301 Redirect to/, answers: /^status 301$/ },
  { host: 'shop.example.com', path: '/cart/7', says: /^Goes to cart·v1:80 90 %, cart·v2:80 10 %$/, answers: /^cart-v[12]$/ },
  { host: 'nobody.example.net', path: '/', says: /^404 No virtual host .* takes host nobody\.example\.net\.$/, answers: /^status 404$/ },
] as const

test('what Explain says of a request is what the gateway does with it, as declared and in each pod', async ({ admin, harness }) => {
  const base = `${new URL(admin.url()).origin}/c/${clusterOf(admin)}/explain`
  for (const { host, path, says, answers } of requests) {
    await admin.goto(`${base}?gateway=${encodeURIComponent('istio-system/istio-ingressgateway')}&url=${encodeURIComponent(`http://${host}${path}`)}`)
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText(says)
    const counts = await harness.sendRequests({ host, path, count: 10 })
    for (const answer of counts.keys()) expect(answer, `${host}${path}`).toMatch(answers)
    await expect(admin.getByText('All 2 pods that were read would do the same.')).toBeVisible()
  }
})

test('a request is typed, a curl command pasted, a mistake told at its field; the URL holds it all', async ({ admin }) => {
  const base = `${new URL(admin.url()).origin}/c/${clusterOf(admin)}/explain`
  await admin.goto(base)
  const line = admin.getByRole('textbox', { name: 'URL or curl command' })
  await line.fill('http://shop.example.com:99999/')
  await expect(admin.getByRole('alert').filter({ hasText: 'is no port' })).toBeVisible()
  await expect(line).toHaveAttribute('aria-invalid', 'true')
  await line.fill('curl -X POST -H "x-probe: 1" http://shop.example.com/checkout/9')
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText(/^Goes to checkout:8080$/)
  await expect(admin.getByRole('combobox', { name: 'Method' })).toHaveValue('POST')
  await expect(admin.getByRole('textbox', { name: 'Header 1' })).toHaveValue('x-probe: 1')
  await expect(admin).toHaveURL(/method=POST/)
  await admin.reload()
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText(/^Goes to checkout:8080$/)
  await admin.getByRole('textbox', { name: 'Header 2' }).fill('no colon')
  await expect(admin.getByRole('alert').filter({ hasText: 'name: value' })).toBeVisible()
  await admin.getByRole('textbox', { name: 'Header 2' }).fill('')
  await admin.keyboard.press('Escape')
  await admin.getByRole('link', { name: /Open rule/ }).click()
  await expect(admin).toHaveURL(/\/edit\/istio-system\/istio-ingressgateway\/shop\.example\.com\?path=/)
})

test('from a rule of the map, the request that it is meant for is explained', async ({ admin }) => {
  await admin.goto(`${new URL(admin.url()).origin}/c/${clusterOf(admin)}/map?gateway=${encodeURIComponent('istio-system/istio-ingressgateway')}`)
  await admin.getByText('shop.example.com', { exact: true }).first().click()
  await admin.getByText('/cart*').first().click()
  await admin.getByRole('link', { name: /^Explain/ }).last().click()
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText(/^Goes to cart·v1:80 90 %/)
})

test('the request’s whole way is told: DNS, who claims the host, filters, how the upstream is reached, what the log says', async ({ admin, harness }) => {
  const base = `${new URL(admin.url()).origin}/c/${clusterOf(admin)}/explain`
  await admin.goto(`${base}?gateway=${encodeURIComponent('istio-system/istio-ingressgateway')}&url=${encodeURIComponent('http://shop.example.com/cart/7')}`)
  const row = (name: string) => admin.getByRole('row', { name: new RegExp(`^${name}`) })
  await expect(row('DNS')).toContainText(/no address|not one of ours|is ours|nothing|no address of its own|does not answer/)
  await expect(row('Upstream')).toContainText(/cart·v1:80.*HTTP\/1\.1.*ready/)
  await expect(row('HTTP filters')).toBeVisible()
  await expect(row('Upstream').getByLabel('as declared')).toHaveCount(2)
  await expect(admin.getByRole('radio', { name: /claims it.*istio-ingressgateway/ })).toBeChecked()
  await harness.sendRequests({ host: 'shop.example.com', path: '/cart/7', count: 3 })
  await expect(row('Response')).toContainText(/200 in \d+ ms/)
})

test('what lost is told nearest first, by reason, each rule led to its object', async ({ admin }) => {
  await admin.goto(`${new URL(admin.url()).origin}/c/${clusterOf(admin)}/explain?gateway=${encodeURIComponent('istio-system/istio-ingressgateway')}&method=POST&url=${encodeURIComponent('http://api.shop.example.com/v9/orders')}`)
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText(/^404 No route/)
  await expect(admin.getByText(/path 4$/)).toBeVisible()
  await admin.getByRole('link', { name: 'shop/api spec.http[1].match[0]' }).first().click()
  await expect(admin).toHaveURL(/\/o\/virtualservices\.networking\.istio\.io\/shop\/api\?path=/)
})

test('without a request the failing ones are offered, one click each', async ({ admin, harness }) => {
  await harness.sendRequests({ host: 'nobody.example.net', path: '/lost', count: 3 })
  await admin.goto(`${new URL(admin.url()).origin}/c/${clusterOf(admin)}/explain?gateway=${encodeURIComponent('istio-system/istio-ingressgateway')}`)
  await admin.getByRole('region', { name: 'Failing requests' }).getByRole('link', { name: /404 NR GET nobody\.example\.net\/lost/ }).click()
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText(/^404 No virtual host/)
})
