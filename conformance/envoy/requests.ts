import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import type { Random } from '../generate/random'
import { list, object } from './prepare'
import type { ProbeRequest } from './probe-case'

/** A request to a gateway's port. */
export type DrawnRequest = ProbeRequest

/** Where a request is drawn at: a route with the domains it is reached by, on a chain with its server names. */
interface Target {
  readonly domains: readonly string[]
  readonly match: JsonObject
  readonly chain: JsonObject | undefined
}

/** Requests that hit, and just miss, the rules of a listener: its chains, its policies and the routes of its route configurations. */
export function drawRequests(random: Random, listener: JsonObject, routes: readonly JsonObject[], count: number): DrawnRequest[] {
  const chains = list(listener['filter_chains'])
  const targets = chains.flatMap((chain) => targetsOf(chain, routes))
  const policies = policyValues(listener)
  const proxied = list(listener['listener_filters']).some((filter) => filter['name'] === 'envoy.filters.listener.proxy_protocol')
  return Array.from({ length: count }, () => {
    const target: Target = targets.length === 0 || random.chance(0.03) ? { domains: ['nobody.test'], match: {}, chain: chains[0] } : random.pick(targets)
    const request = drawHttp(random, target, policies)
    const drawn = { ...request, ...drawConnection(random, target.chain, proxied) }
    return drawn.http2 ? sendable(drawn) : drawn
  })
}

/** What Node's HTTP/2 client can send: no headers of one connection, no repeated single ones, ASCII paths. */
function sendable(request: DrawnRequest): DrawnRequest {
  const seen = new Set<string>()
  const headers = request.headers.filter(([name]) => {
    const key = name.toLowerCase()
    const fits = !['connection', 'te', 'expect', 'upgrade', 'host'].includes(key) && (!singular.has(key) || !seen.has(key))
    seen.add(key)
    return fits
  })
  return { ...request, headers, path: encodeNonAscii(request.path) }
}

const singular: ReadonlySet<string> = new Set(['user-agent', 'content-type', 'authorization', 'origin', 'access-control-request-method', 'x-forwarded-for'])

function encodeNonAscii(path: string): string {
  return [...path].map((char) => char > '~' || char <= ' ' ? encodeURIComponent(char) : char).join('')
}

function targetsOf(chain: JsonObject, routes: readonly JsonObject[]): readonly Target[] {
  const manager = list(chain['filters']).find((filter) => filter['name'] === 'envoy.filters.network.http_connection_manager')
  const name = object(object(object(manager)['typed_config'])['rds'])['route_config_name']
  const table = routes.find((candidate) => candidate['name'] === name)
  const hosts = list(table?.['virtual_hosts'])
  if (hosts.length === 0) return [{ domains: ['nobody.test'], match: {}, chain }]
  return hosts.flatMap((host): Target[] => {
    const domains = Array.isArray(host['domains']) ? host['domains'].map(String) : ['*']
    const own = list(host['routes'])
    return own.length === 0 ? [{ domains, match: {}, chain }] : own.map((route) => ({ domains, match: object(route['match']), chain }))
  })
}

function drawHttp(random: Random, { domains, match }: Target, policies: PolicyValues): Omit<DrawnRequest, 'http2' | 'tls' | 'alpn'> {
  const headers: [string, string][] = []
  let method = 'GET'
  for (const matcher of list(match['headers'])) {
    if (random.chance(0.1)) continue
    const name = String(matcher['name'])
    const value = matcher['invert_match'] === true && random.chance(0.7) ? undefined : satisfying(random, matcher)
    if (name === ':method') method = value ?? random.pick(['POST', 'HEAD'])
    else if (!name.startsWith(':') && value !== undefined) headers.push(...repeated(random, random.chance(0.1) ? name.toUpperCase() : name, value))
  }
  const drawn = [...headers, ...extraHeaders(random, policies)]
  const preflight = random.chance(0.05)
  const cors = preflight || random.chance(0.05) ? [['origin', random.pick(policies.origins.length === 0 ? ['https://a.example.com'] : policies.origins)] as const] : []
  return {
    method: preflight ? 'OPTIONS' : method === '' ? 'GET' : random.chance(0.04) ? random.pick(['POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH']) : method,
    authority: hostOf(random, random.pick(domains)), path: random.chance(0.08) && policies.paths.length > 0 ? pathNear(random, random.pick(policies.paths)) : `${pathOf(random, match)}${queryOf(random, match)}`,
    headers: [...drawn, ...cors, ...(preflight ? [['access-control-request-method', 'GET'] as const] : [])],
    ...(random.chance(policies.issuers.length === 0 ? 0.01 : 0.5) ? { jwt: claims(random, policies) } : {}),
  }
}

function repeated(random: Random, name: string, value: string): [string, string][] {
  const one: [string, string] = [name, value]
  if (!random.chance(0.08)) return [one]
  return random.chance(0.5) ? [[name, 'other'], one] : [one, [name, 'other']]
}

function extraHeaders(random: Random, policies: PolicyValues): [string, string][] {
  const out: [string, string][] = []
  if (random.chance(0.06)) out.push(['x-forwarded-for', random.pick(['10.1.2.3', '192.0.2.7', '192.0.2.7, 10.9.9.9', '1.1.1.1,192.0.2.9,10.0.0.1', '10.9.9.9:80', 'nonsense', '2001:db8::1', '192.0.2.1,2001:db8::9'])])
  if (random.chance(0.04)) out.push(['x-forwarded-proto', random.pick(['https', 'http', 'junk'])])
  if (random.chance(0.05)) out.push(['content-type', random.pick(['application/grpc', 'application/grpc+proto', 'application/grpc-web', 'application/json'])])
  if (random.chance(0.03)) out.push(random.pick<[string, string]>([['connection', 'x-user'], ['te', 'gzip'], ['x-envoy-retry-on', '5xx'], ['x-envoy-original-path', '/x'], ['expect', '100-continue'], ['x-user', '']]))
  for (const [name, value] of policies.headers) if (random.chance(0.12)) out.push([name, random.pick([value, value, `${value}x`, value.toUpperCase()])])
  return out
}

/** TLS, server name, protocol and client certificate: mostly what the chain wants, at times just not. */
function drawConnection(random: Random, chain: JsonObject | undefined, proxied: boolean): Pick<DrawnRequest, 'http2' | 'tls' | 'alpn' | 'sni' | 'certificate' | 'from'> {
  const match = object(chain?.['filter_chain_match'])
  const names = Array.isArray(match['server_names']) ? match['server_names'].map(String) : []
  const wantsTls = chain?.['transport_socket'] !== undefined || names.length > 0
  const from = proxied && random.chance(0.9) ? { from: random.pick(['10.1.2.3', '192.0.2.7', '9.9.9.9', '2001:db8::7']) } : {}
  if (!wantsTls || random.chance(0.03)) return { http2: random.chance(0.1), tls: !wantsTls && random.chance(0.02), alpn: [], ...from }
  const h2 = random.chance(0.25) && speaksHttp2(chain)
  const sni = names.length === 0 ? random.pick([undefined, 'any.example.com']) : nearName(random, random.pick(names))
  return {
    http2: h2, tls: true, alpn: h2 ? ['h2', 'http/1.1'] : random.pick([[], ['http/1.1'], ['istio', 'http/1.1'], ['foo']]),
    ...(sni === undefined ? {} : { sni }), ...(random.chance(0.45) ? { certificate: random.chance(0.8) ? 'good' as const : 'bad' as const } : {}), ...from,
  }
}

function speaksHttp2(chain: JsonObject | undefined): boolean {
  const protocols = object(object(object(chain?.['transport_socket'])['typed_config'])['common_tls_context'])['alpn_protocols']
  return Array.isArray(protocols) && protocols.includes('h2')
}

function nearName(random: Random, name: string): string | undefined {
  const host = name.startsWith('*') ? `${random.pick(['x', 'deep.x', 'a'])}${name.slice(1)}` : name
  switch (random.int(9)) {
    case 0: return host.toUpperCase()
    case 1: return `sub.${host}`
    case 2: return host.split('.').slice(1).join('.') || host
    case 3: return random.chance(0.3) ? undefined : `${host}x`
    default: return host
  }
}

/** What policies of the listener name: values to hit them with. */
interface PolicyValues {
  readonly headers: readonly (readonly [string, string])[]
  readonly paths: readonly string[]
  readonly issuers: readonly string[]
  readonly audiences: readonly string[]
  readonly origins: readonly string[]
}

function policyValues(listener: JsonObject): PolicyValues {
  const found = { headers: [] as [string, string][], paths: [] as string[], issuers: [] as string[], audiences: [] as string[], origins: ['https://a.example.com', 'https://shop.example.com'] }
  const walk = (value: Json | undefined): void => {
    if (Array.isArray(value)) return value.forEach((item: Json) => walk(item))
    if (!isJsonObject(value)) return
    const header = object(value['header'])
    const text = textOf(header)
    if (typeof header['name'] === 'string' && !header['name'].startsWith(':') && text !== undefined) found.headers.push([header['name'], text])
    const path = textOf({ string_match: object(object(value['url_path'])['path']) })
    if (path !== undefined) found.paths.push(path)
    if (typeof value['issuer'] === 'string') found.issuers.push(value['issuer'])
    if (Array.isArray(value['audiences'])) found.audiences.push(...value['audiences'].map(String))
    for (const entry of Object.values(value)) walk(entry)
  }
  walk(listener['filter_chains'])
  return { ...found, headers: [...new Map(found.headers.map((pair) => [pair.join('\n'), pair])).values()] }
}

function claims(random: Random, policies: PolicyValues): JsonObject {
  const iss = policies.issuers.length === 0 || random.chance(0.1) ? 'https://other.example' : random.pick(policies.issuers)
  return {
    iss, sub: random.pick(['alice', 'bob', 'mallory']), ...(random.chance(0.7) ? { aud: random.pick<Json>([...policies.audiences, 'shop', ['shop', 'x'], 'other']) } : {}),
    ...(random.chance(0.5) ? { groups: random.pick<Json>([['admins'], 'admins', ['users', 'admins'], 'users', []]) } : {}), ...(random.chance(0.3) ? { scope: 'read write', azp: 'p1', role: random.pick(['admin', 'user']) } : {}), ...(random.chance(0.2) ? { a: { b: random.pick(['x', 'y', 'zy']) } } : {}),
  }
}

function hostOf(random: Random, domain: string): string {
  const host = domain.startsWith('*') ? `${random.pick(['x', 'deep.x', 'a'])}${domain.length === 1 ? '.test' : domain.slice(1)}` : domain
  switch (random.int(12)) {
    case 0: return host.toUpperCase()
    case 1: return host.includes(':') && !host.startsWith('[') ? host : `${host}:8080`
    case 2: return `other.${host}`
    case 3: return random.chance(0.3) ? `${host}.` : host
    case 4: return random.chance(0.3) ? host.split('.').slice(1).join('.') || host : host
    default: return host
  }
}

function pathOf(random: Random, match: JsonObject): string {
  const given = [match['prefix'], match['path'], match['path_separated_prefix']].find((value) => typeof value === 'string')
  const regex = object(match['safe_regex'])['regex']
  const template = object(object(match['path_match_policy'])['typed_config'])['path_template']
  const base = typeof given === 'string' ? given : typeof regex === 'string' ? fromRegex(random, regex) : typeof template === 'string' ? fromTemplate(random, template) : '/'
  return pathNear(random, base)
}

function pathNear(random: Random, base: string): string {
  const rooted = base.startsWith('/') ? base : `/${base}`
  const open = rooted.replace(/\/$/, '')
  switch (random.int(16)) {
    case 0: return `${rooted}x`
    case 1: return `${open}/sub`
    case 2: return rooted.length > 1 ? rooted.slice(0, -1) : '/other'
    case 3: return rooted.toUpperCase()
    case 4: return `${open}/./x/../y`
    case 5: return `${open}//double`
    case 6: return rooted.replace(/([a-z])$/, (letter) => `%${letter.charCodeAt(0).toString(16)}`)
    case 7: return random.pick([`/.${rooted}`, `/a/..${rooted}`, `/%2e%2e${rooted}`, `/${rooted}`, `${open}%2Fx`, `${open}/a%2fb`, `${open}/a\\b`, `${open}/a|b`, `${open};v=1`, `${open}/%20`, `${open}/#f`, `${open}/%00`])
    default: return rooted
  }
}

function fromTemplate(random: Random, template: string): string {
  return template.replaceAll(/\{[^}]*\*\*[^}]*\}|\*\*/g, random.pick(['', 'a', 'a/b'])).replaceAll(/\{[^}]*\}|\*/g, random.pick(['one', 't-2', '']))
}

function queryOf(random: Random, match: JsonObject): string {
  const parts = list(match['query_parameters']).flatMap((matcher) => random.chance(0.12) ? [] : [`${random.chance(0.05) ? String(matcher['name']).toUpperCase() : String(matcher['name'])}=${encodeURI(satisfying(random, matcher) ?? '')}`])
  if (random.chance(0.12)) parts.push(random.pick(['extra=1', 'a=%26b', '', 'x']))
  if (parts.length > 0 && random.chance(0.06)) parts.push(`${parts[0] ?? ''}again`)
  return parts.length === 0 ? '' : `?${random.chance(0.2) ? [...parts].reverse().join('&') : parts.join('&')}`
}

function textOf(matcher: JsonObject): string | undefined {
  const string = object(matcher['string_match'])
  return (['exact', 'prefix', 'suffix', 'contains'] as const).map((key) => string[key]).find((value) => typeof value === 'string')
}

/** A value that the matcher takes, most of the time. */
function satisfying(random: Random, matcher: JsonObject): string | undefined {
  const regex = object(object(matcher['string_match'])['safe_regex'])['regex']
  const value = textOf(matcher) ?? (typeof regex === 'string' ? fromRegex(random, regex) : 'any')
  switch (random.int(9)) {
    case 0: return `${value}x`
    case 1: return value.toUpperCase()
    case 2: return random.chance(0.4) ? `x${value}` : value
    default: return value
  }
}

/** A text that a simple expression matches: what the generator's expressions are made of. */
function fromRegex(random: Random, regex: string): string {
  const plain = regex.replaceAll('^', '').replaceAll('$', '').replaceAll('\\d+', '7').replaceAll('[0-9]+', '42').replaceAll('[a-z]+', 'abc').replaceAll('(.*)', 'rest').replaceAll('.*', random.pick(['', 'more'])).replaceAll('\\', '')
  return plain.includes('|') ? random.pick(plain.split('|')) : plain
}
