import { isJsonObject, type Json } from '@/lib/std/json'
import { jsonEqual } from '@/lib/std/json-patch'
import type { RouteMatch } from '../envoy/route'

/**
 * Whether every request that `later` matches is matched by `earlier` too, as far as that can be told from the
 * matchers alone; false where it cannot (regular expressions that differ, fractions).
 */
export function covers(earlier: RouteMatch, later: RouteMatch): boolean {
  if (earlier.runtime_fraction !== undefined || earlier.dynamic_metadata !== undefined) return false
  if (earlier.grpc !== undefined && later.grpc === undefined) return false
  return pathCovers(earlier, later) && allIn(earlier.headers, later.headers) && allIn(earlier.query_parameters, later.query_parameters)
}

function pathCovers(earlier: RouteMatch, later: RouteMatch): boolean {
  if (earlier.prefix === '/' || earlier.prefix === '') return true
  if (earlier.case_sensitive !== false && later.case_sensitive === false) return false
  const fold = (text: string) => (earlier.case_sensitive === false ? text.toLowerCase() : text)
  const start = literalStart(later)
  if (earlier.prefix !== undefined) return start !== undefined && fold(start).startsWith(fold(earlier.prefix))
  if (earlier.path !== undefined) return later.path !== undefined && fold(later.path) === fold(earlier.path)
  if (earlier.path_separated_prefix !== undefined) return underSegment(fold(earlier.path_separated_prefix), later, fold)
  if (earlier.safe_regex !== undefined) return later.safe_regex !== undefined && later.safe_regex.regex === earlier.safe_regex.regex
  return false
}

/** What every path that a matcher takes begins with; undefined where that is not known. */
function literalStart(match: RouteMatch): string | undefined {
  return match.prefix ?? match.path ?? match.path_separated_prefix
}

function underSegment(segment: string, later: RouteMatch, fold: (text: string) => string): boolean {
  if (later.prefix !== undefined) return fold(later.prefix).startsWith(`${segment}/`)
  const whole = later.path ?? later.path_separated_prefix
  return whole !== undefined && (fold(whole) === segment || fold(whole).startsWith(`${segment}/`))
}

/** Whether each condition of `needed` stands among `given` word for word: then `given` is at least as narrow. */
function allIn(needed: readonly object[] | undefined, given: readonly object[] | undefined): boolean {
  if (needed === undefined || needed.length === 0) return true
  return needed.every((condition) => given?.some((other) => sameJson(condition, other)) === true)
}

function sameJson(a: object, b: object): boolean {
  return isJson(a) && isJson(b) && jsonEqual(a, b)
}

function isJson(value: object): value is Json & object {
  return isJsonObject(value)
}
