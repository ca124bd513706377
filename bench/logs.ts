import { parseAccessLog } from '@/lib/mesh/log/access-log'
import { percentile, timesOf, type BenchRow } from './row'

const lines = 20_000

/** Access-log lines read a second on one core, Istio's default text and JSON. */
export function benchLogs(): readonly BenchRow[] {
  return [
    { what: 'access-log lines parsed, text', n: null, value: rate(textLine), unit: 'lines/s', limit: 200_000, atLeast: true },
    { what: 'access-log lines parsed, JSON', n: null, value: rate(jsonLine), unit: 'lines/s', limit: 200_000, atLeast: true },
  ]
}

function rate(lineOf: (at: number) => string): number {
  const texts = Array.from({ length: lines }, (_, at) => lineOf(at))
  if (parseAccessLog(texts[0] ?? '') === undefined) throw new Error('The bench’s own line is no access-log line.')
  const times = timesOf(15, () => () => texts.forEach((text) => parseAccessLog(text)))
  return (lines * 1_000) / percentile(times.slice(5), 50)
}

function textLine(at: number): string {
  return `[2026-11-24T10:${String(at % 60).padStart(2, '0')}:12.345Z] "GET /api/v1/cart/${at}?q=1 HTTP/1.1" 200 - via_upstream - "-" 0 ${at % 5_000} ${at % 90} ${at % 80} "10.1.2.3" "Mozilla/5.0 (X11; Linux x86_64)" "5b8c1f0a-2d3e-4f50-8a9b-${String(at).padStart(12, '0')}" "shop.example.com" "10.244.3.${at % 250}:8080" outbound|80|v1|cart.shop.svc.cluster.local 10.244.0.7:40212 10.244.0.7:8080 10.1.2.3:51234 shop.example.com cart-rule`
}

function jsonLine(at: number): string {
  return JSON.stringify({
    start_time: '2026-11-24T10:00:12.345Z', method: 'GET', path: `/api/v1/cart/${at}`, protocol: 'HTTP/1.1', response_code: 200, response_flags: '-', response_code_details: 'via_upstream', bytes_received: 0, bytes_sent: at % 5_000, duration: at % 90,
    x_forwarded_for: '10.1.2.3', user_agent: 'Mozilla/5.0', request_id: `5b8c-${at}`, authority: 'shop.example.com', upstream_host: '10.244.3.9:8080', upstream_cluster: 'outbound|80|v1|cart.shop.svc.cluster.local', downstream_remote_address: '10.1.2.3:51234', requested_server_name: null, route_name: 'cart-rule',
  })
}
