import type { Origin } from '../compiled'
import { serverOrigin } from '../derived'
import { intersectHosts } from '../host-name'
import { buildHttpRoutes, type BuiltRoute } from '../http-routes'
import { hostsForNamespace, type MergedServer } from '../merge-gateways'
import type { ResolvedVirtualService } from '../resolved-virtual-service'
import type { RouteContext } from '../route-context'
import { recordLookups, type LookupSource, type Lookups } from './lookups'
import { sameItems, sameValue } from './stage'

/** What one server's rules bring to a host. `bare`: a redirecting server that answers there without a rule. */
export interface Contribution {
  readonly host: string
  readonly server: MergedServer
  readonly routes: readonly BuiltRoute[]
  readonly bare: boolean
}

/** One VirtualService as the servers of one Gateway serve it. */
interface Served {
  /** Whose routes these are: derived VirtualServices of one name share the first one's. */
  readonly of: ResolvedVirtualService
  readonly routes: readonly BuiltRoute[]
  readonly lookups: Lookups
  /** For each server, what it brings. */
  readonly contributions: readonly (readonly Contribution[])[]
}

/** All that the servers of one Gateway bring to a route configuration, for each of them in order. */
export interface GatewayRoutes {
  readonly servers: readonly MergedServer[]
  readonly bound: readonly ResolvedVirtualService[]
  readonly source: LookupSource
  readonly served: ReadonlyMap<ResolvedVirtualService, Served>
  readonly contributions: readonly (readonly Contribution[])[]
}

/** What routes are built with besides services and rules. */
export type ContextFor = (server: MergedServer, source: LookupSource) => RouteContext

/** What a Gateway's routes are made of. `fresh`: something that all routes depend on has changed. */
export interface GatewayRoutesInput {
  readonly servers: readonly MergedServer[]
  readonly bound: readonly ResolvedVirtualService[]
  readonly source: LookupSource
  readonly contextFor: ContextFor
}

/** The routes of a Gateway's servers; of those before, what still stands is kept, and the hosts of what does not are added to `touched`. */
export function gatewayRoutes(input: GatewayRoutesInput, previous: GatewayRoutes | undefined, touched: Set<string>): GatewayRoutes {
  const sameServers = previous !== undefined && sameItems(previous.servers, input.servers)
  if (sameServers && previous.bound === input.bound && previous.source.services === input.source.services && previous.source.rules === input.source.rules) return previous
  if (previous && !sameServers) touchAll(previous, touched)
  const before = sameServers ? previous.served : new Map<ResolvedVirtualService, Served>()
  const old = previous ? byName(previous, input.bound) : new Map<string, readonly BuiltRoute[]>()
  const served = new Map<ResolvedVirtualService, Served>()
  const named = new Map<string, Served>()
  const contributions = input.servers.map((): Contribution[] => [])
  for (const service of input.bound) {
    let made = served.get(service)
    if (!made) {
      const known = before.get(service)
      made = known && stands(known, service, named) && known.lookups.holdIn(input.source) ? known : serve(service, input, { named, old })
      if (service.semantics !== 'istio' && made.routes.length > 0 && !named.has(nameOf(service))) named.set(nameOf(service), made)
      if (made !== known) {
        for (const one of [known, made]) for (const list of one?.contributions ?? []) for (const { host } of list) touched.add(host)
      }
      served.set(service, made)
    }
    made.contributions.forEach((list, at) => contributions[at]?.push(...list))
  }
  if (sameServers) for (const [service, known] of before) if (!served.has(service)) for (const list of known.contributions) for (const { host } of list) touched.add(host)
  input.servers.forEach((server, at) => contributions[at]?.push(...bareHosts(server)))
  const result: GatewayRoutes = { servers: input.servers, bound: input.bound, source: input.source, served, contributions }
  if (!sameServers) touchAll(result, touched)
  return result
}

/** All hosts that a Gateway brings something to. */
export function touchAll(routes: GatewayRoutes, touched: Set<string>): void {
  for (const list of routes.contributions) for (const { host } of list) touched.add(host)
}

/** The routes of what is no longer bound, by name: what replaces it may say the same. */
function byName(previous: GatewayRoutes, bound: readonly ResolvedVirtualService[]): ReadonlyMap<string, readonly BuiltRoute[]> {
  const now = new Set(bound)
  const found = new Map<string, readonly BuiltRoute[]>()
  for (const [service, { routes }] of previous.served) if (!now.has(service)) found.set(nameOf(service), routes)
  return found
}

function nameOf(service: ResolvedVirtualService): string {
  return `${service.semantics}|${service.namespace}/${service.name}`
}

/** Whether a VirtualService's routes are still those that it would get. */
function stands(known: Served, service: ResolvedVirtualService, named: ReadonlyMap<string, Served>): boolean {
  if (service.semantics === 'istio') return true
  const first = named.get(nameOf(service))
  return first ? first.routes === known.routes : known.of === service
}

interface Known {
  readonly named: ReadonlyMap<string, Served>
  readonly old: ReadonlyMap<string, readonly BuiltRoute[]>
}

/** Built for the first server that has a host of it and gives it a route; the other servers of the Gateway share these routes. */
function serve(service: ResolvedVirtualService, input: GatewayRoutesInput, { named, old }: Known): Served {
  const name = nameOf(service)
  let built: Pick<Served, 'of' | 'routes' | 'lookups'> | undefined = service.semantics === 'istio' ? undefined : named.get(name)
  const { source, lookups } = recordLookups(input.source)
  const contributions = input.servers.map((server): readonly Contribution[] => {
    const matching = intersectHosts(hostsForNamespace(server.hosts, service.namespace), service.hosts)
    if (matching.length === 0) return []
    if (!built) {
      const routes = buildHttpRoutes(service, input.contextFor(server, source))
      if (routes.length === 0) return []
      built = { of: service, routes: keepRoutes(old.get(name) ?? [], routes), lookups }
    }
    const { routes } = built
    return matching.map((host) => ({ host: host.toLowerCase(), server, routes, bare: false }))
  })
  return { of: built?.of ?? service, routes: built?.routes ?? [], lookups: built?.lookups ?? lookups, contributions }
}

/** The routes before, where the new ones say the same. */
function keepRoutes(before: readonly BuiltRoute[], now: readonly BuiltRoute[]): readonly BuiltRoute[] {
  const kept = now.map((route, at) => (sameValue(before[at], route) ? (before[at] ?? route) : route))
  return sameItems(before, kept) ? before : kept
}

/** A redirecting server answers on each of its hosts even where no rule is bound; a scoped host keeps its scope in the domain, as Istio's does. */
function bareHosts(server: MergedServer): readonly Contribution[] {
  return server.server.tls?.httpsRedirect === true ? server.hosts.map((host) => ({ host: host.toLowerCase(), server, routes: [], bare: true })) : []
}

/** Where a server was written. */
export function originOf(server: MergedServer): Origin {
  return serverOrigin(server.gateway, server.server.path)
}
