import { re2FullMatch } from '../re2'
import { numberOf, objectOf, stringOf } from './read'
import type { HeaderMap } from './request-facts'
import { headerValue } from './request-facts'
import { matchString } from './string-match'

/**
 * envoy.config.route.v3.HeaderMatcher (HeaderUtility::HeaderData::matchesHeaders). Values of one name are joined by commas.
 * A missing header fails, inverted or not, but for presence tests and treat_missing_header_as_empty.
 */
export function matchHeader(matcher: unknown, headers: HeaderMap): boolean {
  const m = objectOf(matcher)
  const found = headerValue(headers, stringOf(m.name) ?? '')
  const invert = m.invert_match === true
  if (isPresenceTest(m)) {
    const present = found !== undefined
    return (present === (m.present_match !== false)) !== invert
  }
  if (found === undefined && m.treat_missing_header_as_empty !== true) return false
  return matchValue(m, found ?? '') !== invert
}

const valueTests = ['string_match', 'exact_match', 'safe_regex_match', 'range_match', 'prefix_match', 'suffix_match', 'contains_match']

function isPresenceTest(m: ReturnType<typeof objectOf>): boolean {
  return m.present_match !== undefined || valueTests.every((field) => m[field] === undefined)
}

function matchValue(m: ReturnType<typeof objectOf>, value: string): boolean {
  if (m.string_match !== undefined) return matchString(m.string_match, value)
  const exact = stringOf(m.exact_match)
  if (exact !== undefined) return value === exact
  const prefix = stringOf(m.prefix_match)
  if (prefix !== undefined) return value.startsWith(prefix)
  const suffix = stringOf(m.suffix_match)
  if (suffix !== undefined) return value.endsWith(suffix)
  const contains = stringOf(m.contains_match)
  if (contains !== undefined) return value.includes(contains)
  const regex = stringOf(objectOf(m.safe_regex_match).regex)
  if (regex !== undefined) return re2FullMatch(regex, value)
  return inRange(objectOf(m.range_match), value)
}

/** Int64Range: start inclusive, end exclusive; what is no whole number is outside. */
function inRange(range: ReturnType<typeof objectOf>, value: string): boolean {
  const trimmed = value.trim()
  const number = numberOf(trimmed)
  if (number === undefined || !Number.isInteger(number) || trimmed.includes('.') || trimmed.includes('e') || trimmed.includes('x')) return false
  return number >= (numberOf(range.start) ?? 0) && number < (numberOf(range.end) ?? 0)
}
