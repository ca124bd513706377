import { parseIp } from '@/lib/mesh/simulate/ip-range'
import { CallError } from './call-error'

/** The schemes that a call may have; `tcp` and `tls` are raw bytes, plain or with a server name. */
export type CallScheme = 'http' | 'https' | 'tcp' | 'tls'

/** A URL as a client such as curl takes it apart. */
export interface CallUrl {
  readonly scheme: CallScheme
  /** As typed, without brackets, `''` never. */
  readonly host: string
  readonly isIp: boolean
  readonly port: number
  /** `host[:port]` as the Host header has it: without a port that the scheme means anyway. */
  readonly authority: string
  /** Path and query as sent: never empty, what no request line may hold is percent-encoded, all else as typed. */
  readonly path: string
  /** `user:password`, decoded. */
  readonly credentials: string | undefined
}

const defaultPorts: Readonly<Record<CallScheme, number | undefined>> = { http: 80, https: 443, tcp: undefined, tls: 443 }

/**
 * Takes a URL apart as curl does with --path-as-is: the fragment is never sent, user and password become a header, dot
 * segments and percent-encoding stay. Without a scheme it is http. @throws CallError saying what is wrong.
 */
export function parseUrl(text: string, anyPort = false): CallUrl {
  const wrong = (reason: string): never => { throw new CallError('url', `${JSON.stringify(text)}: ${reason}`) }
  const mark = text.indexOf('://')
  const named = mark > 0 && /^[A-Za-z][A-Za-z0-9+.-]*$/.test(text.slice(0, mark))
  const scheme = named ? text.slice(0, mark).toLowerCase() : 'http'
  if (!isScheme(scheme)) return wrong(`the scheme must be http, https, tcp or tls, not ${scheme}`)
  const rest = withoutFragment(named ? text.slice(mark + 3) : text)
  const end = firstOf(rest, '/?')
  const place = rest.slice(0, end)
  const at = place.lastIndexOf('@')
  const { host, bracketed, port: typed } = splitPort(place.slice(at + 1), wrong)
  const ascii = bracketed ? host : asciiHost(host)
  if (ascii === '') return wrong(host === '' ? 'it names no host' : `${JSON.stringify(host)} is no host name`)
  const port = typed ?? defaultPorts[scheme] ?? (anyPort ? 0 : wrong(`${scheme} needs a port`))
  const shown = bracketed ? `[${ascii}]` : ascii
  return {
    scheme, host: ascii, isIp: bracketed || parseIp(ascii) !== undefined, port, authority: typed === undefined || port === defaultPorts[scheme] ? shown : `${shown}:${port}`,
    path: sentPath(rest.slice(end)), credentials: at < 0 ? undefined : decoded(place.slice(0, at)),
  }
}

function isScheme(text: string): text is CallScheme {
  return text === 'http' || text === 'https' || text === 'tcp' || text === 'tls'
}

function withoutFragment(text: string): string {
  const hash = text.indexOf('#')
  return hash < 0 ? text : text.slice(0, hash)
}

function firstOf(text: string, signs: string): number {
  for (let index = 0; index < text.length; index += 1) if (signs.includes(text.charAt(index))) return index
  return text.length
}

function splitPort(place: string, wrong: (reason: string) => never): { readonly host: string; readonly bracketed: boolean; readonly port: number | undefined } {
  if (place.startsWith('[')) {
    const end = place.indexOf(']')
    const inside = place.slice(1, Math.max(1, end))
    const zone = inside.indexOf('%')
    const host = zone < 0 ? inside : inside.slice(0, zone)
    const after = place.slice(end + 1)
    if (end < 0 || (!host.includes(':') || parseIp(host) === undefined) || (after !== '' && !after.startsWith(':'))) return wrong('brackets hold an IPv6 address, and only a port may follow')
    return { host, bracketed: true, port: portOf(after.slice(1), wrong) }
  }
  const colon = place.lastIndexOf(':')
  if (colon >= 0 && place.indexOf(':') !== colon) return wrong('an IPv6 address stands in brackets')
  return colon < 0 ? { host: place, bracketed: false, port: undefined } : { host: place.slice(0, colon), bracketed: false, port: portOf(place.slice(colon + 1), wrong) }
}

function portOf(text: string, wrong: (reason: string) => never): number | undefined {
  if (text === '') return undefined
  const port = Number(text)
  return /^\d{1,5}$/.test(text) && port > 0 && port < 65536 ? port : wrong(`${JSON.stringify(text)} is no port`)
}

/** Names outside ASCII go out in their punycode form; all others as they were typed, case and all. */
function asciiHost(host: string): string {
  const name = host.includes('%') ? decoded(host) : host
  for (const char of name) {
    if (char > '\u007f') return punycode(name)
    if (char <= ' ' || '<>"\\^`{|}\u007f'.includes(char)) return ''
  }
  return name
}

function punycode(name: string): string {
  try {
    return new URL(`http://${name}`).hostname
  } catch {
    return ''
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function sentPath(text: string): string {
  const path = text.startsWith('/') ? text : `/${text}`
  let out = ''
  for (const char of path) out += char <= ' ' || char >= '\u007f' ? encoded(char) : char
  return out
}

function encoded(char: string): string {
  return [...new TextEncoder().encode(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}
