import type { JsonObject } from '@/lib/std/json'

/** Header names in lower case (pseudo headers with their colon) → values in the order they came. */
export type HeaderMap = ReadonlyMap<string, readonly string[]>

/** What Envoy knows of a downstream connection when it decides. Addresses are IPs without brackets. */
export interface ConnectionFacts {
  readonly tls: boolean
  /** As %PROTOCOL% prints it. */
  readonly protocol?: 'HTTP/1.1' | 'HTTP/2'
  readonly sni: string
  /** The socket's peer, whatever a PROXY protocol header names. */
  readonly directRemoteAddress: string
  /** The socket's peer, or who a PROXY protocol header names. @default directRemoteAddress */
  readonly connectionAddress?: string
  /** After x-forwarded-for with trusted hops. */
  readonly remoteAddress: string
  readonly localAddress: string
  readonly localPort: number
  /** URI SANs, then DNS SANs, then the subject of a verified client certificate; undefined: one was given, its names are not known. */
  readonly clientNames: readonly string[] | undefined
  readonly clientCertificate: boolean
  /** Whether that certificate was verified. @default clientCertificate */
  readonly certificateValidated?: boolean
}

/** A percentage as Envoy draws it: `numerator` of `denominator`. */
export interface Fraction {
  readonly numerator: number
  readonly denominator: number
}

/** What route matchers and filters look at. */
export interface RequestFacts {
  readonly headers: HeaderMap
  /** Path with query, normalised as the listener says. */
  readonly path: string
  readonly connection: ConnectionFacts
  /** Dynamic metadata by filter name. */
  readonly metadata: ReadonlyMap<string, JsonObject>
  /** Draws a fraction; simulate notes a real chance as a condition, the data plane throws the dice. */
  readonly chance: (fraction: Fraction, what: string) => boolean
}

/** All values of a header joined with a comma (HeaderUtility::getAllOfHeaderAsString), undefined when it is absent. */
export function headerValue(headers: HeaderMap, name: string): string | undefined {
  const values = headers.get(name.toLowerCase())
  return values === undefined || values.length === 0 ? undefined : values.join(',')
}

/** The path without query and fragment (PathUtil::removeQueryAndFragment). */
export function pathOnly(path: string): string {
  const end = firstOf(path, '?', '#')
  return end < 0 ? path : path.slice(0, end)
}

function firstOf(path: string, a: string, b: string): number {
  const first = path.indexOf(a)
  const second = path.indexOf(b)
  if (first < 0) return second
  return second < 0 ? first : Math.min(first, second)
}
