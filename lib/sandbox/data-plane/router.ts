import { finalizeRequestHeaders } from '@/lib/mesh/simulate/finalize-request'
import { durationOf, numberOf, objectOf, optionalObject, stringOf } from '@/lib/mesh/simulate/read'
import { redirectedPath, redirectLocation, redirectStatus, tlsRedirectLocation } from '@/lib/mesh/simulate/redirect'
import type { JsonObject } from '@/lib/std/json'
import { evaluateOperator } from './format'
import { put, valueOf } from './headers'
import type { HttpExchange } from './http-exchange'
import type { Passage } from './http-filters'
import { changeResponses, noteRoute, redirectsToTls } from './http-filters'
import { sendMirrors } from './mirror'
import { sendUpstream } from './upstream-attempts'

/** Filter::decodeHeaders of the router: redirects, direct responses, absent clusters; else the request goes upstream. */
export function routeRequest(exchange: HttpExchange, passage: Passage): void {
  const { virtualHost, route, cluster, table } = passage.route()
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
  if (route.redirect !== undefined || route.direct_response !== undefined) {
    changeResponses(exchange, { table, virtualHost, route, cluster })
    stats.add(`${prefix}${route.redirect === undefined ? 'rq_direct_response' : 'rq_redirect'}`)
    replyDirectly(exchange, route)
    return
  }
  forward(exchange, { route, virtualHost, cluster, table, prefix })
}

function replyDirectly(exchange: HttpExchange, route: JsonObject): void {
  if (route.redirect !== undefined) {
    const redirect = objectOf(route.redirect)
    const location = redirectLocation(route, exchange.headers)
    const path = valueOf(exchange.headers, ':path') ?? ''
    const seen = redirectedPath(route, path)
    if (seen !== path) put(exchange.headers, 'x-envoy-original-path', path)
    put(exchange.headers, ':path', seen)
    exchange.reply(redirectStatus(redirect), '', { details: 'direct_response', headers: [['location', location]] })
    return
  }
  const direct = objectOf(route.direct_response)
  const status = numberOf(direct.status) ?? 200
  const created = status === 201 || (status >= 300 && status < 400) ? [['location', `${valueOf(exchange.headers, ':scheme') ?? 'http'}://${valueOf(exchange.headers, ':authority') ?? ''}${valueOf(exchange.headers, ':path') ?? ''}`] as const] : []
  exchange.reply(status, bodyOf(objectOf(direct.body)), { details: 'direct_response', headers: created })
}

function bodyOf(body: JsonObject): string {
  const bytes = stringOf(body.inline_bytes)
  return stringOf(body.inline_string) ?? (bytes === undefined ? '' : Buffer.from(bytes, 'base64').toString('utf8'))
}

/** 15 s where the route sets nothing, none where it sets 0. */
const DEFAULT_TIMEOUT = 15_000

/** RouteAction.ClusterNotFoundResponseCode. */
const missingClusterStatus: Readonly<Record<string, number>> = { NOT_FOUND: 404, INTERNAL_SERVER_ERROR: 500 }

function forward(exchange: HttpExchange, chosen: { readonly route: JsonObject; readonly virtualHost: JsonObject | undefined; readonly cluster: JsonObject | undefined; readonly table: JsonObject | undefined; readonly prefix: string }): void {
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
  finalizeRequest(exchange, { route, table: chosen.table, virtualHost, cluster: cluster ?? {}, hostname: upstream.hostname(), timeout })
  sendMirrors(exchange, action)
  sendUpstream(exchange, { upstream, action, virtualHost, timeout })
}

/** The headers, host and path that go upstream, as simulate has them too. */
function finalizeRequest(exchange: HttpExchange, chosen: { readonly route: JsonObject; readonly table: JsonObject | undefined; readonly virtualHost: JsonObject | undefined; readonly cluster: JsonObject; readonly hostname: string | undefined; readonly timeout: number }): void {
  const { headers, stream } = exchange
  const now = exchange.context.options.now()
  finalizeRequestHeaders(headers, chosen, {
    plain: optionalObject(routerConfig(exchange.hcm))?.suppress_envoy_headers === true, timeout: chosen.timeout,
    operator: (name, argument) => evaluateOperator(name, argument, stream, now),
  })
}

function routerConfig(hcm: JsonObject): unknown {
  const filters = Array.isArray(hcm.http_filters) ? hcm.http_filters : []
  return objectOf(filters[filters.length - 1]).typed_config
}
