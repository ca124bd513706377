import { pathOnly } from '@/lib/mesh/simulate/request-facts'
import { cutTo, formatParts, headerOperator } from '@/lib/mesh/simulate/substitution'
import type { StreamInfo } from './stream-info'
import { printFlags } from './stream-info'

/** Fills a format string (Envoy's substitution formatter); `missing` stands for an absent value. */
export function fillFormat(format: string, stream: StreamInfo, end: number, missing = '-'): string {
  return formatParts(format).map((part) => (part.kind === 'text' ? part.text : cutTo(evaluateOperator(part.name, part.argument, stream, end), part.maximum) ?? missing)).join('')
}

/** The single value of a JSON format's leaf: a number where the leaf is one numeric operator. */
export function fillLeaf(format: string, stream: StreamInfo, end: number): string | number | null {
  const only = formatParts(format)
  const first = only[0]
  if (only.length !== 1 || first === undefined || first.kind === 'text') return fillFormat(format, stream, end)
  const value = cutTo(evaluateOperator(first.name, first.argument, stream, end), first.maximum)
  if (value === undefined) return null
  return numeric.has(first.name) ? Number(value) : value
}

const numeric: ReadonlySet<string> = new Set(['RESPONSE_CODE', 'BYTES_RECEIVED', 'BYTES_SENT', 'DURATION'])

/** The value of a command operator, undefined where there is none. */
export function evaluateOperator(name: string, argument: string, stream: StreamInfo, end: number): string | undefined {
  const plain = plainOperators[name]
  if (plain !== undefined) return plain(stream, end)
  if (name === 'REQ') return headerOperator(stream.requestHeaders, argument)
  if (name === 'REQ_WITHOUT_QUERY') return withoutQuery(headerOperator(stream.requestHeaders, argument))
  if (name === 'RESP') return headerOperator(stream.responseHeaders, argument)
  return undefined
}

function withoutQuery(value: string | undefined): string | undefined {
  return value === undefined ? undefined : pathOnly(value)
}

function bare(address: string | undefined): string | undefined {
  return address?.slice(0, address.lastIndexOf(':'))
}

function port(address: string | undefined): string | undefined {
  return address?.slice(address.lastIndexOf(':') + 1)
}

const plainOperators: Readonly<Record<string, (stream: StreamInfo, end: number) => string | undefined>> = {
  START_TIME: (s) => new Date(s.start).toISOString(),
  PROTOCOL: (s) => s.protocol,
  RESPONSE_CODE: (s) => String(s.responseCode),
  RESPONSE_CODE_DETAILS: (s) => s.details,
  CONNECTION_TERMINATION_DETAILS: (s) => s.terminationDetails,
  RESPONSE_FLAGS: (s) => printFlags(s.flags),
  UPSTREAM_TRANSPORT_FAILURE_REASON: (s) => s.transportFailure,
  BYTES_RECEIVED: (s) => String(s.bytesReceived),
  BYTES_SENT: (s) => String(s.bytesSent),
  DURATION: (s, end) => String(Math.max(0, Math.round(end - s.start))),
  UPSTREAM_HOST: (s) => s.upstreamHost,
  UPSTREAM_CLUSTER: (s) => s.upstreamCluster,
  UPSTREAM_CLUSTER_RAW: (s) => s.upstreamCluster,
  UPSTREAM_LOCAL_ADDRESS: (s) => s.upstreamLocalAddress,
  DOWNSTREAM_LOCAL_ADDRESS: (s) => s.downstreamLocalAddress,
  DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: (s) => bare(s.downstreamLocalAddress),
  DOWNSTREAM_LOCAL_PORT: (s) => port(s.downstreamLocalAddress),
  DOWNSTREAM_REMOTE_ADDRESS: (s) => s.downstreamRemoteAddress,
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: (s) => bare(s.downstreamRemoteAddress),
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS: (s) => s.downstreamDirectRemoteAddress,
  REQUESTED_SERVER_NAME: (s) => (s.serverName === '' ? undefined : s.serverName),
  ROUTE_NAME: (s) => (s.routeName === '' ? undefined : s.routeName),
}
