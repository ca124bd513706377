import { readFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = import.meta.meridianRoot ?? join(dirname(fileURLToPath(import.meta.url)), '..')
const pods = ['istio-system/gw-7d9c-x7k2f', 'istio-system/gw-7d9c-9c4wq']
const batchesPerSecond = 30

/** A server that stands for Meridian's: the views that the logs screen asks, and a stream of so many lines a second. */
export interface LogsServer {
  readonly url: string
  readonly server: Server
  /** Lines written so far. */
  readonly written: () => number
}

/** Serves the logs screen on a free port of 127.0.0.1; the stream ends after `most` lines. Lines are 400 bytes. */
export async function serveLogs(rate: number, most: number): Promise<LogsServer> {
  const [page, logWorker, streamWorker] = await Promise.all([bundle('bench/logs-page.tsx'), bundle('components/logs/engine/log-worker.ts'), bundle('lib/client/event-stream/stream-worker.ts')])
  const style = pageStyle()
  let count = 0
  const streams = new Map<string, ServerResponse>()
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const reply = (type: string, body: string | Uint8Array): void => { response.writeHead(200, { 'content-type': type }).end(body) }
    const view = /\/views\/(\w+)$/.exec(path)?.[1]
    if (view !== undefined) return reply('application/json', JSON.stringify({ revision: { epoch: 'bench', n: 1 }, data: viewData(view) }))
    const stream = /\/api\/streams\/(.+)$/.exec(path)?.[1]
    if (stream !== undefined && request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`data: ${JSON.stringify({ kind: 'hello', id: stream, heartbeatSeconds: 15 })}\n\n`)
      streams.set(stream, response)
      request.on('close', () => streams.delete(stream))
      return
    }
    if (stream !== undefined) {
      let body = ''
      request.setEncoding('utf8').on('data', (part: string) => { body += part }).on('end', () => {
        const asked: { readonly subscriptions: readonly { readonly key: string; readonly view: string }[] } = JSON.parse(body)
        const logs = asked.subscriptions.find((one) => one.view === 'logs')
        const to = streams.get(stream)
        if (logs && to) pour(to, logs.key)
        response.writeHead(204).end()
      })
      return
    }
    if (path === '/page.js') return reply('text/javascript', page)
    if (path.endsWith('log-worker.ts')) return reply('text/javascript', logWorker)
    if (path.endsWith('stream-worker.ts')) return reply('text/javascript', streamWorker)
    if (path === '/page.css') return reply('text/css', style)
    reply('text/html', `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Logs</title><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/page.css"></head><body><div id="root"></div><script type="module" src="/page.js"></script></body></html>`)
  })

  const poured = new Set<ServerResponse>()
  function pour(to: ServerResponse, key: string): void {
    if (poured.has(to)) return
    poured.add(to)
    const started = performance.now()
    const timer = setInterval(() => {
      const due = Math.min(most, Math.floor(((performance.now() - started) / 1000) * rate))
      if (due > count) {
        const lines = Array.from({ length: due - count }, (_, index) => lineAt(count + index, rate))
        count = due
        to.write(`data: {"kind":"lines","seq":${count},"key":${JSON.stringify(key)},"dropped":0,"count":${lines.length},"lines":${JSON.stringify(lines)}}\n\n`)
      }
      if (count >= most || to.destroyed) clearInterval(timer)
    }, 1000 / batchesPerSecond)
  }

  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The logs page has no port.')
  return { url: `http://127.0.0.1:${address.port}/`, server, written: () => count }
}

const started = Date.UTC(2026, 0, 1)

/** One line of 400 bytes as Istio's default format has it; every fortieth failed. */
function lineAt(index: number, rate: number): readonly [string, string, string] {
  const micros = Math.floor((index / rate) * 1_000_000)
  const time = `${new Date(started + Math.floor(micros / 1000)).toISOString().slice(0, -1)}${String(micros % 1000).padStart(3, '0')}${String(index % 1000).padStart(3, '0')}Z`
  const failed = index % 40 === 0
  const text = `[${time}] "GET /cart/items/${index} HTTP/1.1" ${failed ? 503 : 200} ${failed ? 'UF' : '-'} via_upstream - "-" 0 86 ${index % 97} 12 "10.244.0.13" "Mozilla/5.0 (X11; Linux x86_64) Firefox/149.0" "d33daa2b-f397-45e1-b4b3-17b5be29${String(index % 10_000).padStart(4, '0')}" "shop-${index % 50}.example.com" "10.244.0.23:80" outbound|80|v${index % 3}|cart.shop.svc.cluster.local 10.244.0.13:43634 10.244.0.13:8080 127.0.0.1:55056 - cart `
  return [pods[index % 2] ?? '', time, text.padEnd(400, 'x')]
}

function viewData(view: string): unknown {
  if (view === 'gateways') {
    const row = { namespace: 'istio-system', name: 'gw', note: null, addresses: [], ports: [], pods: { ready: 2, total: 2, names: [] }, istio: { version: null, revision: 'default' }, hosts: null, problems: [], lastChange: null }
    return { gateways: [row], elsewhere: [] }
  }
  if (view === 'logs') return { pods: pods.map((pod) => ({ pod, container: 'istio-proxy', gateway: 'istio-system/gw' })) }
  return { cluster: { slug: 'bench', context: 'bench', version: null, environment: null }, connection: 'connected', unreachableSince: null, synced: true, namespaces: { readable: 1, total: 1, names: [] }, kinds: [], istio: { version: null } }
}

async function bundle(entry: string): Promise<Uint8Array> {
  const result = await build({
    entryPoints: [join(root, entry)], bundle: true, write: false, format: 'esm', platform: 'browser', target: 'es2022', jsx: 'automatic', minify: true, absWorkingDir: root,
    define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}' }, loader: { '.css': 'empty' }, logLevel: 'error', alias: { '@': root, 'next/navigation': join(root, 'bench/next-navigation.ts') },
  })
  return result.outputFiles[0]?.contents ?? new Uint8Array()
}

/** The utilities that the screen's components take from Tailwind, and its reset. */
const utilities = `
*, *::before, *::after { box-sizing: border-box; margin: 0; padding: 0; border: 0 solid; }
body { font: var(--weight-text) var(--size-13)/var(--lead-13) var(--font-text); background: var(--surface-0); color: var(--text-1); overflow: hidden; }
button, input { font: inherit; color: inherit; background: none; } button { cursor: pointer; } a { color: inherit; text-decoration: none; } svg { display: block; } h1, h2, h3 { font: inherit; }
.sr-only { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; } .flex { display: flex; } .overflow-hidden { overflow: hidden; } .text-ink-3 { color: var(--text-3); } .text-warn { color: var(--warn); } .text-bad { color: var(--bad); }
`

function pageStyle(): string {
  return [utilities, ...['app/tokens.css', 'app/primitives.css', 'components/logs/logs.css'].map((file) => readFileSync(join(root, file), 'utf8'))].join('\n')
}
