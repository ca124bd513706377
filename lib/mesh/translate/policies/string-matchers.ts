import type { JsonObject } from '@/lib/std/json'

/** Istio's matcher.StringMatcher: `*` is anything but nothing, a leading or trailing star a suffix or prefix. */
export function policyString(value: string, ignoreCase = false): JsonObject {
  const insensitive: JsonObject = ignoreCase ? { ignore_case: true } : {}
  if (value === '*') return { safe_regex: { regex: '.+' } }
  if (value.startsWith('*')) return { suffix: value.slice(1), ...insensitive }
  if (value.endsWith('*')) return { prefix: value.slice(0, -1), ...insensitive }
  return { exact: value, ...insensitive }
}

/** Istio's HeaderMatcher and HostMatcher (`ignoreCase`). */
export function policyHeader(name: string, value: string, ignoreCase = false): JsonObject {
  return value === '*' ? { name, present_match: true } : { name, string_match: policyString(value, ignoreCase) }
}

/** Go's regexp.QuoteMeta. */
export function quoteMeta(text: string): string {
  return [...text].map((char) => ('\\.+*?()|[]{}^$'.includes(char) ? `\\${char}` : char)).join('')
}

/** An address or CIDR as Envoy's CidrRange; undefined for anything else (Istio's AddrStrToCidrRange). */
export function cidrRange(text: string): JsonObject | undefined {
  const slash = text.indexOf('/')
  const address = slash < 0 ? text : text.slice(0, slash)
  const v6 = address.includes(':')
  const parts = address.split('.')
  const valid = v6
    ? [...address].every((char) => '0123456789abcdefABCDEF:.'.includes(char)) && address.split(':').length <= 8 && address.split(':').every((group) => group.length <= 4 || group.includes('.'))
    : parts.length === 4 && parts.every((part) => part !== '' && part.length <= 3 && [...part].every((char) => char >= '0' && char <= '9') && (part === '0' || !part.startsWith('0')) && Number(part) <= 255)
  const length = slash < 0 ? (v6 ? 128 : 32) : Number(text.slice(slash + 1))
  if (!valid || (slash >= 0 && text.slice(slash + 1) === '') || !Number.isInteger(length) || length < 0 || length > (v6 ? 128 : 32)) return undefined
  return { address_prefix: address, prefix_len: length }
}
