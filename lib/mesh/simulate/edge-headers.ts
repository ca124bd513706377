import type { JsonObject } from '@/lib/std/json'
import { clientAddress } from './client-address'
import { inCidr, isLoopback } from './ip-range'
import { listOf, numberOf, objectOf, stringOf } from './read'

/** What only a caller inside may set (ConnectionManagerUtility::cleanInternalHeaders). */
const internalHeaders = [
  'x-envoy-retriable-status-codes', 'x-envoy-retriable-header-names', 'x-envoy-retry-on', 'x-envoy-retry-grpc-on', 'x-envoy-max-retries', 'x-envoy-upstream-alt-stat-name', 'x-envoy-upstream-rq-timeout-ms',
  'x-envoy-upstream-rq-per-try-timeout-ms', 'x-envoy-upstream-rq-timeout-alt-response', 'x-envoy-expected-rq-timeout-ms', 'x-envoy-force-trace', 'x-envoy-ip-tags', 'x-envoy-original-url', 'x-envoy-hedge-on-per-try-timeout',
]

/** What a request from outside may not bring besides (an edge request: use_remote_address, and not internal). */
const edgeHeaders = ['x-envoy-decorator-operation', 'x-envoy-downstream-service-cluster', 'x-envoy-downstream-service-node', 'x-envoy-original-path', 'x-envoy-original-host']

/** What the connection tells about a request besides its headers. */
export interface EdgeConnection {
  readonly tls: boolean
  readonly peerAddress: string
  /** Stands in x-forwarded-for where the peer is loopback, as Envoy does with its own address. */
  readonly ownAddress: string
  readonly localPort: number
  readonly clientCertificate: boolean
  readonly requestId: () => string
}

/**
 * ConnectionManagerUtility::mutateRequestHeaders, in place: x-forwarded-for, x-forwarded-proto, :scheme, x-request-id,
 * x-envoy-external-address. Gives the client's address as filters see it.
 */
export function mutateEdgeHeaders(headers: Map<string, string[]>, hcm: JsonObject, connection: EdgeConnection, table?: JsonObject): string {
  const forwarded = headers.get('x-forwarded-for')?.join(',')
  const client = clientAddress(hcm, connection.peerAddress, forwarded)
  const edge = hcm.use_remote_address === true
  headers.delete('x-envoy-internal')
  headers.delete('expect')
  if (edge) appendForwardedFor(headers, hcm, connection, forwarded)
  forwardScheme(headers, hcm, connection)
  const internal = client.single && client.known && listOf(objectOf(hcm.internal_address_config).cidr_ranges).some((range) => inCidr(range, client.address))
  if (internal) headers.set('x-envoy-internal', ['true'])
  else for (const name of [...internalHeaders, ...(edge ? edgeHeaders : []), ...listOf(table?.internal_only_headers).filter((item) => typeof item === 'string')]) headers.delete(name)
  if (edge && !internal) headers.set('x-envoy-external-address', [client.address])
  sanitiseCertificate(headers, hcm, connection.clientCertificate)
  const via = stringOf(hcm.via) ?? ''
  if (via !== '') headers.set('via', [[...headers.get('via') ?? [], via].join(', ')])
  const keeps = (!edge || internal || hcm.preserve_external_request_id === true) && headers.has('x-request-id')
  if (hcm.generate_request_id !== false && !keeps) headers.set('x-request-id', [connection.requestId()])
  return client.address
}

function appendForwardedFor(headers: Map<string, string[]>, hcm: JsonObject, connection: EdgeConnection, forwarded: string | undefined): void {
  if (hcm.skip_xff_append === true) return
  const address = isLoopback(connection.peerAddress) ? connection.ownAddress : connection.peerAddress
  headers.set('x-forwarded-for', [forwarded === undefined || forwarded === '' ? address : `${forwarded},${address}`])
}

function forwardScheme(headers: Map<string, string[]>, hcm: JsonObject, connection: EdgeConnection): void {
  const own = connection.tls ? 'https' : 'http'
  const edge = hcm.use_remote_address === true
  const untrusted = edge && (numberOf(hcm.xff_num_trusted_hops) ?? 0) === 0
  if (untrusted || !headers.has('x-forwarded-proto')) headers.set('x-forwarded-proto', [own])
  if (hcm.append_x_forwarded_port === true && (untrusted || !headers.has('x-forwarded-port'))) headers.set('x-forwarded-port', [String(connection.localPort)])
  const overwrite = stringOf(objectOf(hcm.scheme_header_transformation).scheme_to_overwrite)
  const forwarded = headers.get('x-forwarded-proto')?.[0] ?? ''
  const valid = forwarded.toLowerCase() === 'http' || forwarded.toLowerCase() === 'https'
  if (overwrite !== undefined) {
    headers.set(':scheme', [overwrite])
    headers.set('x-forwarded-proto', [overwrite])
  } else if (!headers.has(':scheme')) headers.set(':scheme', [valid ? forwarded.toLowerCase() : own])
}

/** mutateXfccRequestHeader: a client's own x-forwarded-client-cert goes away unless it is trusted. What is made of the certificate is not known here. */
function sanitiseCertificate(headers: Map<string, string[]>, hcm: JsonObject, shown: boolean): void {
  const mode = stringOf(hcm.forward_client_cert_details) ?? 'SANITIZE'
  if (mode === 'ALWAYS_FORWARD_ONLY' || (shown && (mode === 'FORWARD_ONLY' || mode === 'APPEND_FORWARD'))) return
  headers.delete('x-forwarded-client-cert')
}
