import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccessLog } from './access-log'
import { parseLogFilter } from './log-filter'
import { logMatcher, type MatchedLine } from './log-matcher'

const text = '[2026-11-24T01:50:24.374Z] "GET /cart/items?x=1 HTTP/1.1" 503 UF,URX upstream_reset - "-" 0 86 130 12 "10.244.0.13, 10.0.0.9" "shop-app/4.10 (Android 17)" "d33daa2b" "shop.example.com:8080" "10.244.0.23:80" outbound|80|v1|cart.shop.svc.cluster.local 10.244.0.13:43634 10.244.0.13:8080 127.0.0.1:55056 shop.example.com cart'

function lineOf(text: string, pod = 'istio-system/gw-7d9-x7k2f'): MatchedLine {
  const access = parseAccessLog(text)
  return { pod, status: access?.status, flags: access?.flags ?? '', method: access?.method ?? '', host: access?.authority ?? '', text: () => text, access: () => access }
}

const fits = (filter: string, line = lineOf(text)): boolean => logMatcher(parseLogFilter(filter), (source) => (wanted) => wanted.includes(source))(line)

describe('a log filter', () => {
  it.each([
    'CART', '"upstream_reset - "', 'status:503', 'status:5xx', 'status:404,503', 'status:>=500', 'flag:uf', 'flag:NR,URX', 'method:get', 'host:shop.example.com', 'host:*example*', 'path:/cart/*', 'path:/cart/items',
    'to:cart', 'to:cart·v1', 'to:cart·v1:80', 'to:*v1*', 'route:cart', 'pod:x7k2f', 'duration:>100', 'duration:<=130ms', 'sni:shop.example.com', 'agent:shop-app*', 'client:10.0.0.9', 'client:127.0.0.1', 'id:d33daa2b',
    '-status:200', '-host:admin.* status:503', '/UF,URX/', '-/NR/', '/cart/items', 'details:upstream_reset', '  cart   status:503 ', '14:02:11,503'.slice(9),
  ])('%s fits', (filter) => {
    expect(parseLogFilter(filter).issues).toEqual([])
    expect(fits(filter)).toBe(true)
  })

  it.each(['status:404', '-status:5xx', 'flag:U', 'host:shop', 'path:/cart', 'to:cart·v2', 'duration:>130', '-cart', '/NR/', 'host:shop.*com:80', 'pod:x7k2'])('%s does not fit', (filter) => {
    expect(parseLogFilter(filter).issues).toEqual([])
    expect(fits(filter)).toBe(false)
  })

  it('asks fields of access-log lines only', () => {
    const plain = lineOf('info ads Push', 'istio-system/istiod-1')
    expect(['host:*', 'status:>=0', 'path:*', 'flag:*'].map((filter) => fits(filter, plain))).toEqual([false, false, false, false])
    expect([fits('istiod', plain), fits('-status:200', plain)]).toEqual([true, true])
  })

  it.each([
    ['foo:bar', 0, 7, 'There is no field'], ['cart status:abc', 5, 15, 'no status'], ['host:', 0, 5, 'needs a value'], ['"open', 0, 5, 'no closing quote'], ['a -', 2, 3, 'Nothing to search'], ['duration:fast', 0, 13, 'milliseconds'],
  ])('%s is wrong at its place', (filter, from, to, message) => {
    expect(parseLogFilter(filter).issues).toEqual([{ from, to, message: expect.stringContaining(message) }])
  })

  it('takes times, URLs and paths for text', () => {
    expect(parseLogFilter('14:02:11 http://x /v1/a/b').terms.map((term) => term.kind)).toEqual(['text', 'text', 'text'])
  })

  it('never throws, and every place lies in the text', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'ab:/"- *,5x>=status\\') }), (filter) => {
      const { terms, issues } = parseLogFilter(filter)
      for (const { from, to } of [...terms, ...issues]) expect(from >= 0 && from < to && to <= filter.length).toBe(true)
      logMatcher({ terms, issues }, () => undefined)(lineOf(text))
    }))
  })
})
