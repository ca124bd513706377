import type { EnvoyConfiguration } from './envoy-configuration'
import type { Explanation, SimulatedRequest } from './explanation'
import { certain } from './fraction'
import { mutateEdgeHeaders } from './edge-headers'
import { dropHopByHop, isGrpc } from './header-map'
import { runHttpFilters } from './simulate-filters'
import { normalisePath } from './normalise-path'
import { objectOf, optionalObject, stringOf } from './read'
import { normaliseHost, readHead, refusedUpgrade } from './request-head'
import type { RequestFacts } from './request-facts'
import { headerValue } from './request-facts'
import { lookUpRoute, noteRoute, routeRequest } from './simulate-route'
import type { RoutePlace } from './simulate-route'
import type { Draft } from './trace'
import type { HttpPlace } from './http-place'
import { addStep, finish, note } from './trace'

/** An HTTP chain: the request's normal form, its filters in order, then the router. */
export function simulateHttp(configuration: EnvoyConfiguration, request: SimulatedRequest, place: HttpPlace): Explanation {
  const { draft, hcm, connection } = place
  const head = readHead(request, hcm, connection.tls)
  if (head.kind === 'refused') return finish(draft, { kind: 'protocol-error' }, head)
  const { headers } = head
  const name = stringOf(objectOf(hcm.rds).route_config_name)
  const routes = optionalObject(hcm.route_config) ?? (name === undefined ? undefined : configuration.routeConfiguration(name))
  draft.routeConfiguration = (routes === undefined ? name : stringOf(routes.name) ?? name) ?? null
  const client: { address: string } = { address: connection.remoteAddress }
  const facts: RequestFacts = {
    headers, metadata: new Map(), chance: (fraction, what) => certain(fraction) ?? conditional(draft, what),
    get connection() {
      return { ...connection, remoteAddress: client.address }
    },
    get path() {
      return headerValue(headers, ':path') ?? '/'
    },
  }
  const routePlace: RoutePlace = { draft, configuration, routes, facts, headers, hcm, cache: { found: undefined } }
  const refused = normalise(configuration, request, { ...place, headers })
  draft.rewritten = { authority: headerValue(headers, ':authority') ?? '', path: headerValue(headers, ':path') ?? '' }
  if (refused !== undefined) {
    // An answer this early names a route only where the client sent x-forwarded-proto, without which nothing is looked up.
    if (headers.has('x-forwarded-proto')) noteRoute(routePlace, lookUpRoute(routePlace))
    return finish(draft, refused.outcome, refused.response)
  }
  const upgrade = refusedUpgrade(headers, hcm, undefined)
  const upgradeHeaders = new Map(headers)
  dropHopByHop(headers)
  client.address = mutateEdgeHeaders(headers, hcm, {
    tls: connection.tls, peerAddress: connection.remoteAddress, ownAddress: connection.localAddress === '0.0.0.0' ? '127.0.0.1' : connection.localAddress, localPort: connection.localPort, clientCertificate: connection.clientCertificate, requestId: () => '00000000-0000-4000-8000-000000000000',
  }, routes)
  if (hcm.scoped_routes !== undefined) draft.conditions.add('scoped-routes')
  const found = lookUpRoute(routePlace)
  // Without a route nothing refuses an upgrade; it gets what any request would get.
  const routed = found.route !== undefined || found.toTls
  if (upgrade !== undefined && routed && refusedUpgrade(upgradeHeaders, hcm, found.route) !== undefined) {
    noteRoute(routePlace, found)
    return finish(draft, { kind: 'protocol-error' }, { status: isGrpc(headers) ? 200 : 403, details: 'upgrade_failed' })
  }
  const answered = runHttpFilters(request, { ...place, ...routePlace })
  return answered ?? routeRequest(routePlace)
}

/** An answer that a request gets before any filter. */
interface EarlyAnswer {
  readonly outcome: Explanation['outcome']
  readonly response: Parameters<typeof finish>[2]
}

/** Path and host in their normal form, in place; an answer where the path is refused. */
function normalise(configuration: EnvoyConfiguration, request: SimulatedRequest, place: HttpPlace & { readonly headers: Map<string, string[]> }): EarlyAnswer | undefined {
  const { draft, hcm, headers } = place
  const path = headerValue(headers, ':path')
  if (path !== undefined) {
    const normal = normalisePath(hcm, path, { rejectsFragment: configuration.rejectsFragment })
    headers.set(':path', [normal.path])
    const local = (status: number) => isGrpc(headers) ? 200 : status
    // A gRPC client is not sent elsewhere.
    if (normal.kind === 'rejected' || (normal.kind === 'redirect' && isGrpc(headers))) return { outcome: { kind: 'protocol-error' }, response: { status: local(400), details: 'path_normalization_failed' } }
    if (normal.kind === 'redirect') return { outcome: { kind: 'redirect', location: normal.path }, response: { status: 307, details: 'path_normalization_failed' } }
    if (normal.path !== request.path) addStep(draft, 'http-filter', 'path-normalization', { notes: [note('normalised', { from: request.path, to: normal.path })] })
  }
  normaliseHost(headers, hcm, place.connection.localPort)
  return undefined
}

/** A real chance is taken as drawn, and becomes a condition of the answer. */
function conditional(draft: Draft, what: string): true {
  draft.conditions.add(what)
  return true
}
