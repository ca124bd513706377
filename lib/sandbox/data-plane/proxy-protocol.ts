import { isIP } from 'node:net'

/** The ends of a connection as a PROXY protocol header names them; all absent for a connection of the proxy itself. */
export interface ProxiedEnds {
  readonly sourceAddress?: string
  readonly sourcePort?: number
  readonly destinationAddress?: string
  readonly destinationPort?: number
}

/** What the first bytes of a connection are to a listener that reads PROXY protocol headers. */
export type ProxyHeader = { readonly kind: 'more' } | { readonly kind: 'bad' } | { readonly kind: 'header'; readonly length: number; readonly ends: ProxiedEnds | undefined }

const signature = Buffer.from([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a])

/** Most bytes of a header of version 1, with its line end. */
const LONGEST_TEXT = 108

/** Reads a PROXY protocol header of version 1 or 2 (Envoy's proxy_protocol listener filter). */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  const shared = Math.min(bytes.length, signature.length)
  if (bytes.subarray(0, shared).equals(signature.subarray(0, shared))) return bytes.length < 16 ? { kind: 'more' } : binaryHeader(bytes)
  const start = bytes.toString('latin1', 0, 6)
  if (!'PROXY '.startsWith(start) && start !== 'PROXY ') return { kind: 'bad' }
  const end = bytes.indexOf('\r\n')
  if (end < 0) return bytes.length >= LONGEST_TEXT ? { kind: 'bad' } : { kind: 'more' }
  return textHeader(bytes.toString('latin1', 0, end), end + 2)
}

function textHeader(line: string, length: number): ProxyHeader {
  const [, family, source = '', destination = '', sourcePort, destinationPort] = line.split(' ')
  if (family === 'UNKNOWN') return { kind: 'header', length, ends: undefined }
  const version = family === 'TCP4' ? 4 : family === 'TCP6' ? 6 : 0
  if (version === 0 || isIP(source) !== version || isIP(destination) !== version) return { kind: 'bad' }
  return { kind: 'header', length, ends: { sourceAddress: source, sourcePort: Number(sourcePort), destinationAddress: destination, destinationPort: Number(destinationPort) } }
}

function binaryHeader(bytes: Buffer): ProxyHeader {
  const command = bytes[12] ?? 0
  const family = bytes[13] ?? 0
  const length = 16 + bytes.readUInt16BE(14)
  if (command !== 0x20 && command !== 0x21) return { kind: 'bad' }
  if (bytes.length < length) return { kind: 'more' }
  if (command === 0x20) return { kind: 'header', length, ends: undefined }
  const size = family === 0x11 ? 4 : family === 0x21 ? 16 : 0
  if (size === 0 || length < 16 + 2 * size + 4) return { kind: 'header', length, ends: undefined }
  const address = (at: number) => size === 4 ? [...bytes.subarray(at, at + 4)].join('.') : ipv6(bytes.subarray(at, at + 16))
  const ports = 16 + 2 * size
  return { kind: 'header', length, ends: { sourceAddress: address(16), sourcePort: bytes.readUInt16BE(ports), destinationAddress: address(16 + size), destinationPort: bytes.readUInt16BE(ports + 2) } }
}

function ipv6(bytes: Buffer): string {
  const text = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16)).join(':')
  return new URL(`http://[${text}]`).hostname.slice(1, -1)
}
