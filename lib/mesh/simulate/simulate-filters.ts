import type { JsonObject } from '@/lib/std/json'
import { evaluateCors, filterOverride } from './cors'
import type { Explanation, SimulatedRequest } from './explanation'
import { faultPlan } from './fault'
import { certain } from './fraction'
import { isGrpc } from './header-map'
import type { HttpPlace } from './http-place'
import { evaluateJwt, jwtDetails, jwtHeaders, jwtMetadata } from './jwt'
import { requestToken } from './jwt-token'
import { noteUncomputed } from './uncomputed'
import { policyOrigin } from './policy-origin'
import { evaluateRbac, rbacDetails } from './rbac'
import { listOf, objectOf, optionalObject, stringOf } from './read'
import type { RequestFacts } from './request-facts'
import { lookUpRoute, noteRoute } from './simulate-route'
import type { RoutePlace } from './simulate-route'
import { addStep, finish, loser, note } from './trace'

/** Everything a filter may look at. */
export interface FilterPlace extends HttpPlace, RoutePlace {}

/** Filters that never answer by themselves and change nothing that routing sees. */
const transparent: ReadonlySet<string> = new Set([
  'istio.metadata_exchange', 'istio.alpn', 'istio.stats', 'envoy.filters.http.grpc_stats', 'envoy.filters.http.grpc_web', 'envoy.filters.http.router', 'envoy.filters.http.stateful_session',
])

/** The HTTP filters in their order; an explanation when one of them answers, undefined when the router has its turn. */
export function runHttpFilters(request: SimulatedRequest, place: FilterPlace): Explanation | undefined {
  for (const item of listOf(place.hcm.http_filters)) {
    const filter = objectOf(item)
    const found = lookUpRoute(place)
    // Without a route nobody says anything of filters: a redirect to TLS is a route of its own, with no levels.
    const override = filterOverride(filter, found.route === undefined ? [] : [found.cluster, found.route, found.virtualHost, place.routes])
    if (override.disabled) continue
    const answered = runFilter(request, place, { name: stringOf(filter.name) ?? '', config: objectOf(filter.typed_config), override: override.config, all: override.all })
    if (answered !== undefined) return answered
  }
  return undefined
}

interface NamedFilter {
  readonly name: string
  readonly config: JsonObject
  /** The most specific configuration of the request's route for this filter. */
  readonly override: JsonObject | undefined
  /** Those of all its levels, the most specific first. */
  readonly all: readonly JsonObject[]
}

function runFilter(request: SimulatedRequest, place: FilterPlace, filter: NamedFilter): Explanation | undefined {
  const { name, config } = filter
  const type = (stringOf(config['@type']) ?? '').split('.').pop() ?? ''
  if (type === 'JwtAuthentication') return runJwt(request, place, filter)
  if (type === 'RBAC') return runRbac(place, filter)
  if (type === 'Cors') return runCors(place, filter)
  if (type === 'HTTPFault') return runFault(place, filter)
  if (transparent.has(name)) return undefined
  if (type === 'ExtAuthz' && !extAuthzAsks(place, config)) {
    addStep(place.draft, 'http-filter', name, { notes: [note('passes')] })
    return undefined
  }
  noteUncomputed(place.draft, name, type)
  return undefined
}

function runJwt(request: SimulatedRequest, place: FilterPlace, { name, config, override }: NamedFilter): Explanation | undefined {
  if (override?.disabled === true) return undefined
  const token = requestToken(config, place.facts, request.jwtClaims)
  const verdict = evaluateJwt(config, place.facts, token, stringOf(override?.requirement_name))
  if (verdict.kind === 'pass' ? verdict.provider !== undefined && token?.kind === 'unproven' : token?.kind === 'unproven' && verdict.status === 401) place.draft.conditions.add('jwt-signature')
  if (verdict.kind === 'denied') {
    addStep(place.draft, 'http-filter', name, { notes: [note('denied', { reason: verdict.reason })] })
    noteRoute(place, lookUpRoute(place))
    place.draft.resource = null
    place.draft.path = null
    return finish(place.draft, { kind: 'denied' }, { status: localStatus(place.facts, verdict.status), details: jwtDetails(verdict.reason) })
  }
  const payload = jwtMetadata(config, verdict)
  if (payload !== undefined) mutableMetadata(place).set('envoy.filters.http.jwt_authn', payload)
  if (jwtHeaders(config, verdict, place.headers)) place.cache.found = undefined
  addStep(place.draft, 'http-filter', name, { notes: [note('allowed', { provider: verdict.provider ?? 'none' })] })
  return undefined
}

function mutableMetadata(place: FilterPlace): Map<string, JsonObject> {
  const { metadata } = place.facts
  return metadata instanceof Map ? metadata : new Map()
}

function runRbac(place: FilterPlace, { name, config, override }: NamedFilter): Explanation | undefined {
  const { draft, facts } = place
  const own = override === undefined ? config : objectOf(override.rbac)
  shadow(place, own)
  if (own.matcher !== undefined && own.rules === undefined) draft.conditions.add(`${name}:matcher`)
  const verdict = evaluateRbac(own.rules, facts)
  for (const unknown of verdict.unknown) draft.conditions.add(unknown)
  const policies = Object.keys(objectOf(objectOf(own.rules).policies)).filter((policy) => policy !== verdict.policy)
  addStep(draft, 'http-filter', name, {
    losers: policies.map((policy) => loser(policy, 'policy-not-matched')),
    notes: [note(verdict.allowed ? 'allowed' : 'denied', { policy: verdict.policy ?? 'none', action: stringOf(objectOf(own.rules).action) ?? 'ALLOW' })],
  })
  if (verdict.allowed) return undefined
  const origin = policyOrigin(verdict.policy)
  noteRoute(place, lookUpRoute(place))
  draft.resource = origin?.resource ?? null
  draft.path = origin?.path ?? null
  return finish(draft, { kind: 'denied' }, { status: localStatus(facts, 403), details: rbacDetails(verdict.policy) })
}

/** Shadow rules deny nothing; their result is what CUSTOM policies hand to the external authoriser. */
function shadow(place: FilterPlace, config: JsonObject): void {
  if (config.shadow_rules === undefined) return
  const verdict = evaluateRbac(config.shadow_rules, place.facts)
  const prefix = stringOf(config.shadow_rules_stat_prefix) ?? ''
  const before = place.facts.metadata.get('envoy.filters.http.rbac') ?? {}
  mutableMetadata(place).set('envoy.filters.http.rbac', {
    ...before, [`${prefix}shadow_engine_result`]: verdict.allowed ? 'allowed' : 'denied', ...(verdict.policy === null ? {} : { [`${prefix}shadow_effective_policy_id`]: verdict.policy }),
  })
}

/** Whether ext_authz is asked at all: filter_enabled_metadata on what the shadow rules left. */
function extAuthzAsks(place: FilterPlace, config: JsonObject): boolean {
  const matcher = optionalObject(config.filter_enabled_metadata)
  if (matcher === undefined) return true
  const [first] = listOf(matcher.path).map(objectOf)
  const value = place.facts.metadata.get(stringOf(matcher.filter) ?? '')?.[stringOf(first?.key) ?? '']
  const prefix = stringOf(objectOf(objectOf(matcher.value).string_match).prefix)
  return typeof value === 'string' && (prefix === undefined || value.startsWith(prefix))
}

function runCors(place: FilterPlace, { name, all }: NamedFilter): Explanation | undefined {
  const { route } = lookUpRoute(place)
  if (route?.route === undefined) return undefined
  const verdict = evaluateCors(all, place.facts)
  if (verdict.kind === 'off') return undefined
  addStep(place.draft, 'http-filter', name, { notes: [note(verdict.kind === 'preflight' ? 'preflight' : 'passes', Object.fromEntries(verdict.responseHeaders))] })
  if (verdict.kind === 'pass') {
    place.draft.corsHeaders.push(...verdict.responseHeaders)
    return undefined
  }
  place.draft.responseHeaders.push(verdict.responseHeaders.map(([header, value]) => ({ action: 'overwrite' as const, name: header, value })))
  noteRoute(place, lookUpRoute(place))
  return finish(place.draft, { kind: 'direct-response' }, { status: 200, details: 'cors_response' })
}

function runFault(place: FilterPlace, { name, config, override }: NamedFilter): Explanation | undefined {
  const found = lookUpRoute(place)
  const cluster = stringOf(found.cluster?.name) || stringOf(objectOf(found.route?.route).cluster) || ''
  const plan = faultPlan(override ?? config, place.facts, cluster)
  if (plan.delay === undefined && plan.abort === undefined) return undefined
  const notes = [
    ...(plan.delay === undefined ? [] : [note('delay', { milliseconds: String(plan.delay.milliseconds), of: `${String(plan.delay.fraction.numerator)}/${String(plan.delay.fraction.denominator)}` })]),
    ...(plan.abort === undefined ? [] : [note('abort', { status: String(plan.abort.status), of: `${String(plan.abort.fraction.numerator)}/${String(plan.abort.fraction.denominator)}` })]),
  ]
  addStep(place.draft, 'http-filter', name, { notes })
  const delays = plan.delay === undefined ? false : certain(plan.delay.fraction)
  if (delays === true) place.draft.flags.push('DI')
  if (delays === undefined) place.draft.conditions.add('fault')
  if (plan.abort === undefined) return undefined
  const aborts = certain(plan.abort.fraction)
  if (aborts === undefined) place.draft.conditions.add('fault')
  if (aborts !== true) return undefined
  noteRoute(place, lookUpRoute(place))
  return finish(place.draft, { kind: 'aborted-by-fault' }, { status: localStatus(place.facts, plan.abort.status), flags: 'FI', details: 'fault_filter_abort' })
}

/** Utility::sendLocalReply: a gRPC request is answered with 200 and the status in trailers. */
function localStatus(facts: RequestFacts, status: number): number {
  return isGrpc(facts.headers) ? 200 : status
}
