import { isJsonObject, ownProperty, type Json, type JsonObject } from '@/lib/std/json'

/** The value at a path of own keys; undefined where a step is missing or no object. */
export function at(object: JsonObject, ...keys: readonly string[]): Json | undefined {
  let value: Json | undefined = object
  for (const key of keys) {
    if (!isJsonObject(value)) return undefined
    value = ownProperty(value, key)
  }
  return value
}

/** The text at a path; undefined for anything else. */
export function textAt(object: JsonObject, ...keys: readonly string[]): string | undefined {
  const value = at(object, ...keys)
  return typeof value === 'string' ? value : undefined
}

/** The objects of the list at a path; what is no object is left out. */
export function objectsAt(object: JsonObject, ...keys: readonly string[]): readonly JsonObject[] {
  const value = at(object, ...keys)
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

/** The text values of the object at a path (labels, selectors). */
export function textsAt(object: JsonObject, ...keys: readonly string[]): ReadonlyMap<string, string> {
  const value = at(object, ...keys)
  const texts = new Map<string, string>()
  if (!isJsonObject(value)) return texts
  for (const [key, text] of Object.entries(value)) if (typeof text === 'string') texts.set(key, text)
  return texts
}
