import { typeIs } from '@/lib/mesh/simulate/listener-match'
import { evaluateCors, filterOverride } from '@/lib/mesh/simulate/cors'
import { faultPlan } from '@/lib/mesh/simulate/fault'
import { evaluateJwt, jwtDetails, jwtHeaders, jwtMetadata } from '@/lib/mesh/simulate/jwt'
import { inMutationOrder } from '@/lib/mesh/simulate/header-operations'
import { evaluateRbac, rbacDetails } from '@/lib/mesh/simulate/rbac'
import { listOf, objectOf, optionalObject, stringOf } from '@/lib/mesh/simulate/read'
import type { Fraction, RequestFacts } from '@/lib/mesh/simulate/request-facts'
import { headerValue } from '@/lib/mesh/simulate/request-facts'
import { findRoute } from '@/lib/mesh/simulate/route-match'
import { headerOperator } from '@/lib/mesh/simulate/substitution'
import { findVirtualHost } from '@/lib/mesh/simulate/virtual-host'
import type { JsonObject } from '@/lib/std/json'
import { applyHeaderOperations } from './header-operations'
import type { Headers } from './headers'
import { put, valueOf } from './headers'
import type { PlaneContext } from './context'
import type { HttpExchange } from './http-exchange'
import { findToken } from './jwt-token'

/** The route a request has, as Envoy caches it on the stream. */
export interface ChosenRoute {
  /** The route configuration. */
  readonly table: JsonObject | undefined
  readonly virtualHost: JsonObject | undefined
  readonly route: JsonObject | undefined
  /** The cluster that a request on this route goes to; drawn once. */
  readonly cluster: JsonObject | undefined
}

/** A request on its way through the filters. */
export interface Passage {
  readonly facts: RequestFacts
  /** The cached route, looked up when first asked for. */
  readonly route: () => ChosenRoute
  /** Drops the cached route (clear_route_cache). */
  readonly clearRoute: () => void
  readonly metadata: Map<string, JsonObject>
}

/** Starts the passage of a request. */
export function startPassage(exchange: HttpExchange, remoteAddress: string): Passage {
  const { connection, headers, hcm, context } = exchange
  const metadata = new Map<string, JsonObject>()
  const chance = (fraction: Fraction) => context.options.random() * fraction.denominator < fraction.numerator
  const facts: RequestFacts = {
    headers, metadata, chance,
    get path() {
      return valueOf(headers, ':path') ?? '/'
    },
    connection: {
      tls: connection.tls, protocol: exchange.stream.protocol === 'HTTP/2' ? 'HTTP/2' : 'HTTP/1.1', sni: connection.serverName, directRemoteAddress: connection.directRemoteIp, connectionAddress: connection.remoteIp, remoteAddress, localAddress: connection.localIp,
      localPort: connection.localPort, clientCertificate: connection.clientCertificate, certificateValidated: connection.certificateValidated, clientNames: connection.clientNames,
    },
  }
  let cached: ChosenRoute | undefined
  return {
    facts, metadata,
    route: () => (cached ??= chooseRoute(routeConfiguration(hcm, context), facts, context.options.random)),
    clearRoute: () => {
      cached = undefined
    },
  }
}

/** The route configuration of a connection manager: its own, or the one that was pushed under its name. */
export function routeConfiguration(hcm: JsonObject, context: PlaneContext): object | undefined {
  return optionalObject(hcm.route_config) ?? context.routeConfiguration(stringOf(objectOf(hcm.rds).route_config_name) ?? '')
}

function chooseRoute(configuration: object | undefined, facts: RequestFacts, random: () => number): ChosenRoute {
  const table = configuration === undefined ? undefined : objectOf(configuration)
  const host = headerValue(facts.headers, stringOf(table?.vhost_header) || ':authority')
  const virtualHost = table === undefined || host === undefined || headerValue(facts.headers, 'x-forwarded-proto') === '' ? undefined : findVirtualHost(table, host)?.virtualHost
  if (virtualHost === undefined) return { table, virtualHost: undefined, route: undefined, cluster: undefined }
  if (redirectsToTls(virtualHost, facts)) return { table, virtualHost, route: undefined, cluster: undefined }
  const { route } = findRoute(virtualHost, facts)
  return { table, virtualHost, route, cluster: route === undefined ? undefined : drawCluster(objectOf(route.route), facts, random) }
}

/** Whether the virtual host answers with a redirect to https before any route. */
export function redirectsToTls(virtualHost: JsonObject, facts: RequestFacts): boolean {
  const demands = virtualHost.require_tls === 'ALL' || (virtualHost.require_tls === 'EXTERNAL_ONLY' && !facts.headers.has('x-envoy-internal'))
  return demands && facts.headers.get('x-forwarded-proto')?.[0] !== 'https'
}

/** The cluster of an action: its own, the one a header names, or one of the weighted by a draw over the sum of weights. */
function drawCluster(action: JsonObject, facts: RequestFacts, random: () => number): JsonObject | undefined {
  const name = stringOf(action.cluster)
  if (name !== undefined) return { name }
  const header = stringOf(action.cluster_header)
  if (header !== undefined) return { name: headerOperator(facts.headers, header) ?? '' }
  const weighted = objectOf(action.weighted_clusters)
  const clusters = listOf(weighted.clusters).map(objectOf)
  const weight = (cluster: JsonObject) => (typeof cluster.weight === 'number' ? cluster.weight : 0)
  const total = clusters.reduce((sum, cluster) => sum + weight(cluster), 0)
  const given = Number(headerOperator(facts.headers, stringOf(weighted.header_name) ?? '') ?? NaN)
  let draw = Number.isInteger(given) ? given % Math.max(1, total) : Math.floor(random() * total)
  const drawn = clusters.find((cluster) => (draw -= weight(cluster)) < 0)
  const byHeader = stringOf(drawn?.cluster_header)
  return byHeader === undefined || (stringOf(drawn?.name) ?? '') !== '' ? drawn : { ...drawn, name: headerOperator(facts.headers, byHeader) ?? '' }
}

/** Runs the HTTP filters in their order; true when the request may go on to the router. */
export async function runFilters(exchange: HttpExchange, passage: Passage): Promise<boolean> {
  for (const item of listOf(exchange.hcm.http_filters)) {
    const filter = objectOf(item)
    const { table, virtualHost, route, cluster } = passage.route()
    const override = filterOverride(filter, route === undefined ? [] : [cluster, route, virtualHost, table])
    if (override.disabled) continue
    const part = { name: stringOf(filter.name) ?? '', config: objectOf(filter.typed_config), override: override.config, all: override.all }
    if (typeIs(filter, 'JwtAuthentication') && !runJwt(exchange, passage, part)) return false
    if (typeIs(filter, 'RBAC') && !runRbac(exchange, passage, part)) return false
    if (typeIs(filter, 'Cors') && !runCors(exchange, passage, part)) return false
    if (typeIs(filter, 'HTTPFault') && !(await runFault(exchange, passage, part))) return false
  }
  return true
}

/** A filter with what the request's route says of it. */
interface FilterPart {
  readonly name: string
  readonly config: JsonObject
  readonly override: JsonObject | undefined
  readonly all: readonly JsonObject[]
}

function runJwt(exchange: HttpExchange, passage: Passage, { config, override }: FilterPart): boolean {
  if (override?.disabled === true) return true
  const token = findToken(config, exchange.headers, exchange.context.options.now())
  const verdict = evaluateJwt(config, passage.facts, token, stringOf(override?.requirement_name))
  if (verdict.kind === 'denied') {
    noteRoute(exchange, passage)
    const url = `${valueOf(exchange.headers, ':scheme') ?? 'http'}://${valueOf(exchange.headers, ':authority') ?? ''}${passage.facts.path}`
    const challenge = verdict.reason === 'Jwt is missing' ? `Bearer realm="${url}"` : `Bearer realm="${url}", error="invalid_token"`
    exchange.reply(verdict.status, verdict.reason, { details: jwtDetails(verdict.reason), headers: [['www-authenticate', challenge]] })
    return false
  }
  const payload = jwtMetadata(config, verdict)
  if (payload !== undefined) passage.metadata.set('envoy.filters.http.jwt_authn', payload)
  if (jwtHeaders(config, verdict, exchange.headers)) passage.clearRoute()
  return true
}

function runRbac(exchange: HttpExchange, passage: Passage, { config, override }: FilterPart): boolean {
  const { rules } = override === undefined ? config : objectOf(override.rbac)
  const verdict = evaluateRbac(rules, passage.facts)
  const prefix = `http.${stringOf(exchange.hcm.stat_prefix) ?? ''}.rbac.`
  exchange.context.stats.add(prefix + (verdict.allowed ? 'allowed' : 'denied'))
  if (verdict.allowed) return true
  noteRoute(exchange, passage)
  exchange.reply(403, 'RBAC: access denied', { details: rbacDetails(verdict.policy) })
  return false
}

function runCors(exchange: HttpExchange, passage: Passage, { all }: FilterPart): boolean {
  if (passage.route().route?.route === undefined) return true
  const verdict = evaluateCors(all, passage.facts)
  if (verdict.kind === 'off') return true
  if (verdict.kind === 'preflight') {
    noteRoute(exchange, passage)
    exchange.reply(200, '', { details: 'cors_response', headers: verdict.responseHeaders })
    return false
  }
  exchange.responseChanges.push((headers) => {
    for (const [header, value] of verdict.responseHeaders) put(headers, header, value)
  })
  return true
}

async function runFault(exchange: HttpExchange, passage: Passage, { config, override }: FilterPart): Promise<boolean> {
  const plan = faultPlan(override ?? config, passage.facts, stringOf(passage.route().cluster?.name) ?? '')
  const { stats } = exchange.context
  const prefix = `http.${stringOf(exchange.hcm.stat_prefix) ?? ''}.fault.`
  if (plan.delay !== undefined && passage.facts.chance(plan.delay.fraction, 'fault')) {
    stats.add(`${prefix}delays_injected`)
    exchange.stream.flags.add('DI')
    await waitUnlessGone(exchange, plan.delay.milliseconds)
    if (exchange.gone()) return false
  }
  if (plan.abort === undefined || !passage.facts.chance(plan.abort.fraction, 'fault')) return true
  stats.add(`${prefix}aborts_injected`)
  noteRoute(exchange, passage)
  exchange.reply(plan.abort.status, 'fault filter abort', { details: 'fault_filter_abort', flag: 'FI', ...(plan.abort.grpcStatus === undefined ? {} : { grpcStatus: plan.abort.grpcStatus }) })
  return false
}

function waitUnlessGone(exchange: HttpExchange, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    exchange.onGone(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}

/** Puts the route's name and cluster into the stream, and what a route to a cluster does to the answer, whoever gives it. */
export function noteRoute(exchange: HttpExchange, passage: Passage): void {
  const { table, virtualHost, route, cluster } = passage.route()
  exchange.stream.routeName = stringOf(route?.name)
  const name = stringOf(cluster?.name)
  if (name !== undefined && exchange.context.upstreams.get(name) !== undefined) exchange.stream.upstreamCluster = name
  if (route?.route !== undefined) changeResponses(exchange, { table, virtualHost, route, cluster })
}

/** Has a route and those above it change the answer's head. */
export function changeResponses(exchange: HttpExchange, { table, virtualHost, route, cluster }: ChosenRoute): void {
  exchange.responseChanges.push((headers) => changeResponse(headers, exchange, inMutationOrder([cluster, route, virtualHost, table], table)))
}

/** What a route and those above it do to the answer's head; the most specific comes first. */
function changeResponse(headers: Headers, exchange: HttpExchange, levels: readonly (JsonObject | undefined)[]): void {
  const now = exchange.context.options.now()
  exchange.stream.responseHeaders = headers
  for (const level of levels) {
    applyHeaderOperations(headers, { add: level?.response_headers_to_add, remove: level?.response_headers_to_remove }, exchange.stream, now)
  }
}
