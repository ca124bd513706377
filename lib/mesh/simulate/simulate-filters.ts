import type { Json, JsonObject } from '@/lib/std/json'
import { isJsonObject } from '@/lib/std/json'
import { evaluateCors, perFilterConfig } from './cors'
import type { EnvoyConfiguration } from './envoy-configuration'
import type { Explanation, SimulatedRequest } from './explanation'
import { faultPlan } from './fault'
import type { Token } from './jwt'
import { evaluateJwt, jwtDetails, jwtMetadata } from './jwt'
import { policyOrigin } from './policy-origin'
import { evaluateRbac, rbacDetails } from './rbac'
import { listOf, objectOf, optionalObject, stringOf } from './read'
import type { RequestFacts } from './request-facts'
import { headerValue } from './request-facts'
import { certain } from './fraction'
import type { HttpPlace } from './http-place'
import { lookUpRoute, noteRoute } from './simulate-route'
import { addStep, finish, loser, note } from './trace'

/** Everything a filter may look at. */
export interface FilterPlace extends HttpPlace {
  readonly configuration: EnvoyConfiguration
  readonly routes: JsonObject | undefined
  readonly facts: RequestFacts
}

/** Filters that never answer by themselves and change nothing that routing sees. */
const transparent: ReadonlySet<string> = new Set([
  'istio.metadata_exchange', 'istio.alpn', 'istio.stats', 'envoy.filters.http.grpc_stats', 'envoy.filters.http.grpc_web', 'envoy.filters.http.router', 'envoy.filters.http.stateful_session',
])

/** The HTTP filters in their order; an explanation when one of them answers, undefined when the router has its turn. */
export function runHttpFilters(request: SimulatedRequest, place: FilterPlace): Explanation | undefined {
  for (const item of listOf(place.hcm.http_filters)) {
    const filter = objectOf(item)
    if (filter.disabled === true) continue
    const answered = runFilter(request, place, filter)
    if (answered !== undefined) return answered
  }
  return undefined
}

function runFilter(request: SimulatedRequest, place: FilterPlace, filter: JsonObject): Explanation | undefined {
  const name = stringOf(filter.name) ?? ''
  const config = objectOf(filter.typed_config)
  const type = (stringOf(config['@type']) ?? '').split('.').pop() ?? ''
  if (type === 'JwtAuthentication') return runJwt(request, place, { name, config })
  if (type === 'RBAC') return runRbac(place, { name, config })
  if (type === 'Cors') return runCors(place, name)
  if (type === 'HTTPFault') return runFault(place, { name, config })
  if (transparent.has(name)) return undefined
  if (type === 'ExtAuthz' && !extAuthzAsks(place, config)) {
    addStep(place.draft, 'http-filter', name, { notes: [note('passes')] })
    return undefined
  }
  place.draft.conditions.add(name)
  addStep(place.draft, 'http-filter', name, { notes: [note('not-computed', { type })] })
  return undefined
}

interface NamedFilter {
  readonly name: string
  readonly config: JsonObject
}

function runJwt(request: SimulatedRequest, place: FilterPlace, { name, config }: NamedFilter): Explanation | undefined {
  const verdict = evaluateJwt(config, place.facts, tokenOf(request, place))
  if (verdict.kind === 'denied') {
    addStep(place.draft, 'http-filter', name, { notes: [note('denied', { reason: verdict.reason })] })
    noteRoute(place, lookUpRoute(place))
    place.draft.resource = null
    place.draft.path = null
    return finish(place.draft, { kind: 'denied' }, { status: localStatus(place.facts, verdict.status), details: jwtDetails(verdict.reason) })
  }
  const payload = jwtMetadata(config, verdict)
  if (payload !== undefined) mutableMetadata(place).set('envoy.filters.http.jwt_authn', payload)
  addStep(place.draft, 'http-filter', name, { notes: [note('allowed', { provider: verdict.provider ?? 'none' })] })
  return undefined
}

function mutableMetadata(place: FilterPlace): Map<string, JsonObject> {
  const { metadata } = place.facts
  return metadata instanceof Map ? metadata : new Map()
}

/** The request's claims are taken as verified; a bearer token whose claims were not given is left out, which is a condition. */
function tokenOf(request: SimulatedRequest, place: FilterPlace): Token | undefined {
  if (request.jwtClaims !== undefined) return { kind: 'verified', claims: jsonObject(request.jwtClaims) }
  const bearer = headerValue(place.facts.headers, 'authorization') ?? ''
  if (!bearer.startsWith('Bearer ')) return undefined
  place.draft.conditions.add('jwt-signature')
  return undefined
}

function jsonObject(claims: { readonly [claim: string]: unknown }): JsonObject {
  return Object.fromEntries(Object.entries(claims).flatMap(([key, value]) => (isJson(value, 0) ? [[key, value] as const] : [])))
}

function isJson(value: unknown, depth: number): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return true
  if (depth > 32) return false
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth + 1))
  return isJsonObject(value) && Object.values(value).every((item) => isJson(item, depth + 1))
}

function runRbac(place: FilterPlace, { name, config }: NamedFilter): Explanation | undefined {
  const { draft, facts } = place
  shadow(place, config)
  const verdict = evaluateRbac(config.rules, facts)
  for (const unknown of verdict.unknown) draft.conditions.add(unknown)
  const policies = Object.keys(objectOf(objectOf(config.rules).policies)).filter((policy) => policy !== verdict.policy)
  addStep(draft, 'http-filter', name, {
    losers: policies.map((policy) => loser(policy, 'policy-not-matched')),
    notes: [note(verdict.allowed ? 'allowed' : 'denied', { policy: verdict.policy ?? 'none', action: stringOf(objectOf(config.rules).action) ?? 'ALLOW' })],
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

function specific(place: FilterPlace, name: string): JsonObject | undefined {
  const found = lookUpRoute(place)
  return perFilterConfig(name, [found.route, found.virtualHost])
}

function runCors(place: FilterPlace, name: string): Explanation | undefined {
  const verdict = evaluateCors(specific(place, name), place.facts)
  if (verdict.kind === 'off') return undefined
  addStep(place.draft, 'http-filter', name, { notes: [note(verdict.kind === 'preflight' ? 'preflight' : 'passes', Object.fromEntries(verdict.responseHeaders))] })
  if (verdict.kind === 'pass') return undefined
  noteRoute(place, lookUpRoute(place))
  return finish(place.draft, { kind: 'direct-response' }, { status: 200, details: 'cors_response' })
}

function runFault(place: FilterPlace, { name, config }: NamedFilter): Explanation | undefined {
  const cluster = stringOf(objectOf(lookUpRoute(place).route?.route).cluster) ?? ''
  const plan = faultPlan(specific(place, name) ?? config, place.facts, cluster)
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
  return finish(place.draft, { kind: 'aborted-by-fault' }, { status: plan.abort.status, flags: 'FI', details: 'fault_filter_abort' })
}

/** Utility::sendLocalReply: a gRPC request is answered with 200 and the status in trailers. */
export function localStatus(facts: RequestFacts, status: number): number {
  return (headerValue(facts.headers, 'content-type') ?? '').startsWith('application/grpc') ? 200 : status
}
