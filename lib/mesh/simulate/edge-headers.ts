import type { JsonObject } from '@/lib/std/json'
import { clientAddress } from './client-address'
import { numberOf } from './read'

/** What a client from outside may not set (ConnectionManagerUtility::cleanInternalHeaders). */
const internalHeaders = [
  'x-envoy-internal', 'x-envoy-downstream-service-cluster', 'x-envoy-downstream-service-node', 'x-envoy-retry-on', 'x-envoy-retry-grpc-on', 'x-envoy-max-retries',
  'x-envoy-upstream-alt-stat-name', 'x-envoy-upstream-rq-timeout-alt-response', 'x-envoy-upstream-rq-timeout-ms', 'x-envoy-upstream-rq-per-try-timeout-ms',
  'x-envoy-expected-rq-timeout-ms', 'x-envoy-force-trace', 'x-envoy-ip-tags', 'x-envoy-original-url', 'x-envoy-hedge-on-per-try-timeout', 'x-envoy-retriable-status-codes',
  'x-envoy-retriable-header-names', 'x-envoy-decorator-operation', 'x-envoy-attempt-count', 'x-envoy-original-path', 'x-envoy-original-host', 'x-envoy-is-timeout-retry',
]

/** What the connection tells about a request besides its headers. */
export interface EdgeConnection {
  readonly tls: boolean
  readonly peerAddress: string
  /** Stands in x-forwarded-for where the peer is loopback, as Envoy does with its own address. */
  readonly ownAddress: string
  readonly requestId: () => string
}

/**
 * ConnectionManagerUtility::mutateRequestHeaders, in place: x-forwarded-for, x-forwarded-proto, :scheme, x-request-id,
 * x-envoy-external-address. Gives the client's address as filters see it.
 */
export function mutateEdgeHeaders(headers: Map<string, string[]>, hcm: JsonObject, connection: EdgeConnection): string {
  const remote = clientAddress(hcm, connection.peerAddress, headers.get('x-forwarded-for')?.join(','))
  const hops = numberOf(hcm.xff_num_trusted_hops) ?? 0
  if (hcm.use_remote_address === true) {
    for (const name of internalHeaders) headers.delete(name)
    const address = isLoopback(connection.peerAddress) ? connection.ownAddress : connection.peerAddress
    const before = headers.get('x-forwarded-for')
    headers.set('x-forwarded-for', [before === undefined ? address : `${before.join(',')},${address}`])
    headers.set('x-envoy-external-address', [remote])
  }
  const scheme = connection.tls ? 'https' : 'http'
  if (hops === 0 || !headers.has('x-forwarded-proto')) headers.set('x-forwarded-proto', [scheme])
  if (!headers.has(':scheme')) headers.set(':scheme', headers.get('x-forwarded-proto') ?? [scheme])
  if (hcm.generate_request_id !== false && (hcm.preserve_external_request_id !== true || !headers.has('x-request-id'))) headers.set('x-request-id', [connection.requestId()])
  return remote
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.')
}
