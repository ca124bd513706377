import { createPublicKey, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Token } from '@/lib/mesh/simulate/jwt'
import { readToken } from '@/lib/mesh/simulate/jwt-token'
import { listOf, numberOf, objectOf, optionalObject, stringOf, stringsOf } from '@/lib/mesh/simulate/read'
import type { Json, JsonObject } from '@/lib/std/json'
import type { Headers } from './headers'
import { valueOf } from './headers'

/** The token of a request where any provider looks for one (default: Authorization: Bearer, then ?access_token=), checked against its issuer's keys. */
export function findToken(filter: JsonObject, headers: Headers, now: number): Token | undefined {
  const providers = Object.values(objectOf(filter.providers)).map((item) => objectOf(item))
  const text = providers.map((provider) => locate(provider, headers)).find((found) => found !== undefined)
  return text === undefined ? undefined : check(text, providers, now)
}

function locate(provider: JsonObject, headers: Headers): string | undefined {
  const fromHeaders = listOf(provider.from_headers).map(objectOf)
  const fromParams = stringsOf(provider.from_params)
  const defaults = fromHeaders.length === 0 && fromParams.length === 0 && listOf(provider.from_cookies).length === 0
  const places = defaults ? [{ name: 'authorization', value_prefix: 'Bearer ' }] : fromHeaders
  for (const place of places) {
    const prefix = stringOf(objectOf(place).value_prefix) ?? ''
    const value = valueOf(headers, (stringOf(objectOf(place).name) ?? '').toLowerCase())
    if (value !== undefined && value.startsWith(prefix)) return value.slice(prefix.length).trim()
  }
  const query = new URLSearchParams((valueOf(headers, ':path') ?? '').split('?')[1] ?? '')
  return (defaults ? ['access_token'] : fromParams).map((name) => query.get(name) ?? undefined).find((value) => value !== undefined)
}

function check(text: string, providers: readonly JsonObject[], now: number): Token {
  const read = readToken(text)
  if (read.kind === 'bad') return read
  const { claims } = read
  const parts = text.split('.')
  const head = decode(parts[0]) ?? {}
  const issuer = stringOf(claims.iss)
  const bad = (reason: string): Token => ({ kind: 'bad', reason, issuer })
  const expires = numberOf(claims.exp)
  if (expires !== undefined && expires * 1000 + 60_000 < now) return bad('Jwt is expired')
  const notBefore = numberOf(claims.nbf)
  if (notBefore !== undefined && notBefore * 1000 - 60_000 > now) return bad('Jwt not yet valid')
  const provider = providers.find((item) => (stringOf(item.issuer) ?? '') === '' || item.issuer === issuer)
  if (provider === undefined) return bad('Jwt issuer is not configured')
  const keys = keysFor(provider, head)
  if (keys.length === 0) return bad("Jwks doesn't have key to match kid or alg from Jwt")
  const signed = keys.some((key) => verified(stringOf(head.alg) ?? '', key, `${parts[0] ?? ''}.${parts[1] ?? ''}`, parts[2] ?? ''))
  return signed ? { kind: 'verified', claims } : bad('Jwt verification fails')
}

function decode(part: string | undefined): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'))
    return optionalObject(value)
  } catch {
    return undefined
  }
}

function keysFor(provider: JsonObject, head: JsonObject): readonly KeyObject[] {
  const jwks = decodeJwks(stringOf(objectOf(provider.local_jwks).inline_string) ?? '')
  return listOf(jwks.keys).map(objectOf).filter((key) => (key.kid === undefined || head.kid === undefined || key.kid === head.kid) && (key.alg === undefined || key.alg === head.alg)).flatMap((jwk) => {
    try {
      return [createPublicKey({ key: { ...jwk }, format: 'jwk' })]
    } catch {
      return []
    }
  })
}

function decodeJwks(text: string): JsonObject {
  try {
    const value: Json = JSON.parse(text)
    return objectOf(value)
  } catch {
    return {}
  }
}

function verified(algorithm: string, key: KeyObject, signed: string, signature: string): boolean {
  const bits = algorithm.slice(2)
  const bytes = Buffer.from(signature, 'base64url')
  try {
    if (algorithm.startsWith('RS')) return verify(`sha${bits}`, Buffer.from(signed), key, bytes)
    if (algorithm.startsWith('ES')) return verify(`sha${bits}`, Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, bytes)
    return algorithm === 'EdDSA' && verify(null, Buffer.from(signed), key, bytes)
  } catch {
    return false
  }
}
