import { listOf, objectOf, stringOf } from './read'
import type { HeaderMap } from './request-facts'
import { matchString } from './string-match'

/** The name of the first cookie that is not as RouteMatch.cookies wants it, or undefined (ConfigUtility::matchCookies). */
export function matchCookies(matchers: unknown, headers: HeaderMap): string | undefined {
  const wanted = listOf(matchers).map(objectOf)
  if (wanted.length === 0) return undefined
  const cookies = cookiesOf(headers)
  const missed = wanted.find((matcher) => {
    const value = cookies.get(stringOf(matcher.name) ?? '')
    return (value !== undefined && matchString(matcher.string_match, value)) === (matcher.invert_match === true)
  })
  return missed === undefined ? undefined : stringOf(missed.name) ?? ''
}

/** Cookies by name, the first of a name. */
function cookiesOf(headers: HeaderMap): ReadonlyMap<string, string> {
  const out = new Map<string, string>()
  for (const part of (headers.get('cookie') ?? []).flatMap((value) => value.split(';'))) {
    const equals = part.indexOf('=')
    if (equals < 0) continue
    const name = part.slice(0, equals).trim()
    const value = part.slice(equals + 1).trim()
    if (!out.has(name)) out.set(name, value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value)
  }
  return out
}
