import { re2FullMatch } from '../re2'
import { numberOf, objectOf, stringOf } from './read'
import type { HeaderMap } from './request-facts'
import { matchString } from './string-match'

/**
 * envoy.config.route.v3.HeaderMatcher (HeaderUtility::HeaderData::matchesHeaders). Each value of a repeated header is
 * looked at by itself, and one that fits is enough. A missing header fails, inverted or not, but for presence tests and
 * treat_missing_header_as_empty.
 */
export function matchHeader(matcher: unknown, headers: HeaderMap): boolean {
  const m = objectOf(matcher)
  const found = headerValues(headers, stringOf(m.name) ?? '')
  const invert = m.invert_match === true
  const empty = m.treat_missing_header_as_empty === true
  if (isPresenceTest(m)) {
    const present = found.length > 0 || empty
    return (present === (m.present_match !== false)) !== invert
  }
  if (found.length === 0 && !empty) return false
  return (found.length === 0 ? [''] : found).some((value) => matchValue(m, value)) !== invert
}

function headerValues(headers: HeaderMap, written: string): readonly string[] {
  const name = written.toLowerCase()
  return headers.get(name === 'host' ? ':authority' : name) ?? []
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

/** Int64Range: start inclusive, end exclusive; what is no whole number (absl::SimpleAtoi) is outside. */
function inRange(range: ReturnType<typeof objectOf>, value: string): boolean {
  const trimmed = value.trim()
  const digits = trimmed.startsWith('-') || trimmed.startsWith('+') ? trimmed.slice(1) : trimmed
  if (digits === '' || ![...digits].every((char) => char >= '0' && char <= '9')) return false
  const number = Number(trimmed)
  return number >= (numberOf(range.start) ?? 0) && number < (numberOf(range.end) ?? 0)
}
