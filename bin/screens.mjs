// node bin/screens.mjs [name …]: takes docs/screens anew, each screen of the demo light and dark, wide and narrow.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from '@playwright/test'
import { ensureChromium, root } from './prepare.mjs'

const gateway = 'gateway=istio-system%2Fistio-ingressgateway'
/** Each screen's path under /c/<cluster>/ and a text that only its data gives. */
const screens = {
  'gateways': ['gateways', 'istio-ingressgateway'],
  'map': [`map?${gateway}&open=shop.example.com:80,shop.example.com:443`, 'counter.example.com'],
  'map-live-only': [`map?${gateway}&view=live&open=shop.example.com:443`, 'as declared'],
  'map-live': ['map?gateway=istio-system%2Fistio-egressgateway&view=both', '1 destination differs'],
  'editor': ['edit/istio-system/istio-ingressgateway/shop.example.com', 'Rules in Envoy order'],
  'explain': ['explain?url=https%3A%2F%2Fshop.example.com%2Fcart%2F7', 'All 2 pods that were read would do the same.'],
  'explain-404': ['explain?url=https%3A%2F%2Fapi.shop.example.com%2Fv9%2Forders&method=POST', 'All 2 pods that were read would do the same.'],
  'explain-start': [`explain?${gateway}`, '404 NR'],
  'gateway': ['gateways/istio-system/istio-ingressgateway', 'shop.example.com'],
  'logs': [`logs?${gateway}`, '/cart'],
  'object': ['o/virtualservices.networking.istio.io/shop/storefront', 'apiVersion'],
}
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(screens)

const demo = spawn(process.execPath, [join(root, 'bin', 'demo.mjs')], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
const gone = new Promise((resolve) => { demo.on('exit', resolve) })
const base = await new Promise((resolve, reject) => {
  createInterface({ input: demo.stdout }).on('line', (line) => {
    const found = /^Meridian: (http:\S+)/.exec(line)
    if (found) resolve(found[1])
  })
  demo.on('exit', () => reject(new Error('the demo ended by itself')))
})
const browser = await chromium.launch({ executablePath: await ensureChromium(), args: ['--no-sandbox'] })
try {
  for (const [width, height, size] of [[1440, 900, ''], [390, 844, '-narrow']]) {
    for (const scheme of ['light', 'dark']) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, reducedMotion: 'reduce' })
      const page = await context.newPage()
      await page.goto(base)
      await page.waitForURL(/\/c\/[^/]+\//)
      const cluster = new URL(page.url()).pathname.split('/')[2]
      for (const name of wanted) {
        const [path, text] = screens[name] ?? []
        if (path === undefined) throw new Error(`there is no screen ${name}; there are ${Object.keys(screens).join(', ')}`)
        await page.goto(`${base}/c/${cluster}/${path}`)
        await page.getByText(text).first().waitFor()
        await page.locator('[data-connection="watching"]').first().waitFor()
        await page.evaluate(() => document.fonts.ready.then(() => undefined))
        await page.screenshot({ path: join(root, 'docs', 'screens', `${name}${size}-${scheme}.png`) })
      }
      await context.close()
    }
  }
} finally {
  await browser.close()
  demo.kill('SIGINT')
  await gone
}
