import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import type { Random } from '../generate/random'
import { list, object } from './prepare'

/** A plaintext HTTP/1.1 request to a gateway's port. */
export interface DrawnRequest {
  readonly method: string
  readonly authority: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** Requests that hit, and just miss, the rules of a route configuration. */
export function drawRequests(random: Random, configuration: JsonObject, count: number): DrawnRequest[] {
  const places = list(configuration['virtual_hosts']).flatMap((host) => {
    const domains = Array.isArray(host['domains']) ? host['domains'].map(String) : ['*']
    const routes = list(host['routes'])
    return routes.length === 0 ? [{ domains, match: {} }] : routes.map((route) => ({ domains, match: object(route['match']) }))
  })
  return Array.from({ length: count }, () => {
    if (places.length === 0 || random.chance(0.04)) return { method: 'GET', authority: 'nobody.test', path: '/', headers: {} }
    const { domains, match } = random.pick(places)
    const authority = hostOf(random, random.pick(domains))
    const headers: Record<string, string> = {}
    let method = 'GET'
    for (const matcher of list(match['headers'])) {
      if (random.chance(0.12)) continue
      const name = String(matcher['name'])
      const value = matcher['invert_match'] === true && random.chance(0.7) ? undefined : satisfying(random, matcher)
      if (name === ':method') method = value ?? random.pick(['POST', 'HEAD'])
      else if (!name.startsWith(':') && value !== undefined) headers[name] = value
    }
    return { method: method === '' ? 'GET' : method, authority, path: `${pathOf(random, match)}${queryOf(random, match)}`, headers }
  })
}

function hostOf(random: Random, domain: string): string {
  const host = domain.startsWith('*') ? `${random.pick(['x', 'deep.x', 'a'])}${domain.length === 1 ? '.test' : domain.slice(1)}` : domain
  switch (random.int(10)) {
    case 0: return host.toUpperCase()
    case 1: return host.includes(':') && !host.startsWith('[') ? host : `${host}:8080`
    case 2: return `other.${host}`
    case 3: return random.chance(0.3) ? `${host}.` : host
    default: return host
  }
}

function pathOf(random: Random, match: JsonObject): string {
  const given = [match['prefix'], match['path'], match['path_separated_prefix']].find((value) => typeof value === 'string')
  const regex = object(match['safe_regex'])['regex']
  const base = typeof given === 'string' ? given : typeof regex === 'string' ? fromRegex(random, regex) : '/'
  const rooted = base.startsWith('/') ? base : `/${base}`
  switch (random.int(11)) {
    case 0: return `${rooted}x`
    case 1: return `${rooted.replace(/\/$/, '')}/sub`
    case 2: return rooted.length > 1 ? rooted.slice(0, -1) : '/other'
    case 3: return rooted.toUpperCase()
    case 4: return `${rooted.replace(/\/$/, '')}/./x/../y`
    case 5: return `${rooted.replace(/\/$/, '')}//double`
    case 6: return random.chance(0.3) ? rooted.replace(/([a-z])$/, (letter) => `%${letter.charCodeAt(0).toString(16)}`) : rooted
    default: return rooted
  }
}

function queryOf(random: Random, match: JsonObject): string {
  const parts = list(match['query_parameters']).flatMap((matcher) => random.chance(0.15) ? [] : [`${String(matcher['name'])}=${encodeURI(satisfying(random, matcher) ?? '')}`])
  if (random.chance(0.12)) parts.push('extra=1')
  return parts.length === 0 ? '' : `?${random.chance(0.2) ? [...parts].reverse().join('&') : parts.join('&')}`
}

/** A value that the matcher takes, most of the time. */
function satisfying(random: Random, matcher: JsonObject): string | undefined {
  const string = object(matcher['string_match'])
  const regex = object(string['safe_regex'])['regex']
  const known = (['exact', 'prefix', 'suffix', 'contains'] as const).map((key) => text(string[key])).find((value) => value !== undefined)
  const value = known ?? (typeof regex === 'string' ? fromRegex(random, regex) : 'any')
  switch (random.int(8)) {
    case 0: return `${value}x`
    case 1: return value.toUpperCase()
    default: return value
  }
}

/** A text that a simple expression matches: what the generator's expressions are made of. */
function fromRegex(random: Random, regex: string): string {
  const plain = regex.replaceAll('^', '').replaceAll('$', '').replaceAll('\\d+', '7').replaceAll('[0-9]+', '42').replaceAll('[a-z]+', 'abc').replaceAll('(.*)', 'rest').replaceAll('.*', random.pick(['', 'more'])).replaceAll('\\', '')
  return plain.includes('|') ? random.pick(plain.split('|')) : plain
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && !isJsonObject(value) ? value : undefined
}
