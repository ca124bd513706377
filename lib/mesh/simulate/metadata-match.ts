import type { Json, JsonObject } from '@/lib/std/json'
import { isJsonObject, ownProperty } from '@/lib/std/json'
import { listOf, numberOf, objectOf, stringOf } from './read'
import { matchString } from './string-match'

/** envoy.type.matcher.v3.MetadataMatcher on dynamic metadata (Matchers::MetadataMatcher). */
export function matchMetadata(matcher: unknown, metadata: ReadonlyMap<string, JsonObject>): boolean {
  const m = objectOf(matcher)
  const found = lookUp(metadata.get(stringOf(m.filter) ?? ''), listOf(m.path))
  return matchValue(m.value, found) !== (m.invert === true)
}

function lookUp(root: JsonObject | undefined, path: readonly Json[]): Json | undefined {
  let value: Json | undefined = root
  for (const segment of path) {
    if (!isJsonObject(value)) return undefined
    value = ownProperty(value, stringOf(objectOf(segment).key) ?? '')
  }
  return value
}

/** Protobuf's limit of nesting. */
const DEEPEST = 100

/** envoy.type.matcher.v3.ValueMatcher; an absent value is matched only by what asks for absence. */
export function matchValue(matcher: unknown, value: Json | undefined, depth = 0): boolean {
  if (depth > DEEPEST) return false
  const m = objectOf(matcher)
  if (m.or_match !== undefined) return listOf(objectOf(m.or_match).value_matchers).some((item) => matchValue(item, value, depth + 1))
  if (m.present_match !== undefined) return (value !== undefined) === (m.present_match !== false)
  if (m.list_match !== undefined) return Array.isArray(value) && value.some((item: Json) => matchValue(objectOf(m.list_match).one_of, item, depth + 1))
  if (m.string_match !== undefined) return typeof value === 'string' && matchString(m.string_match, value)
  if (m.bool_match !== undefined) return typeof value === 'boolean' && value === m.bool_match
  if (m.null_match !== undefined) return value === null
  if (m.double_match !== undefined) return matchDouble(objectOf(m.double_match), value)
  return false
}

function matchDouble(m: JsonObject, value: Json | undefined): boolean {
  if (typeof value !== 'number') return false
  const exact = numberOf(m.exact)
  if (exact !== undefined) return value === exact
  const range = objectOf(m.range)
  return value >= (numberOf(range.start) ?? 0) && value < (numberOf(range.end) ?? 0)
}
