import { isJsonObject, type Json } from '@/lib/std/json'
import type { FilterChain } from '../envoy/listener'
import type { VirtualHost } from '../envoy/route'
import type { ResourceRef } from '../resource'
import { listenerAddress } from '../simulate/listener-match'
import type { Compiled, Origin } from '../translate/compiled'
import type { MapEdge, MapHost } from './model'
import { weightedEdges } from './rule-edges'

/** One rule of a TCP or SNI chain. */
export interface ChainRule {
  readonly to: readonly MapEdge[]
  readonly origin: Origin | null
  readonly names: readonly string[]
}

/** What is known of every host before it is shown; made for all of them, so it holds references, no copies. */
export interface HostFacts {
  readonly name: string
  readonly kind: MapHost['kind']
  readonly listenerPort: number
  readonly routeConfiguration: string
  /** Gateway servers, the primary one (TLS before plain) first. */
  readonly servers: readonly Origin[]
  readonly virtualHost: VirtualHost | null
  readonly origins: readonly Origin[]
  readonly chains: readonly ChainRule[]
  readonly ruleCount: number
  readonly note: MapHost['note']
}

const managers: ReadonlySet<string> = new Set(['envoy.filters.network.http_connection_manager', 'envoy.http_connection_manager'])
const proxies: ReadonlySet<string> = new Set(['envoy.filters.network.tcp_proxy', 'envoy.tcp_proxy'])

interface RouteUse {
  readonly port: number
  readonly servers: readonly Origin[]
  readonly tls: boolean
}

/** All hosts of a gateway's configuration: virtual hosts, with those that have one table on several servers made one, and TCP and SNI chains. */
export function hostFacts(compiled: Compiled): readonly HostFacts[] {
  const uses = new Map<string, RouteUse>()
  const chains = new Map<string, HostFacts>()
  for (const listener of compiled.listeners) {
    const port = listenerAddress(listener).port
    const origins = compiled.provenance.filterChains.get(listener.name) ?? []
    listener.filter_chains.forEach((chain, index) => {
      const from = origins[index] ?? []
      const servers = from.filter((origin) => !isRouteKind(origin.resource))
      const routeName = routeConfigName(chain)
      if (routeName !== undefined) uses.set(routeName, { port, servers: [...(uses.get(routeName)?.servers ?? []), ...servers], tls: chain.transport_socket !== undefined })
      else addChain(chains, chain, { port, servers, owner: from.findLast((origin) => isRouteKind(origin.resource)) ?? null })
    })
  }
  return [...virtualHostFacts(compiled, uses), ...chains.values()]
}

/** Whether an object holds routes (and so is no server of a gateway). */
function isRouteKind(ref: ResourceRef): boolean {
  return ref.kind === 'VirtualService' || ref.kind.endsWith('Route')
}

function filterConfig(chain: FilterChain, names: ReadonlySet<string>): { readonly [field: string]: Json | undefined } | undefined {
  return chain.filters.find((filter) => names.has(filter.name))?.typed_config
}

/** The route configuration that a chain's connection manager asks for, '' for an unnamed inline one; undefined without a manager. */
export function routeConfigName(chain: FilterChain): string | undefined {
  const manager = filterConfig(chain, managers)
  if (!manager) return undefined
  const rds = manager['rds']
  if (isJsonObject(rds) && typeof rds['route_config_name'] === 'string') return rds['route_config_name']
  const inline = manager['route_config']
  return isJsonObject(inline) && typeof inline['name'] === 'string' ? inline['name'] : ''
}

function addChain(chains: Map<string, HostFacts>, chain: FilterChain, from: { readonly port: number; readonly servers: readonly Origin[]; readonly owner: Origin | null }): void {
  const to = chainEdges(chain)
  if (!to) return
  const names = chain.filter_chain_match?.server_names ?? []
  const name = names[0] ?? '*'
  const rule: ChainRule = { to, origin: from.owner, names }
  const key = `${from.port} ${name}`
  const known = chains.get(key)
  const rules = [...(known?.chains ?? []), rule]
  chains.set(key, {
    name, kind: names.length > 0 && !(names.length === 1 && name === '*') ? 'sni' : 'tcp', listenerPort: from.port, routeConfiguration: '',
    servers: distinct([...(known?.servers ?? []), ...from.servers]), virtualHost: null, origins: rules.flatMap(({ origin }) => origin ?? []), chains: rules, ruleCount: rules.length, note: null,
  })
}

/** Where a chain's TCP proxy sends to, the heaviest first; undefined without a proxy. */
export function chainEdges(chain: FilterChain): readonly MapEdge[] | undefined {
  const config = filterConfig(chain, proxies)
  return config && proxyEdges(config)
}

function proxyEdges(config: { readonly [field: string]: Json | undefined }): readonly MapEdge[] {
  const weighted = config['weighted_clusters']
  if (isJsonObject(weighted) && Array.isArray(weighted['clusters'])) {
    return weightedEdges(weighted['clusters'].filter(isJsonObject).map((cluster) => ({ name: String(cluster['name']), weight: typeof cluster['weight'] === 'number' ? cluster['weight'] : 0 })))
  }
  return typeof config['cluster'] === 'string' ? [{ to: config['cluster'], share: 1, kind: 'route' }] : []
}

function virtualHostFacts(compiled: Compiled, uses: ReadonlyMap<string, RouteUse>): readonly HostFacts[] {
  const facts: HostFacts[] = []
  const byName = new Map<string, number>()
  const inOrder = [...compiled.routeConfigurations].sort((a, b) => Number(uses.get(b.name)?.tls ?? false) - Number(uses.get(a.name)?.tls ?? false))
  for (const configuration of inOrder) {
    const use = uses.get(configuration.name)
    const servers = compiled.provenance.virtualHosts.get(configuration.name)
    const origins = compiled.provenance.routes.get(configuration.name)
    const redirected: { virtualHost: VirtualHost; servers: readonly Origin[] }[] = []
    for (const virtualHost of configuration.virtual_hosts) {
      const opened = servers?.get(virtualHost.name) ?? use?.servers ?? none
      if (virtualHost.require_tls === 'ALL') {
        redirected.push({ virtualHost, servers: opened })
        continue
      }
      const made = virtualHostFact(virtualHost, { configuration: configuration.name, servers: opened, origins: origins?.get(virtualHost.name) ?? none, port: use?.port ?? 0 })
      const twin = byName.get(made.name)
      const known = twin === undefined ? undefined : facts[twin]
      const joined = known && joinedFact(known, made)
      if (twin !== undefined && joined) facts[twin] = joined
      else {
        byName.set(made.name, facts.length)
        facts.push(made)
      }
    }
    if (redirected.length > 0) facts.push(redirectFact(redirected, { configuration: configuration.name, port: use?.port ?? 0 }))
  }
  return facts
}

const none: readonly Origin[] = []
const made = new WeakMap<VirtualHost, HostFacts>()

/** The same facts again for a virtual host that stayed the same in the same place. */
function virtualHostFact(virtualHost: VirtualHost, from: { readonly configuration: string; readonly servers: readonly Origin[]; readonly origins: readonly Origin[]; readonly port: number }): HostFacts {
  const known = made.get(virtualHost)
  if (known && known.servers === from.servers && known.origins === from.origins && known.listenerPort === from.port && known.routeConfiguration === from.configuration) return known
  const ruleCount = virtualHost.routes?.length ?? 0
  const facts: HostFacts = {
    name: virtualHost.domains[0] ?? virtualHost.name, kind: 'http', listenerPort: from.port, routeConfiguration: from.configuration,
    servers: from.servers, virtualHost, origins: from.origins, chains: [], ruleCount, note: ruleCount === 0 ? 'empty' : null,
  }
  made.set(virtualHost, facts)
  return facts
}

const joins = new WeakMap<HostFacts, { readonly other: HostFacts; readonly joined: HostFacts | undefined }>()

/** Two virtual hosts of one name that have the same rules, as one; the same again for the same two. */
function joinedFact(first: HostFacts, other: HostFacts): HostFacts | undefined {
  const known = joins.get(first)
  if (known?.other === other) return known.joined
  const joined = sameTable(first, other) ? { ...first, servers: distinct([...first.servers, ...other.servers]) } : undefined
  joins.set(first, { other, joined })
  return joined
}

/** Virtual hosts that only send every request to https (Envoy answers before it looks at their routes), as one row. */
function redirectFact(hosts: readonly { readonly virtualHost: VirtualHost; readonly servers: readonly Origin[] }[], from: { readonly configuration: string; readonly port: number }): HostFacts {
  const only = hosts.length === 1 ? hosts[0] : undefined
  return {
    name: only?.virtualHost.domains[0] ?? '*', kind: 'http', listenerPort: from.port, routeConfiguration: from.configuration,
    servers: distinct(hosts.flatMap((host) => host.servers)), virtualHost: null, origins: [], chains: [], ruleCount: 0, note: 'redirect',
  }
}

/** Whether two virtual hosts have the same rules: the same fields of the same objects, in the same order. */
function sameTable(a: HostFacts, b: HostFacts): boolean {
  if (a.routeConfiguration === b.routeConfiguration || a.ruleCount !== b.ruleCount || a.origins.length !== b.origins.length || a.origins.length !== a.ruleCount) return false
  return a.origins.every((origin, index) => {
    const other = b.origins[index]
    return other !== undefined && origin.path === other.path && origin.resource.name === other.resource.name && origin.resource.namespace === other.resource.namespace && origin.resource.kind === other.resource.kind
  })
}

function distinct(origins: readonly Origin[]): readonly Origin[] {
  return origins.filter((origin, index) => origins.findIndex((other) => other.path === origin.path && other.resource.name === origin.resource.name && other.resource.namespace === origin.resource.namespace && other.resource.kind === origin.resource.kind) === index)
}
