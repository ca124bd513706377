import type { Listener } from '@/lib/mesh/envoy/listener'
import type { RouteConfiguration } from '@/lib/mesh/envoy/route'
import { compileRe2 } from '@/lib/mesh/re2'
import { connectionManager, listenerAddress, tcpProxy } from '@/lib/mesh/simulate/listener-match'
import { listOf, objectOf, stringOf, stringsOf } from '@/lib/mesh/simulate/read'
import { isJsonObject } from '@/lib/std/json'

/** Why Envoy would refuse a listener, undefined when it takes it (FilterChainManagerImpl::addFilterChains). */
export function listenerFault(listener: Listener): string | undefined {
  const place = listenerAddress(listener)
  const prefix = `error adding listener '${place.address}:${String(place.port)}': `
  const chains = listOf(listener.filter_chains).map(objectOf)
  if (chains.length === 0 && listener.default_filter_chain === undefined) return `${prefix}no filter chains specified`
  const whole = new Map<string, string>()
  const keys = new Set<string>()
  for (const chain of chains) {
    const name = stringOf(chain.name) ?? ''
    if (connectionManager(chain) === undefined && tcpProxy(chain) === undefined) return `${prefix}filter chain '${name}' has no terminal filter`
    const matcher = JSON.stringify(objectOf(chain.filter_chain_match))
    const same = whole.get(matcher)
    if (same !== undefined) return `${prefix}filter chain '${name}' has the same matching rules defined as '${same}'. duplicate matcher is: ${matcher}`
    whole.set(matcher, name)
    for (const key of matchKeys(chain.filter_chain_match)) {
      if (keys.has(key)) return `${prefix}multiple filter chains with overlapping matching rules are defined`
      keys.add(key)
    }
  }
  return undefined
}

/** One key for each server name, since chains that share one of them collide. */
function matchKeys(match: unknown): readonly string[] {
  const m = objectOf(match)
  const rest = JSON.stringify(Object.entries(m).filter(([key]) => key !== 'server_names').sort((a, b) => (a[0] < b[0] ? -1 : 1)))
  const names = stringsOf(m.server_names).map((name) => name.toLowerCase())
  return (names.length === 0 ? [''] : [...new Set(names)]).map((name) => `${name} ${rest}`)
}

/** Why Envoy would refuse a route configuration, undefined when it takes it. */
export function routeConfigurationFault(configuration: RouteConfiguration): string | undefined {
  const seen = new Set<string>()
  for (const item of listOf(configuration.virtual_hosts)) {
    for (const written of stringsOf(objectOf(item).domains)) {
      const domain = written.toLowerCase()
      if (seen.has(domain)) return domain === '*' ? `Only a single wildcard domain is permitted in route ${configuration.name}` : `Only unique values for domains are permitted. Duplicate entry of domain ${domain} in route ${configuration.name}`
      seen.add(domain)
    }
  }
  const refused = badRegex(configuration.virtual_hosts)
  return refused === undefined ? undefined : `Invalid regex '${refused}'`
}

function badRegex(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    for (const item of value) {
      const found = badRegex(item)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (!isJsonObject(value)) return undefined
  for (const [key, item] of Object.entries(value)) {
    const found = key === 'regex' && typeof item === 'string' ? (compileRe2(item) === null ? item : undefined) : badRegex(item)
    if (found !== undefined) return found
  }
  return undefined
}
