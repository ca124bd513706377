import { listOf, objectOf, stringOf } from './read'
import { matchString } from './string-match'

/** The first value of each parameter of a path's query, not decoded (QueryParamsMulti::parseQueryString keeps them so). */
export function queryParameters(path: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  const start = path.indexOf('?')
  if (start < 0) return parameters
  const fragment = path.indexOf('#', start)
  for (const part of path.slice(start + 1, fragment < 0 ? path.length : fragment).split('&')) {
    const equals = part.indexOf('=')
    const name = equals < 0 ? part : part.slice(0, equals)
    if (!parameters.has(name)) parameters.set(name, equals < 0 ? '' : part.slice(equals + 1))
  }
  return parameters
}

/** The first parameter that is not as the route wants it, or undefined (ConfigUtility::matchQueryParams). */
export function missedQueryParameter(matchers: unknown, path: string): string | undefined {
  const wanted = listOf(matchers)
  if (wanted.length === 0) return undefined
  const parameters = queryParameters(path)
  for (const item of wanted) {
    const matcher = objectOf(item)
    const name = stringOf(matcher.name) ?? ''
    if (!matchParameter(matcher, parameters.get(name))) return name
  }
  return undefined
}

function matchParameter(matcher: ReturnType<typeof objectOf>, value: string | undefined): boolean {
  if (typeof matcher.present_match === 'boolean') return (value !== undefined) === matcher.present_match
  if (value === undefined) return false
  return matcher.string_match === undefined || matchString(matcher.string_match, value)
}
