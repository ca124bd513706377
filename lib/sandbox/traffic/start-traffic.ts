import { setMaxListeners } from 'node:events'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'

/** Where the edge listens, on this machine only. */
export interface Edge {
  readonly http: number
  readonly https: number
  readonly mysql: number
}

interface Call {
  /** How often, against the others. */
  readonly share: number
  readonly scheme: 'http' | 'https' | 'tcp'
  readonly host: string
  readonly paths: readonly string[]
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What people and their programs ask of the shop; a few ask for what is not there. */
const mix: readonly Call[] = [
  { share: 30, scheme: 'https', host: 'shop.example.com', paths: ['/assets/app.4f2c.js', '/assets/app.4f2c.css', '/assets/img/p-118.webp'] },
  { share: 20, scheme: 'https', host: 'shop.example.com', paths: ['/', '/products/mug-black', '/products?page=2', '/search?q=mug'] },
  { share: 16, scheme: 'http', host: 'shop.example.com', paths: ['/cart', '/cart/items', '/cart/items/118'] },
  { share: 8, scheme: 'https', host: 'shop.example.com', paths: ['/checkout/pay', '/checkout/address'], method: 'POST' },
  { share: 10, scheme: 'https', host: 'api.shop.example.com', paths: ['/v2/products/118', '/v2/orders?limit=20', '/v2/session'] },
  { share: 5, scheme: 'https', host: 'api.shop.example.com', paths: ['/v1/prices?ids=118,240', '/v1/prices/118'] },
  { share: 2, scheme: 'https', host: 'api.shop.example.com', paths: ['/v1/checkout/quote'], method: 'POST' },
  { share: 3, scheme: 'https', host: 'api.shop.example.com', paths: ['/v2/orders', '/v2/orders/81/cancel'], method: 'POST' },
  { share: 1, scheme: 'http', host: 'shop.example.com', paths: ['/old-shop/sale'] },
  { share: 1, scheme: 'https', host: 'admin.example.com', paths: ['/', '/users', '/reports/daily'], headers: { 'x-beta': 'true' } },
  { share: 1, scheme: 'http', host: 'counter.example.com', paths: ['/'] },
  { share: 1, scheme: 'http', host: 'status.example.com', paths: ['/'] },
  { share: 1, scheme: 'http', host: 'wiki.example.com', paths: ['/handbook'] },
  { share: 1, scheme: 'http', host: 'www.shop.example', paths: ['/', '/.env'] },
  { share: 1, scheme: 'https', host: 'pos.example.com', paths: ['/till/7'] },
  { share: 1, scheme: 'tcp', host: '', paths: [''] },
]

const agents = ['shop-app/4.11 (iOS 19.2)', 'Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0', 'shop-app/4.10 (Android 17)', 'curl/8.17.0']

const mostInFlight = 100

/** Sends the mix at a steady rate to 127.0.0.1 until the signal fires. @param rate requests a second, at most 200 */
export function startTraffic(edge: Edge, options: { readonly signal: AbortSignal; readonly rate?: number }): void {
  const total = mix.reduce((sum, call) => sum + call.share, 0)
  let inFlight = 0
  // Each request in flight listens to it.
  setMaxListeners(mostInFlight + 10, options.signal)
  const timer = setInterval(() => {
    if (inFlight > mostInFlight) return
    inFlight += 1
    send(edge, choose(total), options.signal).finally(() => { inFlight -= 1 })
  }, 1000 / Math.min(options.rate ?? 20, 200))
  options.signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}

function choose(total: number): Call {
  let at = Math.random() * total
  for (const call of mix) {
    at -= call.share
    if (at < 0) return call
  }
  return mix[0] ?? { share: 1, scheme: 'http', host: 'shop.example.com', paths: ['/'] }
}

function pick(list: readonly string[]): string {
  return list[Math.floor(Math.random() * list.length)] ?? '/'
}

function send(edge: Edge, call: Call, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    if (call.scheme === 'tcp') {
      const socket = connect({ host: '127.0.0.1', port: edge.mysql, timeout: 2_000 })
      socket.on('data', () => socket.end())
      socket.on('timeout', () => socket.destroy())
      socket.on('error', () => socket.destroy())
      socket.on('close', () => resolve())
      return
    }
    const options = {
      host: '127.0.0.1', port: call.scheme === 'http' ? edge.http : edge.https, path: pick(call.paths), method: call.method ?? 'GET', agent: false as const, timeout: 5_000, signal,
      headers: { host: call.host, 'user-agent': pick(agents), ...call.headers },
    }
    const sent = call.scheme === 'http' ? httpRequest(options) : httpsRequest({ ...options, servername: call.host, rejectUnauthorized: false })
    sent.on('response', (response) => response.resume())
    sent.on('timeout', () => sent.destroy())
    sent.on('error', () => resolve())
    sent.on('close', () => resolve())
    sent.end()
  })
}
