import { numberOf, objectOf, stringOf } from './read'

/** An IP as bytes; undefined where the text is none. Zone identifiers and brackets are not accepted. */
export function parseIp(text: string): readonly number[] | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text)
}

function parseV4(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  const bytes = parts.map((part) => (part !== '' && part.length <= 3 && [...part].every((c) => c >= '0' && c <= '9') ? Number(part) : 256))
  return bytes.every((byte) => byte <= 255) ? bytes : undefined
}

function parseV6(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groups(halves[0] ?? '')
  const tail = halves.length === 2 ? groups(halves[1] ?? '') : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 16 - head.length - tail.length
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail]
}

function groups(text: string): readonly number[] | undefined {
  if (text === '') return []
  const out: number[] = []
  for (const part of text.split(':')) {
    const v4 = part.includes('.') ? parseV4(part) : undefined
    if (v4 !== undefined) {
      out.push(...v4)
      continue
    }
    if (part === '' || part.length > 4 || ![...part.toLowerCase()].every((c) => '0123456789abcdef'.includes(c))) return undefined
    const value = parseInt(part, 16)
    out.push(value >> 8, value & 255)
  }
  return out.length > 16 ? undefined : out
}

/** Length of the prefix of an envoy.config.core.v3.CidrRange that holds the address, -1 where it does not. */
export function matchedPrefix(range: unknown, address: string): number {
  const r = objectOf(range)
  const network = parseIp(stringOf(r.address_prefix) ?? '')
  const ip = parseIp(address)
  if (network === undefined || ip === undefined || network.length !== ip.length) return -1
  const length = Math.min(prefixLength(r.prefix_len), network.length * 8)
  for (let bit = 0; bit < length; bit++) {
    const mask = 128 >> (bit & 7)
    if (((network[bit >> 3] ?? 0) & mask) !== ((ip[bit >> 3] ?? 0) & mask)) return -1
  }
  return length
}

/** A UInt32Value, which a dump may print wrapped or plain. */
function prefixLength(value: unknown): number {
  return numberOf(value) ?? numberOf(objectOf(value).value) ?? 0
}

/** Whether an address is in a CIDR range. */
export function inCidr(range: unknown, address: string): boolean {
  return matchedPrefix(range, address) >= 0
}

/** Network::Utility::isLoopbackAddress: 127.0.0.1 and ::1, no other address of 127.0.0.0/8. */
export function isLoopback(address: string): boolean {
  return address === '127.0.0.1' || address === '::1'
}
