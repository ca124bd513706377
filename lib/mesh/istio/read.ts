import { isJsonObject, ownProperty, type Json, type JsonObject } from '@/lib/std/json'
import type { ParseIssue } from '../problem'

/**
 * Reads the fields of one untyped object as jsonpb would: what has the wrong type counts as absent and is reported at
 * its path; the rest of the object is used.
 */
export interface Fields {
  readonly path: string
  readonly raw: JsonObject
  has(key: string): boolean
  string(key: string): string | undefined
  /** Whole number; jsonpb also takes it as a string. */
  int(key: string): number | undefined
  number(key: string): number | undefined
  bool(key: string): boolean | undefined
  strings(key: string): readonly string[]
  /** undefined when absent or null, so that an empty object can be told from none. */
  object(key: string): Fields | undefined
  objects(key: string): readonly Fields[]
  /** A map of string to string, in key order as written. */
  stringMap(key: string): Readonly<Record<string, string>>
  /** A map of string to object. */
  objectMap(key: string): readonly (readonly [string, Fields])[]
}

/** Fields of `value`; a value that is no object reads as an empty one and is reported. */
export function readFields(value: Json | undefined, path: string, issues: ParseIssue[]): Fields {
  const raw: JsonObject = isJsonObject(value) ? value : {}
  if (value !== undefined && value !== null && !isJsonObject(value)) issues.push({ path, message: 'an object is expected' })
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`)
  const get = (key: string): Json | undefined => {
    const found = ownProperty(raw, key)
    return found === null ? undefined : found
  }
  const wrong = (key: string, expected: string): undefined => {
    issues.push({ path: at(key), message: `${expected} is expected` })
    return undefined
  }
  const list = (key: string): readonly Json[] => {
    const found = get(key)
    if (found === undefined) return []
    if (Array.isArray(found)) return found
    wrong(key, 'a list')
    return []
  }
  const toNumber = (found: Json): Json => (typeof found === 'string' && found.trim() !== '' ? Number(found) : found)
  const map = (key: string): readonly (readonly [string, Json])[] => {
    const found = get(key)
    if (found === undefined) return []
    if (isJsonObject(found)) return Object.entries(found).flatMap(([name, item]) => (item === undefined ? [] : [[name, item] as const]))
    wrong(key, 'a map')
    return []
  }
  return {
    path,
    raw,
    has: (key) => get(key) !== undefined,
    string(key) {
      const found = get(key)
      return found === undefined || typeof found === 'string' ? found : wrong(key, 'text')
    },
    int(key) {
      const found = get(key)
      if (found === undefined) return undefined
      const value = toNumber(found)
      return typeof value === 'number' && Number.isInteger(value) ? value : wrong(key, 'a whole number')
    },
    number(key) {
      const found = get(key)
      if (found === undefined) return undefined
      const value = toNumber(found)
      return typeof value === 'number' && Number.isFinite(value) ? value : wrong(key, 'a number')
    },
    bool(key) {
      const found = get(key)
      return found === undefined || typeof found === 'boolean' ? found : wrong(key, 'true or false')
    },
    strings: (key) =>
      list(key).flatMap((item, index) => {
        if (typeof item === 'string') return [item]
        wrong(`${key}[${index}]`, 'text')
        return []
      }),
    object(key) {
      const found = get(key)
      if (found === undefined) return undefined
      return isJsonObject(found) ? readFields(found, at(key), issues) : wrong(key, 'an object')
    },
    objects: (key) => list(key).map((item, index) => readFields(item, `${at(key)}[${index}]`, issues)),
    stringMap: (key) =>
      Object.fromEntries(
        map(key).flatMap(([name, item]) => {
          if (typeof item === 'string') return [[name, item]]
          wrong(`${key}.${name}`, 'text')
          return []
        }),
      ),
    objectMap: (key) => map(key).map(([name, item]) => [name, readFields(item, `${at(key)}.${name}`, issues)] as const),
  }
}
