import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccessLog, printable } from './access-log'

const text = '[2026-11-23T22:44:33.656Z] "GET /cart?a=b c HTTP/1.1" 503 UF,URX upstream_reset_before_response_started{remote_connection_failure} - "-" 12 80 19 18 "10.244.0.14" "Mozilla/5.0 (X11; "odd") x" "b515de7b" "shop.example.com" "10.244.0.23:80" outbound|80|v1|cart.shop.svc.cluster.local 10.244.0.14:43598 10.244.0.14:8080 127.0.0.1:53278 shop.example.com cart'

describe('an access-log line', () => {
  it('is read from Istio’s default text', () => {
    expect(parseAccessLog(text)).toMatchObject({
      method: 'GET', path: '/cart?a=b c', protocol: 'HTTP/1.1', status: 503, flags: 'UF,URX', bytesIn: 12, bytesOut: 80, duration: 19, authority: 'shop.example.com',
      userAgent: 'Mozilla/5.0 (X11; "odd") x', upstreamCluster: 'outbound|80|v1|cart.shop.svc.cluster.local', serverName: 'shop.example.com', routeName: 'cart',
    })
  })

  it('is read from JSON', () => {
    expect(parseAccessLog('{"method":"POST","path":"/v2/orders","response_code":404,"response_flags":"NR","duration":"0","route_name":null}')).toMatchObject({ method: 'POST', status: 404, flags: 'NR', duration: 0, routeName: '' })
  })

  it('is told from any other line, and never throws', () => {
    expect(parseAccessLog('2026-11-23T22:44:32Z\tinfo\tads\tPush')).toBeUndefined()
    expect(parseAccessLog('[x] "')).toBeUndefined()
    fc.assert(fc.property(fc.string(), (line) => { parseAccessLog(`[${line}`); parseAccessLog(`{${line}`) }))
  })

  it('is shown without terminal escapes and hidden marks', () => {
    expect(printable('a\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\u202eevil\u0000')).toBe('ared linkevil')
  })
})
