import { describe, expect, it } from 'vitest'
import { accessLines, backend, plane, send } from './testing/harness'
import { cluster, configuration, httpFilter, listener } from './testing/sample-configuration'

const api = 'outbound|80||api.shop.svc.cluster.local'
const http = [listener(8080, [{ filters: [httpFilter('http.8080')] }])]

/** A log line without its time, duration, request id and ports that change from run to run. */
function settled(line: string): string {
  return line.replace(/^\[[^\]]+\]/, '[T]').replace(/" (\d+) (\d+) \d+ (\d+|-) "/, '" $1 $2 D S "').replace(/[0-9a-f-]{36}/, 'ID').replace(/(127\.0\.0\.1|10\.244\.0\.9):\d{4,5} (?=-|s)/g, '$1:P ').replace(/10\.244\.0\.9:\d{5}/, '10.244.0.9:P')
}

describe('HTTP through the data plane', () => {
  it('forwards to the endpoint with Envoy’s request headers and logs the line that Envoy logs', async () => {
    const seen: string[] = []
    const { port } = await backend((request, response) => {
      seen.push(...request.rawHeaders)
      response.setHeader('x-backend', '1')
      response.end('hello')
    })
    const p = await plane(configuration({
      listeners: http, clusters: [cluster(api, [{ address: '10.244.1.5', port: 8080 }])],
      routes: [{ name: 'def', match: { prefix: '/' }, route: { cluster: api }, request_headers_to_add: [{ header: { key: 'x-d', value: '%ROUTE_NAME%' } }], response_headers_to_add: [{ header: { key: 'x-r', value: 'v' } }] }],
    }), { '10.244.1.5:8080': port })
    const answer = await send(p.port(8080), '/a/../b?c', { headers: { 'user-agent': 'test', 'x-envoy-internal': 'true' } })
    expect(answer.status).toBe(200)
    expect(answer.body).toBe('hello')
    expect(answer.headers).toMatchObject({ 'x-backend': '1', server: 'istio-envoy', 'x-r': 'v' })
    expect(answer.headers['x-envoy-upstream-service-time']).toMatch(/^\d+$/)
    const header = (name: string) => seen[seen.indexOf(name) + 1]
    expect(header('host')).toBe('shop.example.com')
    expect(header('x-forwarded-for')).toBe('10.244.0.9')
    expect(header('x-forwarded-proto')).toBe('http')
    expect(header('x-envoy-attempt-count')).toBe('1')
    // What is left of the route's 15 s when the request goes out.
    expect(Number(header('x-envoy-expected-rq-timeout-ms'))).toBeGreaterThan(14_000)
    expect(Number(header('x-envoy-expected-rq-timeout-ms'))).toBeLessThanOrEqual(15_000)
    expect(header('x-d')).toBe('def')
    expect(header('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(seen).not.toContain('x-envoy-internal')
    const [line] = await accessLines(p.lines, 1)
    expect(settled(line ?? '')).toBe(`[T] "GET /b?c HTTP/1.1" 200 - via_upstream - "-" 0 5 D S "10.244.0.9" "test" "ID" "shop.example.com" "10.244.1.5:8080" ${api} 10.244.0.9:P 10.244.0.9:8080 127.0.0.1:P - def`)
  })

  it('answers what has no upstream as Envoy does', async () => {
    const p = await plane(configuration({
      listeners: http,
      clusters: [cluster('dead', [{ address: '10.244.1.9', port: 1 }]), cluster('empty', []), cluster('sick', [{ address: '10.244.1.9', port: 1, health: 'UNHEALTHY' }])],
      routes: [
        { name: 'redir', match: { prefix: '/old' }, redirect: { host_redirect: 'new.example.com', path_redirect: '/new' } },
        { name: 'redirp', match: { prefix: '/pre' }, redirect: { prefix_rewrite: '/post', https_redirect: true } },
        { name: 'tea', match: { prefix: '/tea' }, direct_response: { status: 418, body: { inline_string: 'short' } } },
        { name: 'dead', match: { prefix: '/dead' }, route: { cluster: 'dead', retry_policy: { retry_on: 'connect-failure', num_retries: 2 } } },
        { name: 'dead0', match: { prefix: '/d0' }, route: { cluster: 'dead' } },
        { name: 'none', match: { prefix: '/none' }, route: { cluster: 'empty' } },
        { name: 'sick', match: { prefix: '/sick' }, route: { cluster: 'sick' } },
        { name: 'nc', match: { prefix: '/nc' }, route: { cluster: 'nocluster' } },
      ],
    }))
    const port = p.port(8080)
    const cases = [
      ['/old?a=b', 301, '', '301 - direct_response', 'redir'],
      ['/pre/x?q=1', 301, '', '301 - direct_response', 'redirp'],
      ['/tea', 418, 'short', '418 - direct_response', 'tea'],
      ['/dead', 503, 'upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure', '503 URX,UF upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused} - "delayed_connect_error:_Connection_refused"', 'dead'],
      ['/d0', 503, 'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure', '503 UF upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused} -', 'dead0'],
      ['/none', 503, 'no healthy upstream', '503 UH no_healthy_upstream', 'none'],
      ['/sick', 503, 'no healthy upstream', '503 UH no_healthy_upstream', 'sick'],
      ['/nc', 503, '', '503 NC cluster_not_found', 'nc'],
      ['/nope', 404, '', '404 NR route_not_found', '-'],
    ] as const
    for (const [index, [path, status, body, logged, route]] of cases.entries()) {
      const answer = await send(port, path)
      expect([path, answer.status, answer.body]).toEqual([path, status, body])
      const line = (await accessLines(p.lines, index + 1))[index] ?? ''
      expect(line).toContain(`" ${logged}`)
      expect(line.endsWith(` ${route}`), line).toBe(true)
    }
    expect((await send(port, '/old?a=b')).headers.location).toBe('http://new.example.com/new?a=b')
    expect((await send(port, '/pre/x?q=1')).headers.location).toBe('https://shop.example.com/post/x?q=1')
    expect((await send(port, '/', { headers: { host: 'other.example.com' } })).status).toBe(404)
  })

  it('retries on 5xx up to the limit and tells the attempt', async () => {
    const attempts: string[] = []
    const { port } = await backend((request, response) => {
      attempts.push(String(request.headers['x-envoy-attempt-count']))
      response.statusCode = attempts.length < 3 || request.url === '/always' ? 503 : 200
      response.end('x')
    })
    const p = await plane(configuration({
      listeners: http, clusters: [cluster(api, [{ address: '10.244.1.5', port: 80 }])],
      routes: [{ match: { prefix: '/' }, route: { cluster: api, retry_policy: { retry_on: '5xx', num_retries: 2 } } }],
    }), { '10.244.1.5:80': port })
    expect((await send(p.port(8080), '/once', { method: 'POST', body: 'abc' })).status).toBe(200)
    expect(attempts).toEqual(['1', '2', '3'])
    expect((await send(p.port(8080), '/always')).status).toBe(503)
    expect((await accessLines(p.lines, 2))[1]).toContain('" 503 URX via_upstream')
  })

  it('ends a request at the route’s timeout and at the per-try timeout', async () => {
    const { port } = await backend(() => undefined)
    const p = await plane(configuration({
      listeners: http, clusters: [cluster(api, [{ address: '10.244.1.5', port: 80 }])],
      routes: [{ match: { prefix: '/a' }, route: { cluster: api, timeout: '0.05s' } }, { match: { prefix: '/' }, route: { cluster: api, retry_policy: { retry_on: '5xx', num_retries: 1, per_try_timeout: '0.03s' } } }],
    }), { '10.244.1.5:80': port })
    expect(await send(p.port(8080), '/a')).toMatchObject({ status: 504, body: 'upstream request timeout' })
    expect((await accessLines(p.lines, 1))[0]).toContain('" 504 UT response_timeout')
    expect((await send(p.port(8080), '/b')).status).toBe(504)
    expect((await accessLines(p.lines, 2))[1]).toContain('" 504 URX,UT upstream_per_try_timeout')
  })

  it('rewrites path and host after the route was chosen', async () => {
    const seen: string[] = []
    const { port } = await backend((request, response) => {
      seen.push(`${request.headers.host ?? ''} ${request.url ?? ''} ${String(request.headers['x-envoy-original-path'])} ${String(request.headers['x-envoy-original-host'])}`)
      response.end()
    })
    const p = await plane(configuration({
      listeners: http, clusters: [cluster(api, [{ address: '10.244.1.5', port: 80 }])],
      routes: [{ match: { prefix: '/rew/' }, route: { cluster: api, prefix_rewrite: '/', host_rewrite_literal: 'api.internal' } }, { match: { safe_regex: { regex: '/v[0-9]+/.*' } }, route: { cluster: api, regex_rewrite: { pattern: { regex: '^/v([0-9]+)/(.*)$' }, substitution: '/api/\\2/\\1' } } }],
    }), { '10.244.1.5:80': port })
    await send(p.port(8080), '/rew/a?b=c')
    await send(p.port(8080), '/v12/x?y')
    expect(seen).toEqual(['api.internal /a?b=c /rew/a?b=c shop.example.com', 'shop.example.com /api/x/12?y /v12/x?y undefined'])
    expect((await accessLines(p.lines, 1))[0]).toContain('"GET /rew/a?b=c HTTP/1.1"')
  })

  it('splits by weight within sampling error, and mirrors', async () => {
    const hits = { v1: 0, v2: 0, audit: 0 }
    const v1 = await backend((_, response) => {
      hits.v1++
      response.end()
    })
    const v2 = await backend((_, response) => {
      hits.v2++
      response.end()
    })
    const audit = await backend((request, response) => {
      hits.audit++
      expect(request.headers.host).toBe('shop.example.com-shadow')
      response.end()
    })
    const p = await plane(configuration({
      listeners: http, clusters: [cluster('v1', [{ address: '10.244.1.1', port: 80 }]), cluster('v2', [{ address: '10.244.1.2', port: 80 }]), cluster('audit', [{ address: '10.244.1.3', port: 80 }])],
      routes: [{ match: { prefix: '/' }, route: { weighted_clusters: { clusters: [{ name: 'v1', weight: 95 }, { name: 'v2', weight: 5 }] }, request_mirror_policies: [{ cluster: 'audit', runtime_fraction: { default_value: { numerator: 50 } } }] } }],
    }), { '10.244.1.1:80': v1.port, '10.244.1.2:80': v2.port, '10.244.1.3:80': audit.port })
    const total = 1000
    for (let sent = 0; sent < total; sent += 20) await Promise.all(Array.from({ length: 20 }, () => send(p.port(8080), '/')))
    expect(hits.v1 + hits.v2).toBe(total)
    expect(Math.abs(hits.v2 - total * 0.05)).toBeLessThan(4 * Math.sqrt(total * 0.05 * 0.95))
    expect(Math.abs(hits.audit - total * 0.5)).toBeLessThan(4 * Math.sqrt(total * 0.25))
  })

  it('runs RBAC, CORS and faults in the filters’ order', async () => {
    const { port } = await backend((_, response) => response.end('ok'))
    const rbac = {
      name: 'envoy.filters.http.rbac',
      typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC', rules: { action: 'DENY', policies: { 'ns[a]-policy[b c]-rule[0]': { permissions: [{ url_path: { path: { prefix: '/deny' } } }], principals: [{ any: true }] } } } },
    }
    const p = await plane(configuration({
      listeners: [listener(8080, [{ filters: [httpFilter('http.8080', [rbac])] }])], clusters: [cluster(api, [{ address: '10.244.1.5', port: 80 }])],
      routes: [
        { name: 'fault', match: { prefix: '/fault' }, route: { cluster: api }, typed_per_filter_config: { 'envoy.filters.http.fault': { '@type': 'x.HTTPFault', abort: { http_status: 555, percentage: { numerator: 100 } } } } },
        { name: 'cors', match: { prefix: '/' }, route: { cluster: api }, typed_per_filter_config: { 'envoy.filters.http.cors': { '@type': 'x.CorsPolicy', allow_origin_string_match: [{ exact: 'https://a.example.com' }], allow_methods: 'GET', filter_enabled: { default_value: { numerator: 100 } } } } },
      ],
    }), { '10.244.1.5:80': port })
    expect(await send(p.port(8080), '/deny/x')).toMatchObject({ status: 403, body: 'RBAC: access denied' })
    expect(await send(p.port(8080), '/fault')).toMatchObject({ status: 555, body: 'fault filter abort' })
    const preflight = await send(p.port(8080), '/', { method: 'OPTIONS', headers: { origin: 'https://a.example.com', 'access-control-request-method': 'GET' } })
    expect(preflight).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': 'https://a.example.com', 'access-control-allow-methods': 'GET' } })
    expect((await send(p.port(8080), '/', { headers: { origin: 'https://a.example.com' } })).headers['access-control-allow-origin']).toBe('https://a.example.com')
    const lines = await accessLines(p.lines, 3)
    expect(lines[0]).toContain('" 403 - rbac_access_denied_matched_policy[ns[a]-policy[b_c]-rule[0]] - "-" 0 19')
    expect(lines[1]).toContain('" 555 FI fault_filter_abort')
    expect(lines[2]).toContain('" 200 - cors_response')
  })
})
