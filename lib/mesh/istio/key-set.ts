import { isJsonObject, ownProperty, type Json, type JsonObject } from '@/lib/std/json'

const needed: Readonly<Record<string, readonly string[]>> = { RSA: ['n', 'e'], EC: ['crv', 'x', 'y'], OKP: ['crv', 'x'], oct: ['k'] }

/** The places of keys with private material in a JSON Web Key Set (or single key); undefined for what is none. Of the keys themselves nothing is kept. */
export function readKeySet(text: string): { readonly secret: readonly number[] } | undefined {
  const value = parseJson(text)
  if (!isJsonObject(value)) return undefined
  const list = ownProperty(value, 'keys')
  const keys: readonly Json[] | undefined = list === undefined ? [value] : Array.isArray(list) ? list : undefined
  if (!keys?.every(isKey)) return undefined
  return { secret: keys.flatMap((key, index) => (isSecret(key) ? [index] : [])) }
}

function isKey(key: Json): key is JsonObject {
  if (!isJsonObject(key)) return false
  const type = ownProperty(key, 'kty')
  const fields = typeof type === 'string' && Object.hasOwn(needed, type) ? needed[type] : undefined
  return fields?.every((field) => { const value = ownProperty(key, field); return typeof value === 'string' && value !== '' }) === true
}

function isSecret(key: JsonObject): boolean {
  return ownProperty(key, 'kty') === 'oct' || typeof ownProperty(key, 'd') === 'string'
}

function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}
