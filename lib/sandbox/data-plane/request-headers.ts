import { mutateEdgeHeaders } from '@/lib/mesh/simulate/edge-headers'
import { dropHopByHop } from '@/lib/mesh/simulate/header-map'
import { stringOf } from '@/lib/mesh/simulate/read'
import type { JsonObject } from '@/lib/std/json'
import type { DownstreamConnection, PlaneContext } from './context'
import type { Headers } from './headers'
import { put } from './headers'

/** What the connection manager does to a request's headers before its filters see them. Gives the client's address as they see it. */
export function mutateRequestHeaders(headers: Headers, parts: { readonly hcm: JsonObject; readonly connection: DownstreamConnection; readonly context: PlaneContext; readonly table: JsonObject | undefined }): string {
  const { hcm, connection, context, table } = parts
  dropHopByHop(headers)
  const remote = mutateEdgeHeaders(headers, hcm, {
    tls: connection.tls, peerAddress: connection.remoteIp, ownAddress: context.options.podAddress, localPort: connection.localPort, clientCertificate: connection.clientCertificate, requestId: () => uuid(context.options.random),
  }, table)
  forwardCertificate(headers, hcm, connection)
  return remote
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
function uuid(random: () => number): string {
  const hex = Array.from({ length: 32 }, (_, i) => {
    const nibble = Math.floor(random() * 16)
    if (i === 12) return '4'
    return (i === 16 ? (nibble & 3) | 8 : nibble).toString(16)
  }).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
