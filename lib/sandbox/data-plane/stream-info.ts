import type { Headers } from './headers'

/** What is known of one stream (an HTTP request or a TCP connection) for its log line. */
export interface StreamInfo {
  readonly start: number
  protocol: string | undefined
  requestHeaders: Headers
  responseHeaders: Headers
  responseCode: number
  readonly flags: Set<string>
  details: string | undefined
  terminationDetails: string | undefined
  transportFailure: string | undefined
  bytesReceived: number
  bytesSent: number
  upstreamHost: string | undefined
  upstreamCluster: string | undefined
  upstreamLocalAddress: string | undefined
  readonly downstreamLocalAddress: string
  readonly downstreamRemoteAddress: string
  readonly downstreamDirectRemoteAddress: string
  readonly serverName: string
  routeName: string | undefined
}

/** A stream at its start. */
export function startStream(start: number, connection: { readonly localAddress: string; readonly remoteAddress: string; readonly directRemoteAddress: string; readonly serverName: string }): StreamInfo {
  return {
    start, protocol: undefined, requestHeaders: new Map(), responseHeaders: new Map(), responseCode: 0, flags: new Set(), details: undefined,
    terminationDetails: undefined, transportFailure: undefined, bytesReceived: 0, bytesSent: 0, upstreamHost: undefined, upstreamCluster: undefined,
    upstreamLocalAddress: undefined, downstreamLocalAddress: connection.localAddress, downstreamRemoteAddress: connection.remoteAddress, downstreamDirectRemoteAddress: connection.directRemoteAddress,
    serverName: connection.serverName, routeName: undefined,
  }
}

/** Flags in the order in which they were set, as the log prints them; `-` for none. */
export function printFlags(flags: ReadonlySet<string>): string {
  return flags.size === 0 ? '-' : [...flags].join(',')
}
