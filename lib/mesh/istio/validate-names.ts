import { byteLength } from '@/lib/std/byte-length'
import { compileRe2 } from '../re2'

const label = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/
const qualifiedName = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/

/** A DNS label as Istio takes it (labels.IsDNS1123Label): upper case is fine, at most 63 characters. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && label.test(text)
}

function isWildcardLabel(text: string): boolean {
  if (text.length > 63) return false
  return text === '*' || label.test(text.startsWith('*-') ? text.slice(2) : text.startsWith('*') ? text.slice(1) : text)
}

function nameLengthError(name: string): string | undefined {
  if (byteLength(name) > 255) return `host name ${quoted(name)} is longer than 255 characters`
  return name === '' ? 'a host name is missing' : undefined
}

/** Digits that Go's strconv.Atoi takes: what does not fit into 64 bits is no number to it. */
export function isGoInteger(text: string): boolean {
  if (!/^[+-]?[0-9]+$/.test(text)) return false
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return value >= -(2n ** 63n) && value < 2n ** 63n
}

function labelsError(domain: string): string | undefined {
  const parts = domain.split('.')
  const last = parts.at(-1) ?? ''
  if (isGoInteger(last)) return `domain name ${quoted(domain)} invalid (it ends in the number ${last})`
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1 && part === '') return undefined
    if (!isDnsLabel(part)) return `domain name ${quoted(domain)} invalid (label ${quoted(part)} invalid)`
  }
  return undefined
}

/** What is wrong with a fully qualified name (agent.ValidateFQDN). */
export function fqdnError(name: string): string | undefined {
  return nameLengthError(name) ?? labelsError(name)
}

/** What is wrong with a host that may begin with a wildcard (agent.ValidateWildcardDomain). */
export function domainError(domain: string): string | undefined {
  const tooLong = nameLengthError(domain)
  if (tooLong !== undefined) return tooLong
  const dot = domain.indexOf('.')
  const first = dot < 0 ? domain : domain.slice(0, dot)
  if (!isWildcardLabel(first)) return `domain name ${quoted(domain)} invalid (label ${quoted(first)} invalid)`
  return dot < 0 ? undefined : labelsError(domain.slice(dot + 1))
}

/** What is wrong with a wildcard inside a label (agent.ValidatePartialWildCard). */
export function partialWildcardError(host: string): string | undefined {
  return host.includes('*') && host.length !== 1 && !host.startsWith('*.') ? `${quoted(host)} has a wildcard for a part of a label` : undefined
}

/** A host of a VirtualService on a gateway: `outbound_.80_._.name` too where it is for SNI (agent.ValidateWildcardDomainForVirtualServiceBoundToGateway). */
export function gatewayDomainError(domain: string, sni: boolean): string | undefined {
  const tooLong = nameLengthError(domain)
  if (tooLong !== undefined) return tooLong
  if (!sni || !domain.startsWith('outbound_')) return domainError(domain)
  const parts = domain.split('_')
  const bad = `host name ${quoted(domain)} does not have the form outbound_.<port>_._.<host>`
  return parts.length < 4 || !/[0-9]/.test(parts[1] ?? '') || !/[a-zA-Z]/.test(parts[3] ?? '') ? bad : undefined
}

/** host.Name.Matches: whether two possibly wildcarded names overlap. */
export function hostsOverlap(a: string, b: string): boolean {
  const [aWild, bWild] = [a.startsWith('*'), b.startsWith('*')]
  if (aWild && bWild) return a.length < b.length ? b.slice(1).endsWith(a.slice(1)) : a.slice(1).endsWith(b.slice(1))
  if (aWild) return b.endsWith(a.slice(1))
  return bWild ? a.endsWith(b.slice(1)) : a === b
}

/** host.Name.SubsetOf: whether every name of `a` is one of `b`. */
export function hostWithin(a: string, b: string): boolean {
  const [aWild, bWild] = [a.startsWith('*'), b.startsWith('*')]
  if (aWild) return bWild && a.length >= b.length && a.slice(1).endsWith(b.slice(1))
  return bWild ? a.endsWith(b.slice(1)) : a === b
}

/** What is wrong with a port number (agent.ValidatePort). */
export function portError(port: number): string | undefined {
  return port >= 1 && port <= 65_535 ? undefined : `port ${port} is outside 1..65535`
}

/** What is wrong with a port's name (ValidatePortName). */
export function portNameError(name: string): string | undefined {
  return isDnsLabel(name) ? undefined : `${quoted(name)} is no port name: letters, digits and hyphens only`
}

/** What is wrong with the keys and values of labels (labels.Instance.Validate). */
export function labelErrors(labels: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...(isLabelKey(key) ? [] : [`${quoted(key)} is no key of a label`]),
    ...(value === '' || qualifiedName.test(value) ? [] : [`${quoted(value)} is no value of a label`]),
  ])
}

function isLabelKey(key: string): boolean {
  const slash = key.lastIndexOf('/')
  const name = key.slice(slash + 1)
  if (!qualifiedName.test(name) || name.length > 63) return false
  if (slash < 0) return true
  const prefix = key.slice(0, slash)
  return prefix.length <= 253 && prefix.split('.').every((part) => label.test(part))
}

/** What is wrong with a duration in nanoseconds (agent.ValidateDuration). */
export function durationError(nanos: number | undefined): string | undefined {
  if (nanos === undefined || nanos < 1e6) return 'a duration is at least 1ms'
  return nanos % 1e6 === 0 ? undefined : 'a duration is in whole milliseconds'
}

/** What is wrong with a regular expression (validateStringRegexp): RE2, at most 1,024 bytes. */
export function regexError(pattern: string): string | undefined {
  if (byteLength(pattern) > 1024) return 'the regular expression is longer than 1024 bytes'
  return compileRe2(pattern) === null ? `${quoted(pattern)} is no RE2 regular expression` : undefined
}

/** What is wrong with the path of a Unix socket, without `unix://` (ValidateUnixAddress). */
export function unixPathError(path: string): string | undefined {
  if (path === '') return 'the path of the socket is missing'
  return path.startsWith('@') || (path.startsWith('/') && !path.endsWith('/')) ? undefined : `${quoted(path)} is no absolute path of a file`
}

/** A text in quotation marks, its own escaped. */
export function quoted(text: string): string {
  return JSON.stringify(text)
}
