import type { Json, JsonObject } from '@/lib/std/json'
import { isJsonObject } from '@/lib/std/json'

/*
 * Readers of configuration whose shape is declared but not proven: a config_dump or a mutated object may hold
 * anything anywhere. Each gives what is there when it has the right type, and the empty value otherwise.
 */

const empty: JsonObject = {}

/** The value when it is a JSON object, else an empty one. */
export function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : empty
}

/** The value when it is a JSON object, else undefined. */
export function optionalObject(value: unknown): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined
}

/** The value when it is an array, else an empty one. */
export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : []
}

/** The strings of an array. */
export function stringsOf(value: unknown): readonly string[] {
  return listOf(value).filter((item) => typeof item === 'string')
}

/** The value when it is a string, else undefined. */
export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The value when it is a finite number; 64-bit integers come as strings in protojson. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const parsed = Number(value)
  return Number.isFinite(parsed) ? parsed : undefined
}

/** Milliseconds of a protojson duration (`3s`, `0.250s`); undefined where there is none. */
export function durationOf(value: unknown): number | undefined {
  const text = stringOf(value)
  if (text === undefined || !text.endsWith('s')) return undefined
  const seconds = Number(text.slice(0, -1))
  return Number.isFinite(seconds) ? seconds * 1000 : undefined
}

/** The message inside a filter's or socket's typed_config. */
export function typedConfig(value: unknown): JsonObject {
  return objectOf(objectOf(value).typed_config)
}

/** The entries of a proto map in the byte order of the keys, own properties only. */
export function entriesOf(value: unknown, compare: (a: string, b: string) => number): readonly (readonly [string, Json])[] {
  return Object.entries(objectOf(value)).flatMap(([key, item]) => (item === undefined ? [] : [[key, item] as const])).sort((a, b) => compare(a[0], b[0]))
}
