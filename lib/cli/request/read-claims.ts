import { isJsonObject, type JsonObject } from '@/lib/std/json'
import { UsageError } from '../usage-error'

/** The claims in a text: a JSON object, or a token (`header.payload.signature`, with or without `Bearer`). @throws UsageError */
export function readClaims(text: string, where: string): JsonObject {
  const trimmed = text.trim()
  const token = trimmed.startsWith('Bearer ') ? trimmed.slice('Bearer '.length).trim() : trimmed
  const payload = token.startsWith('{') ? token : Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')
  try {
    const claims: unknown = JSON.parse(payload)
    if (isJsonObject(claims)) return claims
  } catch {
    throw new UsageError(`${where} holds neither claims (a JSON object) nor a token`)
  }
  throw new UsageError(`${where} holds neither claims (a JSON object) nor a token`)
}

/** Whether a text looks like a token: three parts of base64url. */
export function looksLikeToken(text: string): boolean {
  const parts = text.trim().split('.')
  return text.trim().startsWith('Bearer ') || (parts.length === 3 && parts.every((part, index) => (part !== '' || index === 2) && /^[A-Za-z0-9_-]*=*$/.test(part)) && !text.includes('/'))
}
