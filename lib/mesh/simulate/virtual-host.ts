import { listOf, objectOf, stringOf, stringsOf } from './read'
import type { JsonObject } from '@/lib/std/json'

/** The domains of a route configuration, indexed as Envoy's RouteMatcher does it. */
interface DomainIndex {
  readonly exact: ReadonlyMap<string, JsonObject>
  /** Longest first: length of the fixed part → fixed part → virtual host. */
  readonly suffixes: readonly (readonly [number, ReadonlyMap<string, JsonObject>])[]
  readonly prefixes: readonly (readonly [number, ReadonlyMap<string, JsonObject>])[]
  readonly any: JsonObject | undefined
  readonly ignorePort: boolean
}

/** Which virtual host takes an authority, and by which of its domains. */
export interface VirtualHostMatch {
  readonly virtualHost: JsonObject
  readonly domain: string
}

const indexes = new WeakMap<object, DomainIndex>()

/**
 * RouteMatcher::findVirtualHost: exact, suffix wildcards longest first, prefix wildcards longest first, `*`.
 * A wildcard stands for at least one character. The authority is compared in lower case.
 */
export function findVirtualHost(routeConfiguration: object, authority: string): VirtualHostMatch | undefined {
  const index = indexOf(routeConfiguration)
  const host = hostToMatch(routeConfiguration, authority)
  const exact = index.exact.get(host)
  if (exact !== undefined) return { virtualHost: exact, domain: host }
  for (const [length, fixed] of index.suffixes) {
    if (host.length <= length) continue
    const part = host.slice(host.length - length)
    const found = fixed.get(part)
    if (found !== undefined) return { virtualHost: found, domain: `*${part}` }
  }
  for (const [length, fixed] of index.prefixes) {
    if (host.length <= length) continue
    const part = host.slice(0, length)
    const found = fixed.get(part)
    if (found !== undefined) return { virtualHost: found, domain: `${part}*` }
  }
  return index.any === undefined ? undefined : { virtualHost: index.any, domain: '*' }
}

/** The authority as domains are compared with it: without its port where the configuration says so, in lower case. */
export function hostToMatch(routeConfiguration: object, authority: string): string {
  return (indexOf(routeConfiguration).ignorePort ? stripPort(authority) : authority).toLowerCase()
}

/** The authority without its port (HeaderUtility::getPortStart: the last colon outside brackets). */
export function stripPort(authority: string): string {
  const colon = authority.lastIndexOf(':')
  return colon < 0 || authority.lastIndexOf(']') > colon ? authority : authority.slice(0, colon)
}

function indexOf(routeConfiguration: object): DomainIndex {
  const known = indexes.get(routeConfiguration)
  if (known !== undefined) return known
  const made = makeIndex(objectOf(routeConfiguration))
  indexes.set(routeConfiguration, made)
  return made
}

function makeIndex(configuration: JsonObject): DomainIndex {
  const exact = new Map<string, JsonObject>()
  const suffixes = new Map<number, Map<string, JsonObject>>()
  const prefixes = new Map<number, Map<string, JsonObject>>()
  let any: JsonObject | undefined
  for (const item of listOf(configuration.virtual_hosts)) {
    const virtualHost = objectOf(item)
    for (const written of stringsOf(virtualHost.domains)) {
      const domain = written.toLowerCase()
      if (domain === '*') any ??= virtualHost
      else if (domain.startsWith('*')) put(suffixes, domain.slice(1), virtualHost)
      else if (domain.endsWith('*')) put(prefixes, domain.slice(0, -1), virtualHost)
      else if (!exact.has(domain)) exact.set(domain, virtualHost)
    }
  }
  return { exact, suffixes: longestFirst(suffixes), prefixes: longestFirst(prefixes), any, ignorePort: configuration.ignore_port_in_host_matching === true }
}

function put(byLength: Map<number, Map<string, JsonObject>>, fixed: string, virtualHost: JsonObject): void {
  const sameLength = byLength.get(fixed.length) ?? new Map<string, JsonObject>()
  if (!sameLength.has(fixed)) sameLength.set(fixed, virtualHost)
  byLength.set(fixed.length, sameLength)
}

function longestFirst(byLength: ReadonlyMap<number, ReadonlyMap<string, JsonObject>>): DomainIndex['suffixes'] {
  return [...byLength].sort((a, b) => b[0] - a[0])
}

/** Name of a virtual host, empty where it has none. */
export function virtualHostName(virtualHost: JsonObject): string {
  return stringOf(virtualHost.name) ?? ''
}
