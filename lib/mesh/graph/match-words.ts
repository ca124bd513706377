import { assertNever } from '@/lib/std/assert-never'
import type { StringMatcher } from '../envoy/core'
import type { HeaderMatcher, QueryParameterMatcher, RouteMatch } from '../envoy/route'
import type { MapCondition } from './model'

const plain = { name: '', not: false, anyCase: false } as const

/** The conditions of an Envoy route match as data: path first, then method, authority, headers, query parameters. */
export function matchConditions(match: RouteMatch): readonly MapCondition[] {
  const headers = (match.headers ?? []).map(headerCondition)
  const rank = (condition: MapCondition): number => (condition.what === 'method' ? 0 : condition.what === 'header' ? 2 : 1)
  return [
    ...pathCondition(match),
    ...headers.sort((a, b) => rank(a) - rank(b)),
    ...(match.query_parameters ?? []).map(queryCondition),
    ...(match.dynamic_metadata ?? []).map((): MapCondition => ({ ...plain, what: 'metadata', op: 'present', value: '' })),
  ]
}

function pathCondition(match: RouteMatch): readonly MapCondition[] {
  const base = { ...plain, what: 'path', anyCase: match.case_sensitive === false } as const
  if (match.path !== undefined) return [{ ...base, op: 'is', value: match.path }]
  if (match.path_separated_prefix !== undefined) return [{ ...base, op: 'under', value: match.path_separated_prefix }]
  if (match.safe_regex !== undefined) return [{ ...base, op: 'matches', value: match.safe_regex.regex }]
  if (match.prefix !== undefined && match.prefix !== '/') return [{ ...base, op: 'starts', value: match.prefix }]
  return []
}

function headerCondition(matcher: HeaderMatcher): MapCondition {
  const what = pseudoHeader(matcher.name)
  const base = { what, name: what === 'header' ? matcher.name : '', not: matcher.invert_match === true, anyCase: false } as const
  if (matcher.string_match) return { ...base, ...stringCondition(matcher.string_match) }
  if (matcher.range_match) return { ...base, op: 'range', value: `${matcher.range_match.start ?? '0'} … ${matcher.range_match.end ?? '0'}` }
  return { ...base, op: 'present', value: '', not: base.not !== (matcher.present_match === false) }
}

function pseudoHeader(name: string): 'method' | 'authority' | 'scheme' | 'path' | 'header' {
  switch (name) {
    case ':method': return 'method'
    case ':authority': case 'host': return 'authority'
    case ':scheme': return 'scheme'
    case ':path': return 'path'
    default: return 'header'
  }
}

function queryCondition(matcher: QueryParameterMatcher): MapCondition {
  const base = { ...plain, what: 'query', name: matcher.name } as const
  if (matcher.string_match) return { ...base, ...stringCondition(matcher.string_match) }
  return { ...base, op: 'present', value: '', not: matcher.present_match === false }
}

function stringCondition(matcher: StringMatcher): Pick<MapCondition, 'op' | 'value' | 'anyCase'> {
  const anyCase = matcher.ignore_case === true
  if (matcher.prefix !== undefined) return { op: matcher.prefix === '' ? 'present' : 'starts', value: matcher.prefix, anyCase }
  if (matcher.suffix !== undefined) return { op: 'ends', value: matcher.suffix, anyCase }
  if (matcher.contains !== undefined) return { op: 'contains', value: matcher.contains, anyCase }
  if (matcher.safe_regex !== undefined) return { op: 'matches', value: matcher.safe_regex.regex, anyCase }
  return { op: 'is', value: matcher.exact ?? '', anyCase }
}

/** The one-line form of a match as a row shows it: `GET /v2/* x-beta=1 ?debug`. Every rule has a path: none is `/*`. */
export function matchLabel(conditions: readonly MapCondition[]): string {
  const sni = conditions.find((condition) => condition.what === 'sni')
  if (sni) return sni.value
  const method = conditions.filter((condition) => condition.what === 'method').map((condition) => (condition.not ? 'not ' : '') + condition.value)
  const paths = conditions.filter((condition) => condition.what === 'path').map(pattern)
  const rest = conditions.filter((condition) => condition.what !== 'method' && condition.what !== 'path').map(shortCondition)
  return [...method, ...(paths.length === 0 ? ['/*'] : paths), ...rest].join(' ')
}

function pattern(condition: MapCondition): string {
  const not = condition.not ? 'not ' : ''
  switch (condition.op) {
    case 'is': return not + condition.value
    case 'starts': return `${not}${condition.value}*`
    case 'under': return `${not}${condition.value}/*`
    case 'ends': return `${not}*${condition.value}`
    case 'contains': return `${not}*${condition.value}*`
    case 'matches': return `${not}~${condition.value}`
    case 'present': return `${not}*`
    case 'range': return not + condition.value
    default: return assertNever(condition.op)
  }
}

function shortCondition(condition: MapCondition): string {
  const name = condition.what === 'query' ? `?${condition.name}` : condition.what === 'header' ? condition.name : condition.what === 'authority' ? 'host' : condition.what
  if (condition.op === 'present') return condition.not ? `no ${name}` : name
  return `${name}${condition.not ? '≠' : '='}${pattern({ ...condition, not: false })}`
}

/** The parts of a condition in words, for sentences: `path` `starts` `/cart/`. */
export function conditionWords(condition: MapCondition): { readonly subject: string; readonly verb: string; readonly value: string } {
  const subject = condition.what === 'header' ? `header ${condition.name}` : condition.what === 'query' ? `query ${condition.name}` : condition.what === 'metadata' ? 'token claims' : condition.what
  return { subject, verb: verb(condition), value: condition.value + (condition.anyCase ? ' (any case)' : '') }
}

function verb(condition: MapCondition): string {
  switch (condition.op) {
    case 'is': return condition.not ? 'is not' : 'is'
    case 'starts': return condition.not ? 'does not start' : 'starts'
    case 'under': return condition.not ? 'is not under' : 'is or is under'
    case 'ends': return condition.not ? 'does not end' : 'ends'
    case 'contains': return condition.not ? 'does not contain' : 'contains'
    case 'matches': return condition.not ? 'does not match' : 'matches'
    case 'present': return condition.not ? 'is absent' : 'is present'
    case 'range': return condition.not ? 'is not in' : 'is in'
    default: return assertNever(condition.op)
  }
}
