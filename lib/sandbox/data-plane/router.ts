import { durationOf, numberOf, objectOf, optionalObject, stringOf } from '@/lib/mesh/simulate/read'
import { redirectLocation, redirectStatus, tlsRedirectLocation } from '@/lib/mesh/simulate/redirect'
import { rewriteAuthority, rewritePath, rewritesPath } from '@/lib/mesh/simulate/rewrite'
import type { JsonObject } from '@/lib/std/json'
import { applyHeaderOperations } from './header-operations'
import type { Headers } from './headers'
import { put, valueOf } from './headers'
import type { HttpExchange } from './http-exchange'
import type { Passage } from './http-filters'
import { noteRoute, redirectsToTls } from './http-filters'
import { sendMirrors } from './mirror'
import { sendUpstream } from './upstream-attempts'

/** Filter::decodeHeaders of the router: redirects, direct responses, absent clusters; else the request goes upstream. */
export function routeRequest(exchange: HttpExchange, passage: Passage): void {
  const { virtualHost, route, cluster } = passage.route()
  const prefix = `http.${stringOf(exchange.hcm.stat_prefix) ?? ''}.`
  const { stats } = exchange.context
  stats.add(`${prefix}rq_total`)
  if (virtualHost !== undefined && redirectsToTls(virtualHost, passage.facts)) {
    stats.add(`${prefix}rq_redirect`)
    exchange.reply(301, '', { details: 'direct_response', headers: [['location', tlsRedirectLocation(exchange.headers)]] })
    return
  }
  if (route === undefined) {
    stats.add(`${prefix}no_route`)
    exchange.reply(404, '', { details: 'route_not_found', flag: 'NR' })
    return
  }
  noteRoute(exchange, passage)
  exchange.responseChanges.push((headers) => changeResponse(headers, exchange, [cluster, route, virtualHost]))
  if (route.redirect !== undefined || route.direct_response !== undefined) {
    stats.add(`${prefix}${route.redirect === undefined ? 'rq_direct_response' : 'rq_redirect'}`)
    replyDirectly(exchange, route)
    return
  }
  forward(exchange, { route, virtualHost, cluster, prefix })
}

function replyDirectly(exchange: HttpExchange, route: JsonObject): void {
  if (route.redirect !== undefined) {
    const redirect = objectOf(route.redirect)
    const location = redirectLocation(route, exchange.headers)
    if (rewritesPath(redirect)) put(exchange.headers, 'x-envoy-original-path', valueOf(exchange.headers, ':path') ?? '')
    exchange.reply(redirectStatus(redirect), '', { details: 'direct_response', headers: [['location', location]] })
    return
  }
  const direct = objectOf(route.direct_response)
  const status = numberOf(direct.status) ?? 200
  const created = status === 201 ? [['location', `${valueOf(exchange.headers, ':scheme') ?? 'http'}://${valueOf(exchange.headers, ':authority') ?? ''}${valueOf(exchange.headers, ':path') ?? ''}`] as const] : []
  exchange.reply(status, bodyOf(objectOf(direct.body)), { details: 'direct_response', headers: created })
}

function bodyOf(body: JsonObject): string {
  const bytes = stringOf(body.inline_bytes)
  return stringOf(body.inline_string) ?? (bytes === undefined ? '' : Buffer.from(bytes, 'base64').toString('utf8'))
}

/** What a route and those above it do to the answer's head; the most specific comes first. */
function changeResponse(headers: Headers, exchange: HttpExchange, levels: readonly (JsonObject | undefined)[]): void {
  const now = exchange.context.options.now()
  exchange.stream.responseHeaders = headers
  for (const level of levels) {
    applyHeaderOperations(headers, { add: level?.response_headers_to_add, remove: level?.response_headers_to_remove }, exchange.stream, now)
  }
}

/** 15 s where the route sets nothing, none where it sets 0. */
const DEFAULT_TIMEOUT = 15_000

/** RouteAction.ClusterNotFoundResponseCode. */
const missingClusterStatus: Readonly<Record<string, number>> = { NOT_FOUND: 404, INTERNAL_SERVER_ERROR: 500 }

function forward(exchange: HttpExchange, chosen: { readonly route: JsonObject; readonly virtualHost: JsonObject | undefined; readonly cluster: JsonObject | undefined; readonly prefix: string }): void {
  const { route, virtualHost, cluster } = chosen
  const action = objectOf(route.route)
  const upstream = exchange.context.upstreams.get(stringOf(cluster?.name) ?? '')
  if (upstream === undefined) {
    exchange.context.stats.add(`${chosen.prefix}no_cluster`)
    exchange.stream.upstreamCluster = undefined
    exchange.reply(missingClusterStatus[stringOf(action.cluster_not_found_response_code) ?? ''] ?? 503, '', { details: 'cluster_not_found', flag: 'NC' })
    return
  }
  const timeout = durationOf(action.timeout) ?? DEFAULT_TIMEOUT
  finalizeRequest(exchange, { route, action, virtualHost, cluster: cluster ?? {}, timeout })
  sendMirrors(exchange, action)
  sendUpstream(exchange, { upstream, action, virtualHost, timeout })
}

/** RouteEntryImplBase::finalizeRequestHeaders: header operations, then the host, then the path. */
function finalizeRequest(exchange: HttpExchange, chosen: { readonly route: JsonObject; readonly action: JsonObject; readonly virtualHost: JsonObject | undefined; readonly cluster: JsonObject; readonly timeout: number }): void {
  const { headers, stream } = exchange
  const now = exchange.context.options.now()
  const plain = optionalObject(routerConfig(exchange.hcm))?.suppress_envoy_headers === true
  if (!plain && chosen.timeout > 0) put(headers, 'x-envoy-expected-rq-timeout-ms', String(Math.round(chosen.timeout)))
  if (chosen.virtualHost?.include_request_attempt_count === true) put(headers, 'x-envoy-attempt-count', '1')
  for (const level of [chosen.cluster, chosen.route, chosen.virtualHost]) {
    applyHeaderOperations(headers, { add: level?.request_headers_to_add, remove: level?.request_headers_to_remove }, stream, now)
  }
  const authority = valueOf(headers, ':authority') ?? ''
  const path = valueOf(headers, ':path') ?? '/'
  const host = rewriteAuthority(chosen.action, chosen.cluster, { authority, path, header: (name) => valueOf(headers, name.toLowerCase()) })
  if (host !== authority) {
    if (!plain) put(headers, 'x-envoy-original-host', authority)
    put(headers, ':authority', host)
  }
  if (!rewritesPath(chosen.action)) return
  if (!plain) put(headers, 'x-envoy-original-path', path)
  put(headers, ':path', rewritePath(chosen.route, chosen.action, path))
}

function routerConfig(hcm: JsonObject): unknown {
  const filters = Array.isArray(hcm.http_filters) ? hcm.http_filters : []
  return objectOf(filters[filters.length - 1]).typed_config
}
