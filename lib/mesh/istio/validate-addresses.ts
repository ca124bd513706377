import { quoted } from './validate-names'

/** Which kind of address Go's netip.ParseAddr reads in a text; undefined for none. */
export function addressFamily(text: string): 4 | 6 | undefined {
  if (!text.includes(':')) return isIpv4(text) ? 4 : undefined
  const percent = text.indexOf('%')
  if (percent === text.length - 1) return undefined
  return isIpv6(percent < 0 ? text : text.slice(0, percent)) ? 6 : undefined
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^[0-9]{1,3}$/.test(part) && (part === '0' || !part.startsWith('0')) && Number(part) <= 255)
}

function isIpv6(text: string): boolean {
  const gap = text.indexOf('::')
  if (gap >= 0 && text.indexOf('::', gap + 1) >= 0) return false
  const groups = (half: string): readonly string[] => (half === '' ? [] : half.split(':'))
  const all = gap < 0 ? groups(text) : [...groups(text.slice(0, gap)), ...groups(text.slice(gap + 2))]
  const last = all.at(-1)
  const dotted = last?.includes('.') === true && !(gap >= 0 && text.endsWith('::'))
  if (dotted && !isIpv4(last)) return false
  const hex = dotted ? all.slice(0, -1) : all
  if (!hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false
  const size = hex.length + (dotted ? 2 : 0)
  return gap < 0 ? size === 8 : size < 8
}

/** What is wrong with an IP address (agent.ValidateIPAddress). */
export function addressError(text: string): string | undefined {
  return addressFamily(text) === undefined ? `${quoted(text)} is no IP address` : undefined
}

/** What is wrong with an address range (netip.ParsePrefix). */
export function cidrError(text: string): string | undefined {
  const slash = text.lastIndexOf('/')
  const family = text.includes('%') ? undefined : addressFamily(text.slice(0, Math.max(slash, 0)))
  const bits = text.slice(slash + 1)
  const sound = slash >= 0 && family !== undefined && /^(0|[1-9][0-9]{0,2})$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
  return sound ? undefined : `${quoted(text)} is no address range`
}

/** What is wrong with an address or address range (agent.ValidateIPSubnet). */
export function subnetError(text: string): string | undefined {
  return text.split('/').length === 2 ? cidrError(text) : addressError(text)
}

/** Go's net.SplitHostPort; undefined where it fails. */
export function splitHostPort(text: string): { readonly host: string; readonly port: string } | undefined {
  const colon = text.lastIndexOf(':')
  if (colon < 0) return undefined
  const port = text.slice(colon + 1)
  if (text.startsWith('[')) {
    const end = text.indexOf(']')
    const host = text.slice(1, end)
    return end === colon - 1 && !host.includes('[') && !/[[\]]/.test(port) ? { host, port } : undefined
  }
  const host = text.slice(0, colon)
  return host.includes(':') || /[[\]]/.test(text) ? undefined : { host, port }
}
