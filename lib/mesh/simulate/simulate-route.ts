import { compareBytes } from '@/lib/std/compare-bytes'
import type { JsonObject } from '@/lib/std/json'
import { clusterShares, noteClusters, upstreamResponse } from './cluster-shares'
import type { EnvoyConfiguration } from './envoy-configuration'
import type { Explanation, Loser } from './explanation'
import { metadataOrigin } from './policy-origin'
import { durationOf, listOf, numberOf, objectOf, stringOf, stringsOf } from './read'
import { redirectLocation, redirectStatus, tlsRedirectLocation } from './redirect'
import type { RequestFacts } from './request-facts'
import { headerValue } from './request-facts'
import { rewriteAuthority, rewritePath } from './rewrite'
import type { TriedRoute } from './route-match'
import { findRoute } from './route-match'
import type { Draft } from './trace'
import { addStep, finish, loser, note } from './trace'
import { findVirtualHost, hostToMatch, virtualHostName } from './virtual-host'

/** What the router looks at. */
export interface RoutePlace {
  readonly draft: Draft
  readonly configuration: EnvoyConfiguration
  readonly routes: JsonObject | undefined
  readonly facts: RequestFacts
}

/** A route as it was found, with all that was tried. */
export interface FoundRoute {
  readonly virtualHost: JsonObject | undefined
  readonly domain: string
  readonly toTls: boolean
  readonly route: JsonObject | undefined
  readonly index: number
  readonly tried: readonly TriedRoute[]
}

const none: FoundRoute = { virtualHost: undefined, domain: '', toTls: false, route: undefined, index: -1, tried: [] }

/** Virtual host, redirect to TLS, route: as RouteMatcher::route does it. */
export function lookUpRoute(place: RoutePlace): FoundRoute {
  if (place.routes === undefined) return none
  const match = findVirtualHost(place.routes, headerValue(place.facts.headers, ':authority') ?? '')
  if (match === undefined) return none
  const demands = match.virtualHost.require_tls === 'ALL' || match.virtualHost.require_tls === 'EXTERNAL_ONLY'
  const toTls = demands && headerValue(place.facts.headers, 'x-forwarded-proto') !== 'https'
  if (toTls) return { ...none, ...match, toTls }
  return { ...match, toTls, ...findRoute(match.virtualHost, place.facts) }
}

/** The router: redirect to TLS, 404, redirect, direct response, clusters. */
export function routeRequest(place: RoutePlace): Explanation {
  const { draft, facts } = place
  const found = lookUpRoute(place)
  noteRoute(place, found)
  if (found.virtualHost === undefined) return finish(draft, { kind: 'no-virtual-host' }, { status: grpcStatus(facts, 404), flags: 'NR', details: 'route_not_found' })
  if (found.toTls) return finish(draft, { kind: 'tls-redirect', location: tlsRedirectLocation(facts.headers) }, { status: 301, details: 'direct_response' })
  if (found.route === undefined) return finish(draft, { kind: 'no-route' }, { status: grpcStatus(facts, 404), flags: 'NR', details: 'route_not_found' })
  const { route } = found
  if (route.redirect !== undefined) {
    return finish(draft, { kind: 'redirect', location: redirectLocation(route, facts.headers) }, { status: redirectStatus(objectOf(route.redirect)), details: 'direct_response' })
  }
  if (route.direct_response !== undefined) {
    return finish(draft, { kind: 'direct-response' }, { status: grpcStatus(facts, numberOf(objectOf(route.direct_response).status) ?? 200), details: 'direct_response' })
  }
  return forward(place, route)
}

function forward(place: RoutePlace, route: JsonObject): Explanation {
  const { draft, facts, configuration } = place
  const action = objectOf(route.route)
  const shares = clusterShares(configuration, action, (name) => headerValue(facts.headers, name))
  const authority = headerValue(facts.headers, ':authority') ?? ''
  const heaviest = shares.reduce<(typeof shares)[number] | undefined>((best, share) => (best === undefined || share.weight > best.weight ? share : best), undefined)
  const rewrites = new Set(shares.map((share) => stringOf(share.entry.host_rewrite_literal) ?? ''))
  if (rewrites.size > 1) draft.conditions.add('weighted-host-rewrite')
  if (shares.some((share) => share.state !== 'missing')) draft.rewritten = {
    authority: rewriteAuthority(action, heaviest?.entry ?? {}, { authority, path: facts.path, header: (name) => headerValue(facts.headers, name) }),
    path: rewritePath(route, action, facts.path),
  }
  noteClusters(draft, configuration, shares)
  const missing = missingStatus(action.cluster_not_found_response_code)
  const response = upstreamResponse(draft, shares, missing)
  return finish(draft, { kind: 'routed' }, { ...response, status: response.status === null ? null : grpcStatus(facts, response.status) })
}

/** RouteAction.ClusterNotFoundResponseCode. */
function missingStatus(code: unknown): number {
  if (code === 'NOT_FOUND') return 404
  return code === 'INTERNAL_SERVER_ERROR' ? 500 : 503
}

function grpcStatus(facts: RequestFacts, status: number): number {
  return (headerValue(facts.headers, 'content-type') ?? '').startsWith('application/grpc') ? 200 : status
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
  const host = hostToMatch(place.routes ?? {}, headerValue(place.facts.headers, ':authority') ?? '')
  return domains(place.routes).wildcards.filter(({ domain }) => domain !== found.domain && covers(domain, host))
    .slice(0, NEAR).map(({ domain, name }) => loser(name, 'less-specific', { domain }))
}

/** Without a virtual host: the domains whose end is most like the host asked for. */
function nearHosts(place: RoutePlace): readonly Loser[] {
  const host = hostToMatch(place.routes ?? {}, headerValue(place.facts.headers, ':authority') ?? '')
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
