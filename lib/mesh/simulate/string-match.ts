import { re2FullMatch } from '../re2'
import { objectOf, stringOf } from './read'

/** envoy.type.matcher.v3.StringMatcher (Matchers::StringMatcherImpl): ignore_case counts for all but safe_regex. */
export function matchString(matcher: unknown, value: string): boolean {
  const m = objectOf(matcher)
  const regex = stringOf(objectOf(m.safe_regex).regex)
  if (regex !== undefined) return re2FullMatch(regex, value)
  const fold = m.ignore_case === true ? (text: string) => text.toLowerCase() : (text: string) => text
  const subject = fold(value)
  const exact = stringOf(m.exact)
  if (exact !== undefined) return subject === fold(exact)
  const prefix = stringOf(m.prefix)
  if (prefix !== undefined) return subject.startsWith(fold(prefix))
  const suffix = stringOf(m.suffix)
  if (suffix !== undefined) return subject.endsWith(fold(suffix))
  const contains = stringOf(m.contains)
  return contains !== undefined && subject.includes(fold(contains))
}
