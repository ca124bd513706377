import type { Json, JsonObject } from '@/lib/std/json'
import type { Random } from '../../generate/random'
import { list, object } from '../prepare'
import type { ProbeRequest } from '../probe-case'
import { drawHeaderName, drawPath, drawValue } from './draw-route'

/** A request that a route of the table may take, or just not. */
export function drawRequest(random: Random, table: JsonObject): ProbeRequest {
  const hosts = list(table['virtual_hosts'])
  const host = random.pick(hosts)
  const domains = Array.isArray(host['domains']) ? host['domains'].map(String) : ['shop.test']
  const routes = list(host['routes'])
  const match = routes.length === 0 ? {} : object(random.pick(routes)['match'])
  const http2 = random.chance(0.15)
  const tls = random.chance(0.2)
  const headers = [...list(match['headers']).flatMap((matcher) => satisfying(random, matcher)), ...list(match['cookies']).map((cookie) => ['cookie', `${String(cookie['name'])}=${drawValue(random) || 'one'}; z=1`] as const), ...extras(random, match)]
  const method = list(match['headers']).some(({ name }) => name === ':method') || random.chance(0.1) ? random.pick(['GET', 'POST', 'OPTIONS', 'HEAD', 'DELETE']) : 'GET'
  return {
    method, authority: random.pick([authority(random, random.pick(domains)), authority(random, random.pick(domains)), 'shop.test']), path: `${path(random, match)}${query(random, match)}`, http2, tls, alpn: tls ? http2 ? ['h2'] : ['http/1.1'] : [],
    headers: http2 ? forHttp2(headers) : headers, ...(tls && random.chance(0.7) ? { sni: random.pick(['shop.test', 'one', 'two']) } : {}), ...(tls && random.chance(0.5) ? { certificate: random.chance(0.8) ? 'good' as const : 'bad' as const } : {}),
  }
}

/** Node's HTTP/2 client sends a header once, and none of one connection. */
function forHttp2(headers: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  const once = new Map(headers.map(([name, value]) => [name.toLowerCase(), value]))
  for (const name of ['connection', 'upgrade', 'host', 'te', 'expect']) once.delete(name)
  return [...once]
}

function satisfying(random: Random, matcher: JsonObject): (readonly [string, string])[] {
  const name = String(matcher['name'])
  if (name.startsWith(':') || name === 'host' || random.chance(0.25)) return []
  const string = object(matcher['string_match'])
  const given = [string['exact'], string['prefix'], string['suffix'], string['contains'], matcher['exact_match'], matcher['prefix_match'], matcher['suffix_match'], matcher['contains_match']].find((value) => typeof value === 'string')
  const value = typeof given === 'string' ? given : drawValue(random)
  const out = random.pick([value, value, value, `${value}x`, `x${value}`, value.toUpperCase()])
  return random.chance(0.12) ? [[name, drawValue(random)], [name, out]] : [[name, out]]
}

function extras(random: Random, match: JsonObject): (readonly [string, string])[] {
  const out: (readonly [string, string])[] = []
  if (random.chance(0.3)) {
    const name = drawHeaderName(random)
    if (!name.startsWith(':') && name !== 'host' && name !== 'cookie') out.push([name, name === 'x-forwarded-proto' ? random.pick(['https', 'http', 'HTTPS', 'junk']) : name === 'x-forwarded-for' ? random.pick(['10.1.2.3', '192.0.2.7,10.1.1.1', '1.1.1.1,192.0.2.7,10.9.9.9', 'junk']) : drawValue(random)])
  }
  if (match['grpc'] !== undefined ? random.chance(0.7) : random.chance(0.04)) out.push(['content-type', random.pick(['application/grpc', 'application/grpc+proto', 'application/grpcx', 'application/json'])])
  // Without it chance would decide between weighted clusters.
  out.push(['x-draw', random.pick(['0', '29', '30', '79', '80', '100'])])
  if (random.chance(0.15)) out.push(['x-cluster', random.pick(['a', 'b', 'nope', ''])])
  if (random.chance(0.15)) out.push(['origin', random.pick(['https://a.test', 'https://b.test', 'https://1.test', 'null'])])
  if (random.chance(0.1)) out.push(['access-control-request-method', 'GET'])
  if (random.chance(0.08)) out.push(['x-envoy-fault-abort-request', random.pick(['418', '200', '99', 'x'])])
  if (random.chance(0.03)) out.push(['connection', 'upgrade'], ['upgrade', random.pick(['websocket', 'other'])])
  if (random.chance(0.04)) out.push(random.pick([['x-envoy-original-path', '/o'], ['x-envoy-internal', 'true'], ['x-forwarded-host', 'f.test'], ['connection', 'x-a'], ['x-envoy-max-retries', '3'], ['x-envoy-upstream-rq-timeout-ms', '100'], ['x-request-id', 'abc'], ['x-forwarded-port', '99']] as const))
  return out
}

function authority(random: Random, domain: string): string {
  const host = domain === '*' ? 'any.test' : domain.startsWith('*') ? `${random.pick(['x', 'a.b'])}${domain.slice(1)}` : domain.endsWith('*') ? `${domain.slice(0, -1)}${random.pick(['com', 'p.test'])}` : domain
  switch (random.int(9)) {
    case 0: return host.toUpperCase()
    case 1: return host.includes(':') && !host.endsWith(']') ? host : `${host}:${random.pick(['8080', '80', '443', '9999'])}`
    case 2: return `${host}.`
    case 3: return `x.${host}`
    default: return host
  }
}

function path(random: Random, match: JsonObject): string {
  const given = [match['prefix'], match['path'], match['path_separated_prefix']].find((value: Json | undefined) => typeof value === 'string')
  const base = typeof given === 'string' && random.chance(0.8) ? given : drawPath(random)
  const open = base.endsWith('/') ? base.slice(0, -1) : base
  switch (random.int(14)) {
    case 0: return `${base}x`
    case 1: return `${open}/items`
    case 2: return `${open}/`
    case 3: return base.toUpperCase()
    case 4: return `${open}//x`
    case 5: return `${open}/./y/../x`
    case 6: return `${open}${random.pick(['%2Fx', '%2fx/', '%5Cx', '/%41', '/a%20b', '/..', '/a|b', '/%7e', '/;x=1'])}`
    case 7: return `${open}/one/two`
    default: return base
  }
}

function query(random: Random, match: JsonObject): string {
  const parts = list(match['query_parameters']).filter(() => random.chance(0.85)).map((matcher) => `${String(matcher['name'])}=${object(matcher['string_match'])['exact'] === undefined ? drawValue(random) : String(object(matcher['string_match'])['exact'])}`)
  if (random.chance(0.15)) parts.push(random.pick(['q=one', 'debug', 'a=1&a=2', '', 'q=%6fne', 'u=/x?y']))
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}
