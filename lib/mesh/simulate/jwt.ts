import type { Json, JsonObject } from '@/lib/std/json'
import { isJsonObject, ownProperty } from '@/lib/std/json'
import { encodeBase64Url } from './base64-url'
import { matchHeader } from './header-match'
import { matchPath, pathSpecifier } from './path-match'
import { missedQueryParameter } from './query-match'
import { listOf, objectOf, stringOf, stringsOf } from './read'
import type { RequestFacts } from './request-facts'
import { headerValue } from './request-facts'

/** What the JWT filter says: the payload that later filters see as metadata, or the refusal. */
export type JwtVerdict =
  | { readonly kind: 'pass'; readonly payload: JsonObject | undefined; readonly provider: string | undefined }
  | { readonly kind: 'denied'; readonly status: 401 | 403; readonly reason: string }

/** One token as it was found: verified claims, or why it does not verify. */
export type Token = { readonly kind: 'verified' | 'unproven'; readonly claims: JsonObject } | { readonly kind: 'bad'; readonly reason: string; readonly issuer: string | undefined }

type Outcome = { readonly status: 'ok'; readonly payload?: JsonObject; readonly provider?: string } | { readonly status: 'missing' } | { readonly status: 'failed'; readonly reason: string }

/** Filter::decodeHeaders of jwt_authn: the first rule whose match fits decides; no rule, no requirement. */
export function evaluateJwt(filter: JsonObject, facts: RequestFacts, token: Token | undefined, named?: string): JwtVerdict {
  const method = headerValue(facts.headers, ':method') ?? ''
  const preflight = method === 'OPTIONS' && facts.headers.has('origin') && facts.headers.has('access-control-request-method')
  if (filter.bypass_cors_preflight === true && preflight) return { kind: 'pass', payload: undefined, provider: undefined }
  const rule = named === undefined ? listOf(filter.rules).map(objectOf).find((item) => matchesRule(objectOf(item.match), facts, method)) : { requirement_name: named }
  if (rule === undefined) return { kind: 'pass', payload: undefined, provider: undefined }
  const requirement = rule.requires ?? objectOf(filter.requirement_map)[stringOf(rule.requirement_name) ?? '']
  if (requirement === undefined) return { kind: 'pass', payload: undefined, provider: undefined }
  const outcome = evaluate(objectOf(requirement), objectOf(filter.providers), token)
  if (outcome.status === 'ok') return { kind: 'pass', payload: outcome.payload, provider: outcome.provider }
  const reason = outcome.status === 'missing' ? 'Jwt is missing' : outcome.reason
  return { kind: 'denied', status: reason === audienceReason ? 403 : 401, reason }
}

/** Matcher::matchRoute of jwt_authn: path, headers and query parameters of a RouteMatch. */
function matchesRule(match: JsonObject, facts: RequestFacts, method: string): boolean {
  return matchPath(pathSpecifier(match), facts.path, method) && listOf(match.headers).every((matcher) => matchHeader(matcher, facts.headers)) && missedQueryParameter(match.query_parameters, facts.path) === undefined
}

/** Protobuf's limit of nesting. */
const DEEPEST = 100

/** Where an evaluation stands. */
interface At {
  readonly token: Token | undefined
  readonly depth: number
}

const audienceReason = 'Audiences in Jwt are not allowed'

function evaluate(requirement: JsonObject, providers: JsonObject, token: Token | undefined, depth = 0): Outcome {
  if (depth > DEEPEST) return { status: 'missing' }
  if (requirement.requires_any !== undefined) return any(listOf(objectOf(requirement.requires_any).requirements).map(objectOf), providers, { token, depth })
  if (requirement.requires_all !== undefined) return all(listOf(objectOf(requirement.requires_all).requirements).map(objectOf), providers, { token, depth })
  if (requirement.allow_missing_or_failed !== undefined) return { status: 'ok' }
  if (requirement.allow_missing !== undefined) return token === undefined ? { status: 'ok' } : { status: 'failed', reason: reasonWithoutProvider(token, providers) }
  const audiences = objectOf(requirement.provider_and_audiences)
  const name = stringOf(requirement.provider_name) ?? stringOf(audiences.provider_name)
  if (name === undefined) return { status: 'ok' }
  return provider(name, objectOf(providers[name]), token, audiences.audiences)
}

function any(requirements: readonly JsonObject[], providers: JsonObject, at: At): Outcome {
  let worst: Outcome = { status: 'missing' }
  for (const requirement of requirements) {
    const outcome = evaluate(requirement, providers, at.token, at.depth + 1)
    if (outcome.status === 'ok') return outcome
    const decides = worst.status === 'missing' || (worst.status === 'failed' && worst.reason === unknownIssuer && requirement.allow_missing === undefined)
    if (outcome.status === 'failed' && decides) worst = outcome
  }
  return worst
}

function all(requirements: readonly JsonObject[], providers: JsonObject, at: At): Outcome {
  let last: Outcome = { status: 'ok' }
  for (const requirement of requirements) {
    last = evaluate(requirement, providers, at.token, at.depth + 1)
    if (last.status !== 'ok') return last
  }
  return last
}

const unknownIssuer = 'Jwt issuer is not configured'

function provider(name: string, config: JsonObject, token: Token | undefined, audienceOverride: unknown): Outcome {
  if (token === undefined) return { status: 'missing' }
  if (token.kind === 'bad' && token.issuer === undefined) return { status: 'failed', reason: token.reason }
  const issuer = stringOf(config.issuer) ?? ''
  const tokenIssuer = token.kind !== 'bad' ? stringOf(token.claims.iss) : token.issuer
  if (issuer !== '' && tokenIssuer !== issuer) return { status: 'failed', reason: unknownIssuer }
  if (token.kind === 'bad') return { status: 'failed', reason: token.reason }
  const wanted = stringsOf(audienceOverride ?? config.audiences)
  const given = typeof token.claims.aud === 'string' ? [token.claims.aud] : stringsOf(token.claims.aud)
  if (wanted.length > 0 && !wanted.some((audience) => given.some((item) => trim(item) === trim(audience)))) return { status: 'failed', reason: audienceReason }
  return { status: 'ok', payload: token.claims, provider: name }
}

/** CheckAudience::sanitizeAudience: scheme and a trailing slash do not count. */
function trim(audience: string): string {
  const bare = audience.startsWith('https://') ? audience.slice(8) : audience.startsWith('http://') ? audience.slice(7) : audience
  return bare.endsWith('/') ? bare.slice(0, -1) : bare
}

function reasonWithoutProvider(token: Token, providers: JsonObject): string {
  if (token.kind === 'bad' && token.issuer === undefined) return token.reason
  const issuer = token.kind !== 'bad' ? stringOf(token.claims.iss) : token.issuer
  const known = Object.values(providers).some((item) => stringOf(objectOf(item).issuer) === issuer)
  return known && token.kind === 'bad' ? token.reason : unknownIssuer
}

/** The metadata that the filter leaves for later ones: the payload under each verified provider's payload_in_metadata. */
export function jwtMetadata(filter: JsonObject, verdict: JwtVerdict): JsonObject | undefined {
  if (verdict.kind === 'denied' || verdict.payload === undefined || verdict.provider === undefined) return undefined
  const config = objectOf(objectOf(filter.providers)[verdict.provider])
  const key = stringOf(config.payload_in_metadata) ?? ''
  if (key === '') return undefined
  const spaced = stringsOf(objectOf(config.normalize_payload_in_metadata).space_delimited_claims)
  const payload = Object.fromEntries(Object.entries(verdict.payload).map(([claim, value]) => [claim, spaced.includes(claim) && typeof value === 'string' ? value.split(' ') : value]))
  return isJsonObject(payload) ? { [key]: payload } : undefined
}

/**
 * What a verified token does to the request's headers, in place: claims become headers, and the token goes away where it is
 * not forwarded. True where the provider has the route looked up anew.
 */
export function jwtHeaders(filter: JsonObject, verdict: JwtVerdict, headers: Map<string, string[]>): boolean {
  if (verdict.kind === 'denied' || verdict.payload === undefined || verdict.provider === undefined) return false
  const config = objectOf(objectOf(filter.providers)[verdict.provider])
  for (const item of listOf(config.claim_to_headers).map(objectOf)) {
    const value = claimAt(verdict.payload, (stringOf(item.claim_name) ?? '').split('.'))
    const text = value === undefined || value === null ? undefined : typeof value === 'object' ? undefined : String(value)
    if (text !== undefined) headers.set((stringOf(item.header_name) ?? '').toLowerCase(), [text])
  }
  const payloadHeader = stringOf(config.forward_payload_header) ?? ''
  if (payloadHeader !== '') headers.set(payloadHeader.toLowerCase(), [encodeBase64Url(JSON.stringify(verdict.payload), config.pad_forward_payload_header === true)])
  if (config.forward !== true && listOf(config.from_headers).length === 0) headers.delete('authorization')
  return config.clear_route_cache === true
}

function claimAt(payload: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = payload
  for (const part of path) value = isJsonObject(value) ? ownProperty(value, part) : undefined
  return value
}

/** `jwt_authn_access_denied{…}` as response_code_details print it. */
export function jwtDetails(reason: string): string {
  return `jwt_authn_access_denied{${reason.replaceAll(' ', '_')}}`
}
