import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { startDashboard } from '../e2e/dashboard'

/** The first load of one screen: the scripts in its HTML that a module browser runs. */
export interface FirstLoad {
  readonly screen: string
  readonly scripts: number
  readonly kilobytes: number
  readonly limit: number
}

const screens = [
  { screen: 'gateways', path: 'gateways', limit: 190 },
  { screen: 'gateway', path: 'gateways/istio-system/istio-ingressgateway', limit: 190 },
  { screen: 'logs', path: 'logs', limit: 190 },
  { screen: 'explain', path: 'explain', limit: 190 },
  { screen: 'object', path: 'o/virtualservices.networking.istio.io/shop/storefront', limit: 190 },
  { screen: 'map', path: 'map', limit: 260 },
  { screen: 'editor', path: 'edit/istio-system/istio-ingressgateway/shop.example.com', limit: 260 },
] as const

/** What each screen's HTML makes a browser load, gzipped, in KB of 1024 bytes (performance.md, first load). Needs the build; no cluster answers. */
export async function benchFirstLoad(): Promise<readonly FirstLoad[]> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-bench-'))
  const kubeconfig = join(folder, 'config')
  writeFileSync(kubeconfig, JSON.stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': 'nowhere', contexts: [{ name: 'nowhere', context: { cluster: 'nowhere', user: 'nobody' } }],
    clusters: [{ name: 'nowhere', cluster: { server: 'http://127.0.0.1:9' } }], users: [{ name: 'nobody', user: {} }],
  }))
  const dashboard = await startDashboard(kubeconfig)
  try {
    const answer: { readonly current: string } = await (await fetch(`${dashboard.url}/api/clusters`)).json()
    const sizes = new Map<string, number>()
    const rows: FirstLoad[] = []
    for (const { screen, path, limit } of screens) {
      const html = await (await fetch(`${dashboard.url}/c/${answer.current}/${path}`)).text()
      const scripts = scriptsOf(html)
      let bytes = 0
      for (const script of scripts) {
        const known = sizes.get(script) ?? gzipSync(Buffer.from(await (await fetch(new URL(script, dashboard.url))).arrayBuffer())).length
        sizes.set(script, known)
        bytes += known
      }
      rows.push({ screen, scripts: scripts.length, kilobytes: bytes / 1024, limit })
    }
    return rows
  } finally {
    await dashboard.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The addresses of the scripts of a page, each once, without those for browsers that know no modules. */
function scriptsOf(html: string): readonly string[] {
  const tags = html.match(/<script\b[^>]*>/g) ?? []
  return [...new Set(tags.filter((tag) => !/\bnomodule\b/i.test(tag)).flatMap((tag) => /\bsrc="([^"]+)"/.exec(tag)?.[1] ?? []))]
}

if (process.argv[1]?.endsWith('bench/first-load.ts') === true) {
  for (const row of await benchFirstLoad()) console.log(`first load ${row.screen.padEnd(10)} ${String(row.scripts).padStart(3)} scripts ${row.kilobytes.toFixed(1).padStart(7)} KB gz (limit ${row.limit})`)
}
