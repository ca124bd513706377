import { parseIp } from '@/lib/mesh/simulate/ip-range'
import type { SimulatedRequest } from '@/lib/mesh/simulate/explanation'
import { CallError } from './call-error'
import { parseUrl, type CallUrl } from './parse-url'

/** One request to explain, as a person or a line of a batch says it. */
export interface Call {
  readonly url: string
  readonly method?: string
  /** Names in any case; several values keep their order. */
  readonly headers?: { readonly [name: string]: string | readonly string[] }
  readonly sni?: string
  readonly alpn?: readonly string[]
  readonly protocol?: 'http1' | 'http2' | 'tcp'
  readonly clientCert?: boolean
  /** The pod's port, instead of the URL's port through the Service. */
  readonly listenerPort?: number
  /** The client's address. @default '127.0.0.1' */
  readonly from?: string
  /** Claims of a token taken as verified. */
  readonly claims?: { readonly [claim: string]: unknown }
}

/** A call as it meets a gateway pod; `port` still is the URL's. */
export interface ParsedCall {
  readonly url: CallUrl
  readonly listenerPort: number | undefined
  readonly request: Omit<SimulatedRequest, 'port'>
}

/**
 * What a client such as curl would send for this call. The Host header, if given, is the authority; https names the
 * URL's host as SNI unless it is an address, and offers h2 and http/1.1. @throws CallError for what makes no request.
 */
export function parseCall(call: Call): ParsedCall {
  const url = parseUrl(call.url, call.listenerPort !== undefined)
  const raw = url.scheme === 'tcp' || url.scheme === 'tls' || call.protocol === 'tcp'
  if (raw && call.protocol !== undefined && call.protocol !== 'tcp') throw new CallError('protocol', `${url.scheme} is raw TCP; the protocol cannot be ${call.protocol}`)
  const tls = url.scheme === 'https' || url.scheme === 'tls'
  const from = call.from ?? '127.0.0.1'
  if (parseIp(from) === undefined) throw new CallError('from', `${JSON.stringify(from)} is no IP address`)
  const { authority, headers } = readHeaders(call, url)
  const sni = call.sni ?? (url.isIp ? '' : withoutDot(url.host))
  const alpn = call.alpn ?? (raw ? [] : call.protocol === 'http1' ? ['http/1.1'] : call.protocol === 'http2' ? ['h2'] : ['h2', 'http/1.1'])
  return {
    url, listenerPort: call.listenerPort,
    request: {
      protocol: raw ? 'tcp' : call.protocol ?? (tls && alpn.includes('h2') ? 'http2' : 'http1'),
      tls: !tls ? 'off' : call.clientCert === true ? 'mutual' : 'on',
      ...(tls && sni !== '' ? { sni } : {}), ...(tls ? { alpn } : {}),
      method: call.method ?? 'GET', scheme: tls ? 'https' : 'http', authority, path: url.path, headers, peerAddress: from,
      ...(call.claims === undefined ? {} : { jwtClaims: call.claims }),
    },
  }
}

function readHeaders(call: Call, url: CallUrl): { readonly authority: string; readonly headers: Readonly<Record<string, readonly string[]>> } {
  const headers = new Map<string, string[]>()
  let authority = url.authority
  for (const [name, values] of Object.entries(call.headers ?? {})) {
    const key = name.toLowerCase()
    const list = typeof values === 'string' ? [values] : values
    if (key === 'host' || key === ':authority') authority = list[0] ?? authority
    else headers.set(key, [...(headers.get(key) ?? []), ...list])
  }
  if (url.credentials !== undefined && !headers.has('authorization')) headers.set('authorization', [`Basic ${base64(url.credentials)}`])
  return { authority, headers: Object.fromEntries(headers) }
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

/** A server name has no dot at its end (RFC 6066); the Host header keeps it. */
function withoutDot(host: string): string {
  return host.endsWith('.') ? host.slice(0, -1) : host
}
