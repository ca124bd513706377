import type { Json, JsonObject } from '@/lib/std/json'
import { parseServiceEntry } from '../istio/parse-service-entry'
import type { Fields } from '../istio/read'
import { compareBytes } from '@/lib/std/compare-bytes'
import type { ClusterContext, ClusterParts } from './cluster-parts'
import type { Endpoint } from './endpoints'
import { isHttp2 } from './protocol'

const sds: Json = {
  api_config_source: { api_type: 'GRPC', transport_api_version: 'V3', grpc_services: [{ envoy_grpc: { cluster_name: 'sds-grpc' } }], set_node_on_first_message_only: true },
  initial_fetch_timeout: '0s',
  resource_api_version: 'V3',
}
const ads: Json = { ads: {}, resource_api_version: 'V3' }
const tlsType = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext'
const raw: JsonObject = { name: 'envoy.transport_sockets.raw_buffer', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer' } }

/** The SNI by which a sidecar or a gateway tells the service, port and subset of a mutual TLS connection. */
function serviceSni(parts: ClusterParts): string {
  return `outbound_.${parts.port.port}_.${parts.subset}_.${parts.service.hostname}`
}

/** Auto mTLS (istio-policies E4): TLS towards endpoints that take it, plain text to the others. */
export function autoMtlsSockets(parts: ClusterParts, context: ClusterContext, endpoints: readonly Endpoint[]): JsonObject {
  const { service } = parts
  const plain = service.resolution === 'headless' || service.resolution === 'none'
  if (!context.config.enableAutoMtls || service.meshExternal || plain) return {}
  return {
    transport_socket_matches: [
      { name: 'tlsMode-istio', match: { tlsMode: 'istio' }, transport_socket: mutual(parts, serviceSni(parts), identities(parts, context, endpoints)) },
      { name: 'tlsMode-disabled', match: {}, transport_socket: raw },
    ],
  }
}

/** The SPIFFE names of the endpoints' service accounts (Istio's service account SANs). */
function identities(parts: ClusterParts, context: ClusterContext, endpoints: readonly Endpoint[]): readonly string[] {
  const names = endpoints.flatMap((endpoint) => (endpoint.serviceAccount === undefined ? [] : [`spiffe://${context.config.trustDomain}/ns/${parts.service.namespace}/sa/${endpoint.serviceAccount}`]))
  return [...new Set(names)].sort(compareBytes)
}

function mutual(parts: ClusterParts, sni: string, sans: readonly string[] | undefined): JsonObject {
  const names: JsonObject = sans === undefined || sans.length === 0 ? {} : { match_subject_alt_names: sans.map((name) => ({ exact: name })) }
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': tlsType,
      common_tls_context: {
        tls_params: { tls_minimum_protocol_version: 'TLSv1_2', tls_maximum_protocol_version: 'TLSv1_3' },
        tls_certificate_sds_secret_configs: [{ name: 'default', sds_config: sds }],
        combined_validation_context: { default_validation_context: names, validation_context_sds_secret_config: { name: 'ROOTCA', sds_config: sds } },
        alpn_protocols: isHttp2(parts.port.protocol) ? ['istio', 'h2'] : ['istio'],
      },
      sni,
    },
  }
}

/** A DestinationRule's own TLS settings (istio-policies E4). */
export function upstreamTls(parts: ClusterParts, tls: Fields): JsonObject {
  const mode = tls.string('mode') ?? 'DISABLE'
  if (mode === 'DISABLE') return {}
  const written = tls.string('sni') ?? ''
  const sans = tls.strings('subjectAltNames')
  if (mode === 'ISTIO_MUTUAL') return { transport_socket: mutual(parts, written === '' ? serviceSni(parts) : written, sans) }
  const known = sans.length > 0 ? sans : parts.service.object.kind === 'ServiceEntry' ? parseServiceEntry(parts.service.object).value.subjectAltNames : []
  return {
    transport_socket: {
      name: 'envoy.transport_sockets.tls',
      typed_config: {
        '@type': tlsType,
        common_tls_context: { ...clientCertificate(tls, mode), ...trust(tls, known), ...(isHttp2(parts.port.protocol) ? { alpn_protocols: ['h2'] } : {}) },
        ...(written === '' ? {} : { sni: written }),
      },
    },
  }
}

function clientCertificate(tls: Fields, mode: string): JsonObject {
  if (mode !== 'MUTUAL') return {}
  const credential = tls.string('credentialName') ?? ''
  if (credential !== '') return { tls_certificate_sds_secret_configs: [{ name: `kubernetes://${credential}`, sds_config: ads }] }
  return { tls_certificate_sds_secret_configs: [{ name: `file-cert:${tls.string('clientCertificate') ?? ''}~${tls.string('privateKey') ?? ''}`, sds_config: sds }] }
}

function trust(tls: Fields, sans: readonly string[]): JsonObject {
  if (tls.bool('insecureSkipVerify') === true) return { validation_context: {} }
  const names: JsonObject = sans.length === 0 ? {} : { match_subject_alt_names: sans.map((name) => ({ exact: name })) }
  const credential = tls.string('credentialName') ?? ''
  const authority = tls.string('caCertificates') ?? ''
  const root = credential !== '' ? { name: `kubernetes://${credential}-cacert`, sds_config: ads } : { name: `file-root:${authority === '' ? 'system' : authority}`, sds_config: sds }
  return { combined_validation_context: { default_validation_context: names, validation_context_sds_secret_config: root } }
}
