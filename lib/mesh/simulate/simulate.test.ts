import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { configurationOfCompiled, configurationOfDump, configurationOfParts } from './envoy-configuration'
import type { EnvoyConfiguration } from './envoy-configuration'
import type { Compiled } from '../translate/compiled'
import type { SimulatedRequest } from './explanation'
import { simulate } from './simulate'

const hcmType = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'
const router = { name: 'envoy.filters.http.router', typed_config: { '@type': 'x.Router' } }

function hcm(routes: string, filters: readonly object[] = [], more: object = {}): object {
  return { name: 'envoy.filters.network.http_connection_manager', typed_config: { '@type': hcmType, rds: { route_config_name: routes }, use_remote_address: true, normalize_path: true, http_filters: [...filters, router], ...more } }
}

function listener(port: number, chains: readonly object[], more: object = {}): object {
  return { name: `0.0.0.0_${String(port)}`, address: { socket_address: { address: '0.0.0.0', port_value: port } }, filter_chains: chains, ...more }
}

const inspector = { listener_filters: [{ name: 'envoy.filters.listener.tls_inspector' }] }
const tls = { transport_socket: { name: 'envoy.transport_sockets.tls', typed_config: { '@type': 'x.DownstreamTlsContext' } } }

function http(virtualHosts: readonly object[], options: { readonly filters?: readonly object[]; readonly hcm?: object; readonly clusters?: readonly string[] } = {}): EnvoyConfiguration {
  const clusters = options.clusters ?? ['a', 'b', 'c']
  return configurationOfParts({
    listeners: [listener(8080, [{ filters: [hcm('http.8080', options.filters, options.hcm)] }])],
    routeConfigurations: [{ name: 'http.8080', virtual_hosts: virtualHosts, ignore_port_in_host_matching: true }],
    clusters: clusters.map((name) => ({ name, type: 'EDS', common_lb_config: { healthy_panic_threshold: {} } })),
    endpoints: clusters.map((name) => ({ cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: '10.0.0.1', port_value: 80 } } } }] }] })),
  })
}

function host(routes: readonly object[], more: object = {}): object {
  return { name: 'shop:80', domains: ['shop.example.com'], routes, ...more }
}

function ask(more: Partial<SimulatedRequest> = {}): SimulatedRequest {
  return { port: 8080, protocol: 'http1', tls: 'off', method: 'GET', scheme: 'http', authority: 'shop.example.com', path: '/', headers: {}, peerAddress: '192.0.2.1', ...more }
}

const toA = { route: { cluster: 'a' } }

describe('listeners and filter chains', () => {
  it('[SIM1] takes the listener of the port, the exact address before a wildcard one', () => {
    const chains = [{ filters: [hcm('none')] }]
    const exact = { ...listener(8080, chains), name: 'exact', address: { socket_address: { address: '10.0.0.9', port_value: 8080 } } }
    const configuration = configurationOfParts({ listeners: [listener(8080, chains), exact, listener(8443, chains)], routeConfigurations: [], clusters: [], endpoints: [] })
    expect(simulate(configuration, ask()).listener).toBe('0.0.0.0_8080')
    expect(simulate(configuration, ask({ localAddress: '10.0.0.9' })).listener).toBe('exact')
    const none = simulate(configuration, ask({ port: 1 }))
    expect(none.outcome.kind).toBe('no-listener')
    expect(none.trace[0]?.losers.map((item) => item.reason.code)).toEqual(['port-differs', 'port-differs', 'port-differs'])
  })

  const named = (names: readonly string[] | undefined, more: object = {}) => ({ name: (names ?? ['any']).join(), ...(names === undefined ? {} : { filter_chain_match: { server_names: names, ...more } }), filters: [hcm('none')], ...tls })
  const chosen = (chains: readonly object[], request: Partial<SimulatedRequest>, more: object = inspector) =>
    simulate(configurationOfParts({ listeners: [listener(8443, chains, more)], routeConfigurations: [], clusters: [], endpoints: [] }), ask({ port: 8443, tls: 'on', scheme: 'https', ...request }))

  it('[SIM2] chooses by server name: exact, then the longest wildcard, then chains without names', () => {
    const chains = [named(undefined), named(['*.com']), named(['*.example.com']), named(['a.example.com'])]
    expect(['a.example.com', 'A.Example.Com', 'b.example.com', 'x.b.example.com', 'y.com', 'org', undefined].map((sni) => chosen(chains, sni === undefined ? {} : { sni }).filterChain))
      .toEqual(['a.example.com', 'a.example.com', '*.example.com', '*.example.com', '*.com', 'any', 'any'])
    expect(chosen([named(['Upper.example.com'])], { sni: 'upper.example.com' }).filterChain).toBe('Upper.example.com')
    expect(chosen([named(['*.CASE.com'])], { sni: 'x.case.com' }).filterChain).toBe('*.CASE.com')
    expect(chosen(chains.slice(1), { sni: 'a.example.org' }).response).toEqual({ status: null, flags: 'NR', details: 'filter_chain_not_found' })
    expect(chosen(chains, { sni: 'a.example.com' }, {}).filterChain).toBe('any')
  })

  it('[SIM3] narrows criterion by criterion without going back', () => {
    const chains = [named(['a.example.com'], { application_protocols: ['istio'] }), named(['*.example.com'])]
    expect(chosen(chains, { sni: 'a.example.com', alpn: ['istio'] }).filterChain).toBe('a.example.com')
    const lost = chosen(chains, { sni: 'a.example.com', alpn: ['h2'] })
    expect(lost.outcome.kind).toBe('no-filter-chain')
    expect(lost.trace[1]?.losers.map((item) => item.reason.code)).toEqual(['server-name-less-specific', 'application-protocol-differs'])
  })

  it('[SIM4] calls chains with the same match what they are: a listener that Envoy refuses', () => {
    expect(chosen([named(['a.example.com']), named(['a.example.com'])], { sni: 'a.example.com' }).outcome.kind).toBe('multiple-filter-chains')
  })

  it('[SIM5] tells TLS and protocol errors of the chain', () => {
    const mutual = { ...named(undefined), transport_socket: { name: 'tls', typed_config: { '@type': 'x.DownstreamTlsContext', require_client_certificate: true } } }
    expect(chosen([named(undefined)], { tls: 'off' }).outcome.kind).toBe('tls-error')
    expect(chosen([mutual], { tls: 'on' }).trace[1]?.notes.map(({ code }) => code)).toEqual(['client-certificate-missing'])
    expect(chosen([mutual], { tls: 'mutual' }).outcome.kind).toBe('no-virtual-host')
    expect(simulate(http([]), ask({ tls: 'on' })).outcome.kind).toBe('protocol-error')
    expect(simulate(http([]), ask({ protocol: 'http2', authority: 'a/*', path: '%2Fx' })).response).toEqual({ status: null, flags: 'DPE', details: 'http2.invalid.header.field' })
    expect(simulate(http([]), ask({ protocol: 'http2', method: '/v42/' })).response).toEqual({ status: null, flags: 'DPE', details: 'http2.invalid.header.field' })
    expect(simulate(http([]), ask({ protocol: 'tcp' })).response).toEqual({ status: 400, flags: 'DPE', details: 'http1.codec_error' })
  })

  it('[SIM6] sends TCP to the cluster of tcp_proxy, after network RBAC', () => {
    const proxy = { name: 'tcp', typed_config: { '@type': 'x.TcpProxy', weighted_clusters: { clusters: [{ name: 'a', weight: 1 }, { name: 'b', weight: 3 }, { name: 'c', weight: 0 }] } } }
    const rbac = { name: 'envoy.filters.network.rbac', typed_config: { '@type': 'x.RBAC', rules: { action: 'DENY', policies: { 'ns[shop]-policy[no]-rule[2]': { permissions: [{ destination_port: 3306 }], principals: [{ not_id: { direct_remote_ip: { address_prefix: '10.0.0.0', prefix_len: 8 } } }] } } } } }
    const configuration = configurationOfParts({ listeners: [listener(3306, [{ filters: [rbac, proxy] }])], routeConfigurations: [], clusters: [{ name: 'a', type: 'EDS' }], endpoints: [] })
    const passed = simulate(configuration, ask({ port: 3306, protocol: 'tcp', peerAddress: '10.1.2.3' }))
    expect(passed.outcome.kind).toBe('tcp')
    expect(passed.clusters).toEqual([{ name: 'a', weight: 1, state: 'no-endpoints' }, { name: 'b', weight: 3, state: 'missing' }])
    expect(simulate(configuration, ask({ port: 3306, protocol: 'tcp' })).outcome.kind).toBe('tcp')
    const reachable = configurationOfParts({ listeners: [listener(3306, [{ filters: [rbac, proxy] }])], routeConfigurations: [], clusters: [{ name: 'a', type: 'ORIGINAL_DST' }], endpoints: [] })
    const denied = simulate(reachable, ask({ port: 3306, protocol: 'tcp' }))
    expect(denied.outcome.kind).toBe('denied')
    expect([denied.resource?.name, denied.path]).toEqual(['no', 'spec.rules[2]'])
  })
})

describe('virtual hosts', () => {
  const names = ['a.example.com', '*.example.com', '*.com', 'a.*', 'a.ex*', '*'].map((domain) => ({ name: domain, domains: [domain], routes: [{ match: { prefix: '/' }, ...toA }] }))
  it.each([['a.example.com', 'a.example.com'], ['A.EXAMPLE.com:8080', 'a.example.com'], ['b.example.com', '*.example.com'], ['x.y.example.com', '*.example.com'], ['example.com', '*.com'], ['a.org', 'a.*'], ['a.example.org', 'a.ex*'], ['.example.com', '*.com'], ['org', '*'], ['a.example.com.', 'a.ex*'], ['[::1]:80', '*']])(
    '[SIM7] %s goes to %s: exact, longest suffix, longest prefix, any', (authority, expected) => {
      expect(simulate(http(names), ask({ authority })).virtualHost).toBe(expected)
    })

  it('[SIM8] sees only its own virtual host’s routes, and names the nearest domains when there is none', () => {
    const configuration = http([host([{ match: { path: '/only' }, ...toA }]), { name: 'any', domains: ['*.com'], routes: [{ match: { prefix: '/' }, ...toA }] }])
    const missed = simulate(configuration, ask({ path: '/x' }))
    expect([missed.outcome.kind, missed.virtualHost, missed.response]).toEqual(['no-route', 'shop:80', { status: 404, flags: 'NR', details: 'route_not_found' }])
    expect(missed.trace.find((step) => step.step === 'virtual-host')?.losers).toEqual([{ name: 'any', reason: { code: 'less-specific', params: { domain: '*.com' } } }])
    const unknown = simulate(configuration, ask({ authority: 'other.example.org' }))
    expect([unknown.outcome.kind, unknown.virtualHost, unknown.response.status]).toEqual(['no-virtual-host', null, 404])
  })

  it('[SIM9] redirects to https before any route where the host demands TLS', () => {
    const configuration = http([host([{ match: { prefix: '/' }, ...toA }], { require_tls: 'ALL' })])
    expect(simulate(configuration, ask({ path: '/a?b' }))).toMatchObject({ outcome: { kind: 'tls-redirect', location: 'https://shop.example.com/a?b' }, response: { status: 301, details: 'direct_response' } })
  })
})

describe('route matching', () => {
  const matches = (match: object, request: Partial<SimulatedRequest> = {}) => simulate(http([host([{ name: 'it', match, ...toA }])]), ask(request)).route === 'it'
  it.each<[object, readonly string[], readonly string[]]>([
    [{ prefix: '/api' }, ['/api', '/apix', '/api/?q', '/api/a'], ['/Api', '/', '/x/api']],
    [{ prefix: '/API', case_sensitive: false }, ['/api', '/aPi/x'], ['/ap']],
    [{ path: '/api' }, ['/api', '/api?a=b'], ['/api/', '/apix']],
    [{ path_separated_prefix: '/api' }, ['/api', '/api/', '/api/x', '/api?x'], ['/apix']],
    [{ safe_regex: { regex: '/v[0-9]+' } }, ['/v1', '/v12?x'], ['/v', '/v1/', '/xv1']],
    [{ safe_regex: { regex: '/(?i)ABC' } }, ['/abc'], ['/ab']],
    [{ safe_regex: { regex: '(bad' } }, [], ['/bad', '(bad']],
    [{ path_match_policy: { name: 't', typed_config: { '@type': 'x.UriTemplateMatchConfig', path_template: '/t/{a}/x/**' } } }, ['/t/1/x/', '/t/1/x/y/z?q'], ['/t/1/x', '/t//x/']],
    [{}, [], ['/']],
  ])('[SIM10] path specifier %j', (match, hits, misses) => {
    for (const path of hits) expect([path, matches(match, { path })]).toEqual([path, true])
    for (const path of misses) expect([path, matches(match, { path })]).toEqual([path, false])
  })

  it.each<[object, Partial<SimulatedRequest>, boolean]>([
    [{ name: 'x-a', string_match: { exact: '1' } }, { headers: { 'X-A': '1' } }, true],
    [{ name: 'x-a', string_match: { exact: '1' } }, { headers: {} }, false],
    [{ name: 'x-a', string_match: { exact: '1,2' } }, { headers: { 'x-a': ['1', '2'] } }, false],
    [{ name: 'x-a', string_match: { exact: '2' } }, { headers: { 'x-a': ['1', '2'] } }, true],
    [{ name: 'accept', string_match: { exact: '1,2' } }, { headers: { accept: ['1', '2'] } }, true],
    [{ name: 'x-a', string_match: { exact: 'ABC', ignore_case: true } }, { headers: { 'x-a': 'abc' } }, true],
    [{ name: 'x-a', string_match: { prefix: 'ab' } }, { headers: { 'x-a': 'abc' } }, true],
    [{ name: 'x-a', string_match: { suffix: 'bc' } }, { headers: { 'x-a': 'abc' } }, true],
    [{ name: 'x-a', string_match: { contains: 'b' } }, { headers: { 'x-a': 'abc' } }, true],
    [{ name: 'x-a', string_match: { safe_regex: { regex: 'a.' } } }, { headers: { 'x-a': 'abc' } }, false],
    [{ name: 'x-a', present_match: true }, { headers: { 'x-a': '' } }, true],
    [{ name: 'x-a', present_match: true, invert_match: true }, {}, true],
    [{ name: 'x-a', present_match: false }, {}, true],
    [{ name: 'x-a', string_match: { exact: '1' }, invert_match: true }, {}, false],
    [{ name: 'x-a', string_match: { exact: '1' }, invert_match: true, treat_missing_header_as_empty: true }, {}, true],
    [{ name: 'x-a', string_match: { safe_regex: { regex: '.*' } }, invert_match: true, treat_missing_header_as_empty: true }, {}, false],
    [{ name: 'x-a', range_match: { start: '1', end: '10' } }, { headers: { 'x-a': '9' } }, true],
    [{ name: 'x-a', range_match: { start: '1', end: '10' } }, { headers: { 'x-a': '10' } }, false],
    [{ name: ':authority', string_match: { exact: 'SHOP.example.com:80' } }, { authority: 'SHOP.example.com:80' }, true],
    [{ name: ':method', string_match: { exact: 'POST' } }, { method: 'POST' }, true],
    [{ name: 'x-forwarded-proto', string_match: { exact: 'http' } }, { headers: { 'x-forwarded-proto': 'https' } }, true],
    [{ name: 'x-envoy-internal', present_match: true }, { headers: { 'x-envoy-internal': 'true' } }, false],
  ])('[SIM11] header matcher %j on %j: %s', (header, request, expected) => {
    expect(matches({ prefix: '/', headers: [header] }, request)).toBe(expected)
  })

  it.each<[object, string, boolean]>([
    [{ name: 'a', string_match: { exact: 'b' } }, '/?a=b', true], [{ name: 'a', string_match: { exact: 'b' } }, '/?a=x&a=b', false], [{ name: 'a', string_match: { exact: 'b c' } }, '/?a=b%20c', false],
    [{ name: 'a', present_match: true }, '/?x&a', true], [{ name: 'a', present_match: true }, '/', false], [{ name: 'a', string_match: { safe_regex: { regex: 'b+' } } }, '/?a=bbb', true], [{ name: 'a' }, '/?a=1', true],
  ])('[SIM12] query parameter %j on %s: %s', (parameter, path, expected) => {
    expect(matches({ prefix: '/', query_parameters: [parameter] }, { path })).toBe(expected)
  })

  it('[SIM13] knows grpc, dynamic metadata and runtime fractions, and says when a draw decides', () => {
    expect(matches({ prefix: '/', grpc: {} }, { headers: { 'content-type': 'application/grpc+proto' } })).toBe(true)
    expect(matches({ prefix: '/', grpc: {} })).toBe(false)
    expect(matches({ prefix: '/', runtime_fraction: { default_value: { numerator: 0 } } })).toBe(false)
    const drawn = simulate(http([host([{ name: 'it', match: { prefix: '/', runtime_fraction: { default_value: { numerator: 10 } } }, ...toA }])]), ask())
    expect([drawn.route, drawn.certainty]).toEqual(['it', { kind: 'conditional', on: ['runtime-fraction'] }])
  })

  it('[SIM14] takes the first match and tells for each route before it why it lost', () => {
    const configuration = http([host([
      { name: 'one', match: { prefix: '/other' }, ...toA }, { name: 'two', match: { prefix: '/', headers: [{ name: ':method', string_match: { exact: 'POST' } }] }, ...toA },
      { match: { prefix: '/', query_parameters: [{ name: 'q', present_match: true }] }, ...toA, metadata: { filter_metadata: { istio: { config: '/apis/networking.istio.io/v1/namespaces/shop/virtual-service/counter' } } } },
      { name: 'four', match: { prefix: '/' }, route: { cluster: 'b' } }, { name: 'five', match: { prefix: '/' }, ...toA },
    ])])
    const answer = simulate(configuration, ask())
    expect([answer.route, answer.clusters]).toEqual(['four', [{ name: 'b', weight: 1, state: 'ok' }]])
    expect(answer.trace.find((step) => step.step === 'route')?.losers.map((item) => [item.name, item.reason.code, item.reason.params.resource])).toEqual([
      ['one', 'path', undefined], ['two', 'header', undefined], ['#2', 'query-parameter', 'VirtualService shop/counter'],
    ])
  })
})

describe('what a route does', () => {
  const through = (route: object, request: Partial<SimulatedRequest> = {}) => simulate(http([host([{ match: { prefix: '/old' }, ...route }])]), ask({ path: '/old/x?q=1', ...request }))
  it.each<[object, Partial<SimulatedRequest>, string, number]>([
    [{ host_redirect: 'new.example.com', path_redirect: '/new' }, {}, 'http://new.example.com/new?q=1', 301],
    [{ path_redirect: '/new?own=1' }, {}, 'http://shop.example.com/new?own=1', 301],
    [{ path_redirect: '/new', strip_query: true, response_code: 'PERMANENT_REDIRECT' }, {}, 'http://shop.example.com/new', 308],
    [{ prefix_rewrite: '/neu', https_redirect: true, response_code: 'FOUND' }, { authority: 'shop.example.com:80' }, 'https://shop.example.com/neu/x?q=1', 302],
    [{ scheme_redirect: 'https', port_redirect: 8443 }, { authority: 'shop.example.com:80' }, 'https://shop.example.com:8443/old/x?q=1', 301],
    [{ regex_rewrite: { pattern: { regex: '^/old/(.*)$' }, substitution: '/\\1/n' } }, {}, 'http://shop.example.com/x/n?q=1', 301],
  ])('[SIM15] redirect %j', (redirect, request, location, status) => {
    expect(through({ redirect }, request)).toMatchObject({ outcome: { kind: 'redirect', location }, response: { status, details: 'direct_response' } })
  })

  it('[SIM16] rewrites path and authority, keeping the query', () => {
    const rewritten = (action: object) => through({ route: { cluster: 'a', ...action } }).rewritten
    expect(rewritten({ prefix_rewrite: '/' })).toEqual({ authority: 'shop.example.com', path: '//x?q=1' })
    expect(rewritten({ regex_rewrite: { pattern: { regex: '/' }, substitution: '+' }, host_rewrite_literal: 'api' })).toEqual({ authority: 'api', path: '+old+x?q=1' })
    expect(rewritten({ host_rewrite_path_regex: { pattern: { regex: '^/(.+)/.+$' }, substitution: '\\1' } }).authority).toBe('old')
  })

  it('[SIM17] shares by weight, leaves out weight 0, and tells missing clusters and endpoints as Envoy logs them', () => {
    const weighted = through({ route: { weighted_clusters: { clusters: [{ name: 'a', weight: 95 }, { name: 'b', weight: 5 }, { name: 'c', weight: 0 }] } } })
    expect(weighted.clusters).toEqual([{ name: 'a', weight: 95, state: 'ok' }, { name: 'b', weight: 5, state: 'ok' }])
    expect(through({ route: { cluster: 'gone' } }).response).toEqual({ status: 503, flags: 'NC', details: 'cluster_not_found' })
    expect(through({ route: { cluster: 'gone', cluster_not_found_response_code: 'NOT_FOUND' } }).response.status).toBe(404)
    const empty = configurationOfParts({ listeners: [listener(8080, [{ filters: [hcm('r')] }])], routeConfigurations: [{ name: 'r', virtual_hosts: [host([{ match: { prefix: '/' }, ...toA }])] }], clusters: [{ name: 'a', type: 'EDS' }], endpoints: [] })
    expect(simulate(empty, ask()).response).toEqual({ status: 503, flags: 'UH', details: 'no_healthy_upstream' })
    const half = through({ route: { weighted_clusters: { clusters: [{ name: 'a', weight: 1 }, { name: 'gone', weight: 1 }] } } })
    expect([half.response.status, half.certainty]).toEqual([null, { kind: 'conditional', on: ['cluster:gone'] }])
  })

  it('[SIM18] answers directly', () => {
    expect(through({ direct_response: { status: 418 } })).toMatchObject({ outcome: { kind: 'direct-response' }, response: { status: 418, flags: '-', details: 'direct_response' } })
  })
})

describe('filters', () => {
  const rbac = (rules: object) => ({ name: 'envoy.filters.http.rbac', typed_config: { '@type': 'x.RBAC', rules } })
  const all = [host([{ name: 'it', match: { prefix: '/' }, ...toA }])]
  it('[SIM19] RBAC decides before the router, by the first policy in byte order', () => {
    const any = { permissions: [{ url_path: { path: { prefix: '/admin' } } }], principals: [{ any: true }] }
    const denied = simulate(http(all, { filters: [rbac({ action: 'DENY', policies: { 'ns[b]-policy[x]-rule[1]': any, 'ns[a]-policy[p q]-rule[0]': any } })] }), ask({ path: '/admin/x' }))
    expect(denied).toMatchObject({ outcome: { kind: 'denied' }, response: { status: 403, flags: '-', details: 'rbac_access_denied_matched_policy[ns[a]-policy[p_q]-rule[0]]' }, route: 'it', resource: { kind: 'AuthorizationPolicy', namespace: 'a', name: 'p q' }, path: 'spec.rules[0]' })
    expect(simulate(http(all, { filters: [rbac({ policies: {} })] }), ask()).response.details).toBe('rbac_access_denied_matched_policy[none]')
    expect(simulate(http(all, { filters: [rbac({ action: 'LOG', policies: { a: any } })] }), ask({ path: '/admin' })).outcome.kind).toBe('routed')
  })

  it('[SIM20] sees the client behind trusted hops, and the socket’s peer for ipBlocks', () => {
    const rules = (id: string) => ({ action: 'DENY', policies: { p: { permissions: [{ any: true }], principals: [{ [id]: { address_prefix: '203.0.113.7', prefix_len: 32 } }] } } })
    const request = ask({ headers: { 'x-forwarded-for': '203.0.113.7' } })
    expect(simulate(http(all, { filters: [rbac(rules('remote_ip'))], hcm: { xff_num_trusted_hops: 1 } }), request).outcome.kind).toBe('denied')
    expect(simulate(http(all, { filters: [rbac(rules('direct_remote_ip'))], hcm: { xff_num_trusted_hops: 1 } }), request).outcome.kind).toBe('routed')
    expect(simulate(http(all, { filters: [rbac(rules('remote_ip'))] }), request).outcome.kind).toBe('routed')
  })

  const jwt = { name: 'envoy.filters.http.jwt_authn', typed_config: { '@type': 'x.JwtAuthentication', bypass_cors_preflight: true, providers: { 'origins-0': { issuer: 'https://a', audiences: ['web'], payload_in_metadata: 'payload', clear_route_cache: true, normalize_payload_in_metadata: { space_delimited_claims: ['scope'] } } }, rules: [{ match: { prefix: '/' }, requires: { requires_any: { requirements: [{ provider_name: 'origins-0' }, { allow_missing: {} }] } } }] } }
  it('[SIM21] JWT: none passes, an unknown issuer is 401, a wrong audience 403, and claims route', () => {
    const claims = { iss: 'https://a', aud: ['web'], scope: 'read write' }
    const configuration = http([host([{ name: 'claim', match: { prefix: '/', dynamic_metadata: [{ filter: 'envoy.filters.http.jwt_authn', path: [{ key: 'payload' }, { key: 'scope' }], value: { or_match: { value_matchers: [{ list_match: { one_of: { string_match: { exact: 'write' } } } }, { string_match: { exact: 'write' } }] } } }] }, ...toA }, { name: 'plain', match: { prefix: '/' }, ...toA }])], { filters: [jwt] })
    expect(simulate(configuration, ask()).route).toBe('plain')
    expect(simulate(configuration, ask({ jwtClaims: claims })).route).toBe('claim')
    expect(simulate(configuration, ask({ jwtClaims: { iss: 'https://b' } })).response).toEqual({ status: 401, flags: '-', details: 'jwt_authn_access_denied{Jwt_issuer_is_not_configured}' })
    expect(simulate(configuration, ask({ jwtClaims: { ...claims, aud: 'x' } })).response).toEqual({ status: 403, flags: '-', details: 'jwt_authn_access_denied{Audiences_in_Jwt_are_not_allowed}' })
  })

  it('[SIM22] CORS answers an allowed preflight, passes others on', () => {
    const cors = { name: 'envoy.filters.http.cors', typed_config: { '@type': 'x.Cors' } }
    const configuration = http([host([{ name: 'it', match: { prefix: '/' }, ...toA, typed_per_filter_config: { 'envoy.filters.http.cors': { '@type': 'x.CorsPolicy', allow_origin_string_match: [{ exact: 'https://a' }], filter_enabled: { default_value: { numerator: 100 } }, forward_not_matching_preflights: true } } }])], { filters: [cors] })
    const preflight = (origin: string) => simulate(configuration, ask({ method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } }))
    expect(preflight('https://a')).toMatchObject({ outcome: { kind: 'direct-response' }, response: { status: 200, details: 'cors_response' }, route: 'it' })
    expect(preflight('https://b').outcome.kind).toBe('routed')
  })

  it('[SIM23] faults abort for sure at 100 %, else are a condition', () => {
    const filter = { name: 'envoy.filters.http.fault', typed_config: { '@type': 'x.HTTPFault' } }
    const at = (numerator: number) => simulate(http([host([{ match: { prefix: '/' }, ...toA, typed_per_filter_config: { 'envoy.filters.http.fault': { '@type': 'x.HTTPFault', abort: { http_status: 555, percentage: { numerator } } } } }])], { filters: [filter] }), ask())
    expect(at(100)).toMatchObject({ outcome: { kind: 'aborted-by-fault' }, response: { status: 555, flags: 'FI', details: 'fault_filter_abort' } })
    expect(at(10)).toMatchObject({ outcome: { kind: 'routed' }, certainty: { kind: 'conditional', on: ['fault'] } })
  })

  it('[SIM24] names what it cannot compute as a condition', () => {
    const configuration = http(all, { filters: [{ name: 'envoy.filters.http.ext_authz', typed_config: { '@type': 'x.ExtAuthz' } }, { name: 'extensions.istio.io/wasmplugin/a', typed_config: { '@type': 'x.Wasm' } }] })
    expect(simulate(configuration, ask()).certainty).toEqual({ kind: 'conditional', on: ['envoy.filters.http.ext_authz', 'extensions.istio.io/wasmplugin/a'] })
  })

  it.each([['/a/../b//c', '/b//c'], ['/%61%2fb/./c?x=/../', '/a%2fb/c?x=/../'], ['/a\\b', '/a/b'], ['/..', '/'], ['/a/%2e%2e/b', '/b'], ['/a|b', '/a%7Cb']])('[SIM25] normalises %s to %s before matching', (path, expected) => {
    expect(simulate(http(all), ask({ path })).rewritten.path).toBe(expected)
  })
  it('[SIM25] refuses fragments and unescapes slashes as told', () => {
    expect(simulate(http(all), ask({ path: '/a#b' })).response).toEqual({ status: 400, flags: '-', details: 'path_normalization_failed' })
    expect(simulate(http(all, { hcm: { path_with_escaped_slashes_action: 'UNESCAPE_AND_REDIRECT' } }), ask({ path: '/a%2Fb' })).outcome).toEqual({ kind: 'redirect', location: '/a/b' })
    expect(simulate(http(all, { hcm: { merge_slashes: true } }), ask({ path: '//a///b' })).rewritten.path).toBe('/a/b')
  })
})

describe('configurations', () => {
  const dump = {
    configs: [
      { '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump', dynamicActiveClusters: [{ cluster: { name: 'a', type: 'EDS' } }] },
      { '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump', dynamicListeners: [{ name: 'l', activeState: { listener: { name: 'l', address: { socketAddress: { address: '0.0.0.0', portValue: 8080 } }, filterChains: [{ filters: [{ name: 'hcm', typedConfig: { '@type': hcmType, rds: { routeConfigName: 'r' }, useRemoteAddress: true, httpFilters: [] } }] }] } } }] },
      { '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump', dynamicRouteConfigs: [{ routeConfig: { name: 'r', virtualHosts: [{ name: 'v', domains: ['*'], routes: [{ name: 'x', match: { prefix: '/', caseSensitive: true }, route: { cluster: 'a', hostRewriteLiteral: 'b' }, metadata: { filterMetadata: { istio: { config: '/apis/networking.istio.io/v1/namespaces/shop/virtual-service/counter' } } } }] }] } }] },
    ],
  }
  it('[SIM26] reads config_dumps in both forms of protojson, and says that endpoints are not in them', () => {
    const answer = simulate(configurationOfDump(dump), ask())
    expect(answer).toMatchObject({ route: 'x', clusters: [{ name: 'a', weight: 1, state: 'unknown' }], certainty: { kind: 'conditional', on: ['endpoints'] }, rewritten: { authority: 'b' }, resource: { kind: 'VirtualService', namespace: 'shop', name: 'counter' } })
    expect(simulate(configurationOfDump({ configs: [] }), ask()).outcome.kind).toBe('no-listener')
  })

  it('[SIM26] reads a dump whose sections are in one form of protojson and what they hold in the other', () => {
    const mixed: unknown = JSON.parse(JSON.stringify(dump).replaceAll('dynamicListeners', 'dynamic_listeners').replaceAll('dynamicRouteConfigs', 'dynamic_route_configs').replaceAll('"routeConfig"', '"route_config"').replaceAll('activeState', 'active_state'))
    expect(simulate(configurationOfDump(mixed), ask())).toMatchObject({ route: 'x', rewritten: { authority: 'b' } })
  })

  it('[SIM26] knows nothing of clusters where the dump has no section of them', () => {
    const answer = simulate(configurationOfDump({ configs: dump.configs.slice(1) }), ask())
    expect(answer).toMatchObject({ outcome: { kind: 'routed' }, response: { status: null, details: 'via_upstream' }, clusters: [{ name: 'a', weight: 1, state: 'unknown' }], certainty: { kind: 'conditional', on: ['clusters'] }, rewritten: { authority: 'b' } })
  })

  it('[SIM26] routes by the route configurations alone where a dump holds no listeners, and says so', () => {
    const table = (name: string, domain: string) => ({ route_config: { name, virtual_hosts: [{ name: domain, domains: [domain], routes: [{ name: `${name}-x`, match: { prefix: '/' }, redirect: { path_redirect: '/y' } }] }] } })
    const only = (...tables: readonly object[]) => configurationOfDump({ configs: [{ '@type': 'x.RoutesConfigDump', dynamic_route_configs: tables }] })
    expect(simulate(only(table('r', '*')), ask())).toMatchObject({ outcome: { kind: 'redirect', location: 'http://shop.example.com/y' }, listener: null, filterChain: null, routeConfiguration: 'r', route: 'r-x', certainty: { kind: 'conditional', on: ['listener'] } })
    expect(simulate(only(table('http.80', '*'), table('http.8080', 'a.example.com'), table('http.8080.b', '*.example.com')), ask()).routeConfiguration).toBe('http.8080.b')
    expect(simulate(only(table('a', 'a.example.com'), table('b', '*.example.com')), ask()).routeConfiguration).toBe('b')
    expect(simulate(only(table('r', '*')), ask({ protocol: 'tcp' })).outcome.kind).toBe('no-listener')
  })

  it('[SIM28] reads a compiled configuration and names the object and field behind each decision', () => {
    const virtualService = { group: 'networking.istio.io', kind: 'VirtualService', namespace: 'shop', name: 'counter' }
    const gateway = { group: 'networking.istio.io', kind: 'Gateway', namespace: 'istio-system', name: 'default-gateway' }
    const compiled: Compiled = {
      gateway: { namespace: 'istio-system', name: 'gw', labels: {} }, findings: [], patches: { patches: [], serverPorts: new Map() },
      listeners: [{ name: 'l', address: { socket_address: { address: '0.0.0.0', port_value: 8080 } }, filter_chains: [{ filters: [{ name: 'hcm', typed_config: { '@type': hcmType, rds: { route_config_name: 'r' }, http_filters: [] } }] }] }],
      routeConfigurations: [{ name: 'r', virtual_hosts: [{ name: 'v', domains: ['*'], routes: [{ match: { path: '/x' }, route: { cluster: 'a' } }, { match: { prefix: '/' }, route: { cluster: 'a' } }] }] }],
      clusters: () => [], cluster: (name) => ({ name, type: 'EDS' }), endpoints: (name) => ({ cluster_name: name }),
      provenance: {
        filterChains: new Map([['l', [[{ resource: gateway, path: 'spec.servers[0]' }]]]]), virtualHosts: new Map([['r', new Map([['v', [{ resource: gateway, path: 'spec.servers[0]' }]]])]]),
        routes: new Map([['r', new Map([['v', [{ resource: virtualService, path: 'spec.http[0].match[0]' }, { resource: virtualService, path: 'spec.http[1]' }]]])]]), clusters: new Map(),
      },
    }
    const answer = simulate(configurationOfCompiled(compiled), ask())
    expect([answer.resource, answer.path, answer.response]).toEqual([virtualService, 'spec.http[1]', { status: 503, flags: 'UH', details: 'no_healthy_upstream' }])
    expect(answer.trace.find((step) => step.step === 'route')?.losers[0]?.reason.params).toMatchObject({ resource: 'VirtualService shop/counter', field: 'spec.http[0].match[0]' })
    expect(simulate(configurationOfCompiled(compiled), ask({ protocol: 'tcp' }))).toMatchObject({ resource: gateway, path: 'spec.servers[0]' })
  })

  it('[SIM27] never throws, whatever the configuration holds', () => {
    const base = JSON.stringify(dump).replaceAll('dynamicListeners', 'dynamic_listeners')
    const junk = fc.oneof(fc.constant(null), fc.integer(), fc.string(), fc.constant([]), fc.constant({}), fc.constant([null]), fc.constant({ __proto__: 1, constructor: 2 }), fc.constant(1e308))
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(), junk), { minLength: 1, maxLength: 6 }), fc.webPath(), (mutations, path) => {
      const value: unknown = JSON.parse(base)
      for (const [at, replacement] of mutations) mutate(value, at, structuredClone(replacement))
      for (const request of [ask({ path }), ask({ tls: 'mutual', sni: 'a', alpn: ['h2'] }), ask({ protocol: 'tcp' })]) simulate(configurationOfDump(value), request)
    }), { numRuns: 2000 })
  })

  it('[SIM27] does not overflow on deep nesting', () => {
    const deep = (make: (inner: object) => object, inner: object) => Array.from({ length: 5000 }).reduce<object>((value) => make(value), inner)
    const rules = { action: 'DENY', policies: { p: { permissions: [deep((inner) => ({ not_rule: inner }), { any: true })], principals: [deep((inner) => ({ and_ids: { ids: [inner] } }), { any: true })] } } }
    expect(simulate(http([], { filters: [{ name: 'rbac', typed_config: { '@type': 'x.RBAC', rules } }] }), ask()).outcome.kind).toBe('no-virtual-host')
    expect(simulate(configurationOfDump({ configs: [{ dynamicListeners: [deep((inner) => ({ activeState: inner }), {})] }] }), ask()).outcome.kind).toBe('no-listener')
  })
})

/** Replaces the n-th property (counted in depth-first order, round and round) by a value. */
function mutate(root: unknown, at: number, replacement: unknown): void {
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = []
  const walk = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return
    for (const key of Object.keys(value)) {
      places.push({ holder: value as Record<string, unknown>, key })
      walk((value as Record<string, unknown>)[key])
    }
  }
  walk(root)
  const place = places[at % Math.max(places.length, 1)]
  if (place !== undefined) place.holder[place.key] = replacement
}
