import type { Json, JsonObject } from '@/lib/std/json'
import { isJsonObject } from '@/lib/std/json'
import { decodeBase64Url } from './base64-url'
import type { Token } from './jwt'
import { listOf, objectOf, stringOf, stringsOf } from './read'
import type { RequestFacts } from './request-facts'
import { headerValue } from './request-facts'

/**
 * The token of a request: claims that were given count as verified; a token in the headers or the query is read, and one
 * that is well formed stays `unproven`, since nobody here checks signatures.
 */
export function requestToken(filter: JsonObject, facts: RequestFacts, claims: { readonly [claim: string]: unknown } | undefined): Token | undefined {
  if (claims !== undefined) return { kind: 'verified', claims: jsonObject(claims) }
  const text = Object.values(objectOf(filter.providers)).map((provider) => locate(objectOf(provider), facts)).find((found) => found !== undefined)
  return text === undefined ? undefined : readToken(text)
}

/** Where a provider looks: `Authorization: Bearer` and `?access_token=` unless it says otherwise (ExtractorImpl). */
function locate(provider: JsonObject, facts: RequestFacts): string | undefined {
  const own = listOf(provider.from_headers).map(objectOf)
  const parameters = stringsOf(provider.from_params)
  const usual = own.length === 0 && parameters.length === 0 && listOf(provider.from_cookies).length === 0
  for (const place of usual ? [{ name: 'authorization', value_prefix: 'Bearer ' }] : own) {
    const value = headerValue(facts.headers, stringOf(objectOf(place).name) ?? '')
    const prefix = stringOf(objectOf(place).value_prefix) ?? ''
    if (value !== undefined && value.startsWith(prefix)) return value.slice(prefix.length).trim()
  }
  const query = facts.path.slice(facts.path.indexOf('?') + 1)
  for (const name of facts.path.includes('?') ? usual ? ['access_token'] : parameters : []) {
    const found = query.split('&').find((part) => part.startsWith(`${name}=`))
    if (found !== undefined) return found.slice(name.length + 1)
  }
  return undefined
}

/** Jwt::parseFromString: what is wrong with a token's form, or its claims. */
export function readToken(text: string): Token {
  const bad = (reason: string): Token => ({ kind: 'bad', reason, issuer: undefined })
  const parts = text.split('.')
  if (parts.length !== 3) return bad('Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections')
  const [header = '', payload = '', signature = ''] = parts
  const headerText = decodeBase64Url(header)
  if (headerText === undefined) return bad('Jwt header is an invalid Base64url encoded')
  const head = parse(headerText)
  if (head === undefined) return bad('Jwt header is an invalid JSON')
  if (typeof head.alg !== 'string') return bad('Jwt header [alg] field is required and must be a string')
  const payloadText = decodeBase64Url(payload)
  if (payloadText === undefined) return bad('Jwt payload is an invalid Base64url encoded')
  const claims = parse(payloadText)
  if (claims === undefined) return bad('Jwt payload is an invalid JSON')
  if (decodeBase64Url(signature) === undefined) return bad('Jwt signature is an invalid Base64url encoded')
  return { kind: 'unproven', claims }
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJson(value, 0) && isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function jsonObject(claims: { readonly [claim: string]: unknown }): JsonObject {
  return Object.fromEntries(Object.entries(claims).flatMap(([key, value]) => (isJson(value, 0) ? [[key, value] as const] : [])))
}

function isJson(value: unknown, depth: number): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return true
  if (depth > 32) return false
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth + 1))
  return typeof value === 'object' && Object.values(value).every((item) => isJson(item, depth + 1))
}
