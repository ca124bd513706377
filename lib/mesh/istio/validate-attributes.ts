import { addressError, cidrError } from './validate-addresses'
import { byteLength } from '@/lib/std/byte-length'
import { quoted } from './validate-names'

/** What is wrong with empty values (security.CheckEmptyValues). */
export function emptyValue(values: readonly string[]): string | undefined {
  return values.includes('') ? 'one of the values is empty' : undefined
}

/** A wildcard stands once, at the start or at the end (security.CheckWildcardValues). */
export function badWildcards(values: readonly string[]): string | undefined {
  const empty = emptyValue(values)
  if (empty !== undefined) return empty
  const bad = values.find((value) => { const count = value.split('*').length - 1; return count > 1 || (count === 1 && !value.startsWith('*') && !value.endsWith('*')) })
  return bad === undefined ? undefined : `${quoted(bad)}: one wildcard at most, at the start or at the end`
}

/** Addresses and address ranges (security.ValidateIPs). */
export function badAddresses(values: readonly string[]): string | undefined {
  for (const value of values) {
    const wrong = value.includes('/') ? cidrError(value) : addressError(value)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

/** Port numbers as texts, 0 to 65535 (security.ValidatePorts). */
export function badPorts(values: readonly string[]): string | undefined {
  const bad = values.find((value) => !/^[0-9]+$/.test(value) || Number(value) > 65_535)
  return bad === undefined ? undefined : `${quoted(bad)} is no port`
}

/** `account` or `namespace/account` (security.CheckServiceAccount). */
export function badServiceAccounts(values: readonly string[]): string | undefined {
  if (values.length > 16) return 'there are more than 16 values'
  const bad = values.find((value) => { const parts = value.split('/'); return value.includes('*') || parts.length > 2 || parts.includes('') || byteLength(value) > 320 })
  return bad === undefined ? undefined : `${quoted(bad)} is neither account nor namespace/account`
}

const literal = /^[a-zA-Z0-9\-._~%!$&'()+,;:@=]+$/

/** Paths with the templates `{*}` and `{**}`, the latter last (security.CheckValidPathTemplate). */
export function badTemplates(paths: readonly string[]): string | undefined {
  const bad = paths.find((path) => !isTemplate(path))
  return bad === undefined ? undefined : `${quoted(bad)} is no path template: {*} and {**} are whole segments, and {**} is the last`
}

function isTemplate(path: string): boolean {
  const templated = path.includes('{*}') || path.includes('{**}')
  let ended = false
  for (const segment of trimSlashes(path).split('/')) {
    if (segment === '{*}' || segment === '{**}') {
      if (ended) return false
      ended = segment === '{**}'
    } else if (/[{}]/.test(segment) || (templated && !literal.test(segment))) return false
  }
  return true
}

function trimSlashes(path: string): string {
  let [start, end] = [0, path.length]
  while (start < end && path.charAt(start) === '/') start += 1
  while (end > start && path.charAt(end - 1) === '/') end -= 1
  return path.slice(start, end)
}

const freeAttributes = new Set(['source.namespace', 'source.principal', 'request.auth.principal', 'request.auth.audiences', 'request.auth.presenter', 'connection.sni'])

/** What is wrong with a condition of an AuthorizationPolicy (security.ValidateAttribute). */
export function attributeErrors(key: string, values: readonly string[]): readonly string[] {
  const message = emptyValue(values) ?? attributeError(key, values)
  return message === undefined ? [] : [message]
}

function attributeError(key: string, values: readonly string[]): string | undefined {
  if (['request.headers', 'request.auth.claims', 'experimental.envoy.filters.'].some((prefix) => key.startsWith(prefix)) && !freeAttributes.has(key)) return mapKeyError(key)
  if (freeAttributes.has(key)) return undefined
  if (key === 'source.ip' || key === 'remote.ip' || key === 'destination.ip') return badAddresses(values)
  if (key === 'source.serviceAccount') return badServiceAccounts(values)
  if (key === 'source.trustDomain') return badWildcards(values)
  if (key === 'destination.port') return badPorts(values)
  return `${quoted(key)} is no attribute of a request`
}

function mapKeyError(key: string): string | undefined {
  const open = key.indexOf('[')
  return key.endsWith(']') && open > 0 && open < key.length - 2 ? undefined : `${quoted(key)} is written name[key]`
}
