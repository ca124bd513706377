import { clientAddress } from '@/lib/mesh/simulate/client-address'
import { numberOf, stringOf } from '@/lib/mesh/simulate/read'
import type { JsonObject } from '@/lib/std/json'
import type { DownstreamConnection, PlaneContext } from './context'
import type { Headers } from './headers'
import { dropHopByHop, put, valueOf } from './headers'

/** What a client from outside may not set (ConnectionManagerUtility::cleanInternalHeaders). */
const internalHeaders = [
  'x-envoy-internal', 'x-envoy-downstream-service-cluster', 'x-envoy-downstream-service-node', 'x-envoy-retry-on', 'x-envoy-retry-grpc-on', 'x-envoy-max-retries',
  'x-envoy-upstream-alt-stat-name', 'x-envoy-upstream-rq-timeout-alt-response', 'x-envoy-upstream-rq-timeout-ms', 'x-envoy-upstream-rq-per-try-timeout-ms',
  'x-envoy-expected-rq-timeout-ms', 'x-envoy-force-trace', 'x-envoy-ip-tags', 'x-envoy-original-url', 'x-envoy-hedge-on-per-try-timeout', 'x-envoy-retriable-status-codes',
  'x-envoy-retriable-header-names', 'x-envoy-decorator-operation', 'x-envoy-attempt-count', 'x-envoy-original-path', 'x-envoy-original-host', 'x-envoy-is-timeout-retry',
]

/**
 * ConnectionManagerUtility::mutateRequestHeaders for an edge (use_remote_address): x-forwarded-for, x-forwarded-proto,
 * x-request-id, x-envoy-external-address, client certificate. Gives the client's address as filters see it.
 */
export function mutateRequestHeaders(headers: Headers, parts: { readonly hcm: JsonObject; readonly connection: DownstreamConnection; readonly context: PlaneContext }): string {
  const { hcm, connection, context } = parts
  const remote = clientAddress(hcm, connection.remoteIp, valueOf(headers, 'x-forwarded-for'))
  const hops = numberOf(hcm.xff_num_trusted_hops) ?? 0
  dropHopByHop(headers)
  if (headers.get('te')?.some((value) => value.trim() !== 'trailers') === true) headers.delete('te')
  if (hcm.use_remote_address === true) {
    for (const name of internalHeaders) headers.delete(name)
    appendForwardedFor(headers, loopback(connection.remoteIp) ? context.options.podAddress : connection.remoteIp)
    put(headers, 'x-envoy-external-address', remote)
  }
  const scheme = connection.tls ? 'https' : 'http'
  if (hops === 0 || !headers.has('x-forwarded-proto')) put(headers, 'x-forwarded-proto', scheme)
  if (!headers.has(':scheme')) put(headers, ':scheme', valueOf(headers, 'x-forwarded-proto') ?? scheme)
  if (hcm.generate_request_id !== false && (hcm.preserve_external_request_id !== true || !headers.has('x-request-id'))) put(headers, 'x-request-id', uuid(context.options.random))
  forwardCertificate(headers, hcm, connection)
  return remote
}

function loopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.')
}

function appendForwardedFor(headers: Headers, address: string): void {
  const before = valueOf(headers, 'x-forwarded-for')
  put(headers, 'x-forwarded-for', before === undefined ? address : `${before},${address}`)
}

/** forward_client_cert_details: SANITIZE (the default) drops the header, SANITIZE_SET makes it anew from the connection. */
function forwardCertificate(headers: Headers, hcm: JsonObject, connection: DownstreamConnection): void {
  const mode = stringOf(hcm.forward_client_cert_details) ?? 'SANITIZE'
  if (mode === 'ALWAYS_FORWARD_ONLY' || mode === 'APPEND_FORWARD' || mode === 'FORWARD_ONLY') return
  headers.delete('x-forwarded-client-cert')
  if (mode !== 'SANITIZE_SET' || !connection.clientCertificate) return
  const uri = connection.clientNames.find((name) => name.includes('://'))
  if (uri !== undefined) put(headers, 'x-forwarded-client-cert', `URI=${uri}`)
}

/** A version 4 UUID from the data plane's own randomness. */
export function uuid(random: () => number): string {
  const hex = Array.from({ length: 32 }, (_, i) => {
    const nibble = Math.floor(random() * 16)
    if (i === 12) return '4'
    return (i === 16 ? (nibble & 3) | 8 : nibble).toString(16)
  }).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
