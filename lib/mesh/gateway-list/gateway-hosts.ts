import { compareBytes } from '@/lib/std/compare-bytes'
import type { FilterChain } from '../envoy/listener'
import type { VirtualHost } from '../envoy/route'
import { listenerAddress } from '../simulate/listener-match'
import type { Compiled } from '../translate/compiled'

const connectionManager = 'envoy.filters.network.http_connection_manager'
const tcpProxy = 'envoy.filters.network.tcp_proxy'

/**
 * The hosts that a gateway answers for, sorted: authorities of its virtual hosts (without Pilot's catch-all
 * `blackhole`), server names of chains that pass TLS or TCP on, and `*:<port>` for TCP without a name.
 */
export function gatewayHosts(compiled: Compiled): readonly string[] {
  return [...hostSet(compiled)].sort(compareBytes)
}

/** How many hosts a gateway answers for. */
export function gatewayHostCount(compiled: Compiled): number {
  return hostSet(compiled).size
}

const names = new WeakMap<VirtualHost, string>()

function hostOf(virtualHost: VirtualHost): string {
  const known = names.get(virtualHost)
  if (known !== undefined) return known
  const name = withoutPort(virtualHost.name)
  names.set(virtualHost, name)
  return name
}

function hostSet(compiled: Compiled): ReadonlySet<string> {
  const hosts = new Set<string>()
  for (const configuration of compiled.routeConfigurations) {
    for (const virtualHost of configuration.virtual_hosts) {
      if (!virtualHost.name.startsWith('blackhole')) hosts.add(hostOf(virtualHost))
    }
  }
  for (const listener of compiled.listeners) {
    const port = listenerAddress(listener).port
    for (const chain of listener.filter_chains) {
      for (const host of passedOn(chain)) hosts.add(host === '*' ? `*:${port}` : host)
    }
  }
  return hosts
}

function passedOn(chain: FilterChain): readonly string[] {
  const names = chain.filters.map((filter) => filter.name)
  if (names.includes(connectionManager) || !names.includes(tcpProxy)) return []
  const servers = chain.filter_chain_match?.server_names ?? []
  return servers.length === 0 ? ['*'] : servers
}

/** A virtual host's name is `host:port` (Pilot's domain name for a route); IPv6 hosts stand in brackets. */
function withoutPort(name: string): string {
  const colon = name.lastIndexOf(':')
  return colon > 0 && isNumber(name.slice(colon + 1)) ? name.slice(0, colon) : name
}

function isNumber(text: string): boolean {
  return text !== '' && [...text].every((character) => character >= '0' && character <= '9')
}
