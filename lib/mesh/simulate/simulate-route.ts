import { compareBytes } from '@/lib/std/compare-bytes'
import type { JsonObject } from '@/lib/std/json'
import { clusterShares, noteClusters, upstreamResponse } from './cluster-shares'
import type { EnvoyConfiguration } from './envoy-configuration'
import type { Explanation, Loser } from './explanation'
import { finalizeRequestHeaders } from './finalize-request'
import { isGrpc } from './header-map'
import { applyOperations, headerOperations, inMutationOrder } from './header-operations'
import { metadataOrigin } from './policy-origin'
import { durationOf, listOf, numberOf, objectOf, stringOf, stringsOf, typedConfig } from './read'
import { redirectedPath, redirectLocation, redirectStatus, tlsRedirectLocation } from './redirect'
import type { RequestFacts } from './request-facts'
import { headerValue, pathOnly } from './request-facts'
import type { TriedRoute } from './route-match'
import { findRoute } from './route-match'
import { fillWith, headerOperator } from './substitution'
import type { Draft } from './trace'
import { addStep, finish, loser, note } from './trace'
import { findVirtualHost, hostToMatch, virtualHostName } from './virtual-host'

/** What the router looks at. */
export interface RoutePlace {
  readonly draft: Draft
  readonly configuration: EnvoyConfiguration
  readonly hcm: JsonObject
  readonly routes: JsonObject | undefined
  readonly facts: RequestFacts
  /** The request's headers, which filters and the router change. */
  readonly headers: Map<string, string[]>
  /** The route as the stream caches it; a filter that clears it makes it be looked up anew. */
  readonly cache: { found: FoundRoute | undefined }
}

/** A route as it was found, with all that was tried. */
export interface FoundRoute {
  readonly virtualHost: JsonObject | undefined
  readonly domain: string
  readonly toTls: boolean
  readonly route: JsonObject | undefined
  readonly index: number
  readonly tried: readonly TriedRoute[]
  /** The entry of weighted_clusters that is taken, where only one can be; the heaviest otherwise. */
  readonly cluster: JsonObject | undefined
}

const none: FoundRoute = { virtualHost: undefined, domain: '', toTls: false, route: undefined, index: -1, tried: [], cluster: undefined }

/** Virtual host, redirect to TLS, route: as RouteMatcher::route does it, once until the cache is cleared. */
export function lookUpRoute(place: RoutePlace): FoundRoute {
  return place.cache.found ??= searchRoute(place)
}

function searchRoute(place: RoutePlace): FoundRoute {
  const { routes, facts } = place
  // RouteMatcher::route looks nothing up without x-forwarded-proto.
  if (routes === undefined || headerValue(facts.headers, 'x-forwarded-proto') === '') return none
  const host = hostOf(routes, facts)
  const match = host === undefined ? undefined : findVirtualHost(routes, host)
  if (match === undefined) return none
  if (match.virtualHost.matcher !== undefined) place.draft.conditions.add('virtual-host-matcher')
  const demands = match.virtualHost.require_tls === 'ALL' || match.virtualHost.require_tls === 'EXTERNAL_ONLY'
  const toTls = demands && headerValue(facts.headers, 'x-forwarded-proto') !== 'https' && (match.virtualHost.require_tls === 'ALL' || !facts.headers.has('x-envoy-internal'))
  if (toTls) return { ...none, ...match, toTls }
  const found = findRoute(match.virtualHost, facts)
  return { ...match, toTls, ...found, cluster: heaviest(sharesOf(place, found.route))?.entry }
}

/** What is compared with the domains: the authority, or the header that the table names. */
function hostOf(routes: JsonObject, facts: RequestFacts): string | undefined {
  return headerValue(facts.headers, stringOf(routes.vhost_header) || ':authority')
}

function sharesOf(place: RoutePlace, route: JsonObject | undefined): ReturnType<typeof clusterShares> {
  return clusterShares(place.configuration, objectOf(route?.route), (name) => headerOperator(place.facts.headers, name))
}

function heaviest<T extends { readonly weight: number }>(shares: readonly T[]): T | undefined {
  return shares.reduce<T | undefined>((best, share) => (best === undefined || share.weight > best.weight ? share : best), undefined)
}

/** The router: redirect to TLS, 404, redirect, direct response, clusters. */
export function routeRequest(place: RoutePlace): Explanation {
  const { draft, facts } = place
  const found = lookUpRoute(place)
  noteRoute(place, found)
  const { route } = found
  if (found.virtualHost === undefined) return finish(draft, { kind: 'no-virtual-host' }, { status: localStatus(facts, 404), flags: 'NR', details: 'route_not_found' })
  if (found.toTls) return finish(draft, { kind: 'tls-redirect', location: tlsRedirectLocation(facts.headers) }, { status: localStatus(facts, 301), details: 'direct_response' })
  if (route === undefined) return finish(draft, { kind: 'no-route' }, { status: localStatus(facts, 404), flags: 'NR', details: 'route_not_found' })
  if (route.redirect !== undefined) {
    const location = redirectLocation(route, facts.headers)
    draft.rewritten = { ...draft.rewritten, path: redirectedPath(route, facts.path) }
    noteResponse(place, found)
    return finish(draft, { kind: 'redirect', location }, { status: localStatus(facts, redirectStatus(objectOf(route.redirect))), details: 'direct_response' })
  }
  if (route.direct_response !== undefined) return answerDirectly(place, found)
  return forward(place, found)
}

function answerDirectly(place: RoutePlace, found: FoundRoute): Explanation {
  const { draft, facts } = place
  const status = numberOf(objectOf(found.route?.direct_response).status) ?? 200
  const created = status === 201 || (status >= 300 && status < 400) ? [`${headerValue(facts.headers, ':scheme') ?? 'http'}://${headerValue(facts.headers, ':authority') ?? ''}${facts.path}`] : []
  noteResponse(place, found)
  const answer = new Map<string, string[]>(created.length === 0 ? [] : [['location', created]])
  for (const level of draft.responseHeaders) applyOperations(answer, level)
  const location = answer.get('location')?.join(',')
  return finish(draft, { kind: 'direct-response', ...(location === undefined ? {} : { location }) }, { status: localStatus(facts, status), details: 'direct_response' })
}

/** 15 s where the route sets nothing, none where it sets 0. */
const DEFAULT_TIMEOUT = 15_000

function forward(place: RoutePlace, found: FoundRoute): Explanation {
  const { draft, facts, configuration } = place
  const { route = {} } = found
  const action = objectOf(route.route)
  const shares = sharesOf(place, route)
  const chosen = heaviest(shares)
  if (new Set(shares.map((share) => stringOf(share.entry.host_rewrite_literal) ?? '')).size > 1) draft.conditions.add('weighted-host-rewrite')
  if (action.cluster_specifier_plugin !== undefined || action.inline_cluster_specifier_plugin !== undefined) draft.conditions.add('cluster-specifier-plugin')
  if (shares.some((share) => share.state !== 'missing')) {
    finalizeRequestHeaders(place.headers, { table: place.routes, virtualHost: found.virtualHost, route, cluster: chosen?.entry ?? {}, hostname: chosen === undefined ? undefined : configuration.hostname(chosen.name) }, {
      plain: routerConfig(place.hcm).suppress_envoy_headers === true, timeout: durationOf(action.timeout) ?? DEFAULT_TIMEOUT, operator: requestOperator(place),
    })
    draft.rewritten = { authority: headerValue(place.headers, ':authority') ?? '', path: facts.path }
    draft.upstreamHeaders = [...place.headers].filter(([name]) => !name.startsWith(':')).sort((a, b) => compareBytes(a[0], b[0])).flatMap(([name, values]) => values.map((value) => [name, value] as const))
  }
  noteResponse(place, found)
  noteClusters(draft, configuration, shares)
  const response = upstreamResponse(draft, shares, missingStatus(action.cluster_not_found_response_code))
  return finish(draft, { kind: 'routed' }, { ...response, status: response.status === null ? null : localStatus(facts, response.status) })
}

function routerConfig(hcm: JsonObject): JsonObject {
  return typedConfig(listOf(hcm.http_filters).map(objectOf).find((filter) => stringOf(filter.name) === 'envoy.filters.http.router'))
}

/** What the route and those above it do to the answer's headers, the most specific first; then what CORS sets. */
function noteResponse(place: RoutePlace, found: FoundRoute): void {
  const { draft } = place
  const fill = (format: string) => fillWith(format, (name, argument) => name === 'REQ' ? headerOperator(place.headers, argument) ?? '' : requestOperator(place)(name, argument) ?? `%${name}${argument === '' ? '' : `(${argument})`}%`, '')
  for (const level of inMutationOrder([found.cluster, found.route, found.virtualHost, place.routes], place.routes)) {
    draft.responseHeaders.push(headerOperations({ add: level?.response_headers_to_add, remove: level?.response_headers_to_remove }, fill))
  }
  if (found.virtualHost?.include_attempt_count_in_response === true && found.route?.route !== undefined) draft.responseHeaders.push([{ action: 'overwrite', name: 'x-envoy-attempt-count', value: '1' }])
  draft.responseHeaders.push(draft.corsHeaders.map(([name, value]) => ({ action: 'overwrite' as const, name, value })))
}

/** The command operators that a request and its connection fill; one that is not known makes the answer conditional. */
function requestOperator({ facts, headers, draft }: RoutePlace): (name: string, argument: string) => string | undefined {
  const { connection } = facts
  return (name, argument) => {
    switch (name) {
      case 'REQ': return headerOperator(headers, argument)
      case 'REQ_WITHOUT_QUERY': {
        const value = headerOperator(headers, argument)
        return value === undefined ? undefined : pathOnly(value)
      }
      case 'DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT': return connection.remoteAddress
      case 'DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT': return connection.directRemoteAddress
      case 'DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT': return connection.localAddress
      case 'DOWNSTREAM_LOCAL_PORT': return String(connection.localPort)
      case 'REQUESTED_SERVER_NAME': return connection.sni === '' ? undefined : connection.sni
      case 'ROUTE_NAME': return draft.route ?? undefined
      case 'PROTOCOL': return connection.protocol
      default: return undefined
    }
  }
}

/** RouteAction.ClusterNotFoundResponseCode. */
function missingStatus(code: unknown): number {
  if (code === 'NOT_FOUND') return 404
  return code === 'INTERNAL_SERVER_ERROR' ? 500 : 503
}

/** Utility::sendLocalReply: a gRPC request is answered with 200. */
function localStatus(facts: RequestFacts, status: number): number {
  return isGrpc(facts.headers) ? 200 : status
}

/** Puts virtual host and route into the draft: names, origins, losers, and what the route does besides. */
export function noteRoute(place: RoutePlace, found: FoundRoute): void {
  const { draft, configuration } = place
  const host = found.virtualHost
  const name = host === undefined ? null : virtualHostName(host)
  draft.virtualHost = name
  addStep(draft, 'virtual-host', name, { losers: host === undefined ? nearHosts(place) : lessSpecific(place, found), notes: host === undefined ? [] : [note('domain', { domain: found.domain })] })
  if (host === undefined || name === null) return
  const owners = configuration.provenance?.virtualHosts.get(draft.routeConfiguration ?? '')?.get(name)
  draft.resource = owners?.[0]?.resource ?? null
  draft.path = owners?.[0]?.path ?? null
  if (found.toTls) return
  const origins = configuration.provenance?.routes.get(draft.routeConfiguration ?? '')?.get(name)
  const losers = found.tried.map((tried) => loser(routeName(tried.route, tried.index), tried.miss.code, {
    ...tried.miss.params, index: String(tried.index), ...originParams(origins?.[tried.index]?.resource ?? istioOrigin(tried.route), origins?.[tried.index]?.path),
  }))
  addStep(draft, 'route', found.route === undefined ? null : routeName(found.route, found.index), { losers, notes: found.route === undefined ? [] : routeNotes(found.route) })
  if (found.route === undefined) return
  draft.route = routeName(found.route, found.index)
  const origin = origins?.[found.index]
  draft.resource = origin?.resource ?? istioOrigin(found.route) ?? draft.resource
  draft.path = origin?.path ?? (istioOrigin(found.route) === undefined ? draft.path : null)
}

/** A route's own name, or its place in the virtual host. */
function routeName(route: JsonObject, index: number): string {
  const name = stringOf(route.name) ?? ''
  return name === '' ? `#${String(index)}` : name
}

function istioOrigin(route: JsonObject): Explanation['resource'] | undefined {
  return metadataOrigin(stringOf(objectOf(objectOf(objectOf(route.metadata).filter_metadata).istio).config))
}

function originParams(resource: Explanation['resource'] | undefined, path: string | undefined): { readonly [name: string]: string } {
  if (resource === undefined || resource === null) return {}
  return { resource: `${resource.kind} ${resource.namespace}/${resource.name}`, ...(path === undefined ? {} : { field: path }) }
}

/** What a route does besides choosing clusters, for the trace. */
function routeNotes(route: JsonObject): readonly { readonly code: string; readonly params: { readonly [name: string]: string } }[] {
  const action = objectOf(route.route)
  const retry = objectOf(action.retry_policy)
  const timeout = durationOf(action.timeout)
  const headers = [...stringsOf(route.request_headers_to_remove).map((header) => `-${header}`), ...listOf(route.request_headers_to_add).map((item) => stringOf(objectOf(objectOf(item).header).key) ?? '')]
  return [
    ...(timeout === undefined || timeout === 0 ? [] : [note('timeout', { milliseconds: String(timeout) })]),
    ...(action.retry_policy === undefined ? [] : [note('retries', { retries: String(numberOf(retry.num_retries) ?? 1), on: stringOf(retry.retry_on) ?? '' })]),
    ...listOf(action.request_mirror_policies).map((item) => note('mirror', { cluster: stringOf(objectOf(item).cluster) ?? '' })),
    ...(listOf(action.hash_policy).length === 0 ? [] : [note('hash-policy', { count: String(listOf(action.hash_policy).length) })]),
    ...(headers.length === 0 ? [] : [note('request-headers', { headers: headers.join(', ') })]),
  ]
}

/** How many domains a trace names at most, and how many are looked at. */
const NEAR = 5
const LOOK = 5000

/** Domains that would also have taken the host but are less specific. */
function lessSpecific(place: RoutePlace, found: FoundRoute): readonly Loser[] {
  const host = hostToMatch(place.routes ?? {}, hostOf(place.routes ?? {}, place.facts) ?? '')
  return domains(place.routes).wildcards.filter(({ domain }) => domain !== found.domain && covers(domain, host))
    .slice(0, NEAR).map(({ domain, name }) => loser(name, 'less-specific', { domain }))
}

/** Without a virtual host: the domains whose end is most like the host asked for. */
function nearHosts(place: RoutePlace): readonly Loser[] {
  const host = hostToMatch(place.routes ?? {}, hostOf(place.routes ?? {}, place.facts) ?? '')
  return domains(place.routes).all.slice(0, LOOK).map((item) => ({ ...item, common: commonEnd(item.domain, host) }))
    .sort((a, b) => b.common - a.common || compareBytes(a.domain, b.domain)).slice(0, NEAR).map(({ domain, name }) => loser(name, 'domain-differs', { domain }))
}

/** The domains of a route configuration in lower case; `wildcards` are those that can cover others. */
interface Domains {
  readonly all: readonly { readonly name: string; readonly domain: string }[]
  readonly wildcards: readonly { readonly name: string; readonly domain: string }[]
}

const knownDomains = new WeakMap<object, Domains>()

function domains(routes: JsonObject | undefined): Domains {
  if (routes === undefined) return { all: [], wildcards: [] }
  const known = knownDomains.get(routes)
  if (known !== undefined) return known
  const all = listOf(routes.virtual_hosts).map(objectOf).flatMap((host) => stringsOf(host.domains).map((domain) => ({ name: virtualHostName(host), domain: domain.toLowerCase() })))
  const made = { all, wildcards: all.filter(({ domain }) => domain.startsWith('*') || domain.endsWith('*')) }
  knownDomains.set(routes, made)
  return made
}

function covers(domain: string, host: string): boolean {
  if (domain === '*') return true
  if (domain.startsWith('*')) return host.length >= domain.length && host.endsWith(domain.slice(1))
  return domain.endsWith('*') && host.length >= domain.length && host.startsWith(domain.slice(0, -1))
}

function commonEnd(a: string, b: string): number {
  let length = 0
  while (length < a.length && length < b.length && a.charAt(a.length - 1 - length) === b.charAt(b.length - 1 - length)) length++
  return length
}
