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
  return new ObjectFields(raw, path, issues)
}

/** A class, since half a million of these are read of a large mesh: with functions of their own each they were half of all garbage. */
class ObjectFields implements Fields {
  readonly raw: JsonObject
  readonly path: string
  private readonly issues: ParseIssue[]

  constructor(raw: JsonObject, path: string, issues: ParseIssue[]) {
    this.raw = raw
    this.path = path
    this.issues = issues
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  string(key: string): string | undefined {
    const found = this.get(key)
    return found === undefined || typeof found === 'string' ? found : this.wrong(key, 'text')
  }

  int(key: string): number | undefined {
    const found = this.get(key)
    if (found === undefined) return undefined
    const value = toNumber(found)
    return typeof value === 'number' && Number.isInteger(value) ? value : this.wrong(key, 'a whole number')
  }

  number(key: string): number | undefined {
    const found = this.get(key)
    if (found === undefined) return undefined
    const value = toNumber(found)
    return typeof value === 'number' && Number.isFinite(value) ? value : this.wrong(key, 'a number')
  }

  bool(key: string): boolean | undefined {
    const found = this.get(key)
    return found === undefined || typeof found === 'boolean' ? found : this.wrong(key, 'true or false')
  }

  strings(key: string): readonly string[] {
    const written = this.list(key)
    if (written.every((item) => typeof item === 'string')) return written
    return written.flatMap((item, index) => {
      if (typeof item === 'string') return [item]
      this.wrong(`${key}[${index}]`, 'text')
      return []
    })
  }

  object(key: string): Fields | undefined {
    const found = this.get(key)
    if (found === undefined) return undefined
    return isJsonObject(found) ? new ObjectFields(found, this.at(key), this.issues) : this.wrong(key, 'an object')
  }

  objects(key: string): readonly Fields[] {
    const written = this.list(key)
    return written.length === 0 ? noFields : written.map((item, index) => readFields(item, `${this.at(key)}[${index}]`, this.issues))
  }

  stringMap(key: string): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.map(key).flatMap(([name, item]) => {
        if (typeof item === 'string') return [[name, item]]
        this.wrong(`${key}.${name}`, 'text')
        return []
      }),
    )
  }

  objectMap(key: string): readonly (readonly [string, Fields])[] {
    return this.map(key).map(([name, item]) => [name, readFields(item, `${this.at(key)}.${name}`, this.issues)] as const)
  }

  private at(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`
  }

  private get(key: string): Json | undefined {
    const found = ownProperty(this.raw, key)
    return found === null ? undefined : found
  }

  private wrong(key: string, expected: string): undefined {
    this.issues.push({ path: this.at(key), message: `${expected} is expected` })
    return undefined
  }

  private list(key: string): readonly Json[] {
    const found = this.get(key)
    if (found === undefined) return none
    if (Array.isArray(found)) return found
    this.wrong(key, 'a list')
    return none
  }

  private map(key: string): readonly (readonly [string, Json])[] {
    const found = this.get(key)
    if (found === undefined) return []
    if (isJsonObject(found)) return Object.entries(found).flatMap(([name, item]) => (item === undefined ? [] : [[name, item] as const]))
    this.wrong(key, 'a map')
    return []
  }
}

const none: readonly never[] = []
const noFields: readonly Fields[] = []

function toNumber(found: Json): Json {
  return typeof found === 'string' && found.trim() !== '' ? Number(found) : found
}
