import type { Json, JsonObject } from '@/lib/std/json'
import type { NamedConfig } from '../envoy/listener'
import type { ServerTls } from '../istio/parse-gateway'
import { namedConfig } from './listener-filters'

const ads: Json = { ads: {}, resource_api_version: 'V3' }
const localSds: Json = {
  api_config_source: { api_type: 'GRPC', transport_api_version: 'V3', grpc_services: [{ envoy_grpc: { cluster_name: 'sds-grpc' } }], set_node_on_first_message_only: true },
  initial_fetch_timeout: '0s',
  resource_api_version: 'V3',
}
const versions: Readonly<Record<string, string | undefined>> = { TLSV1_0: 'TLSv1_0', TLSV1_1: 'TLSv1_1', TLSV1_2: 'TLSv1_2', TLSV1_3: 'TLSv1_3' }

/** Istio's buildGatewayListenerTLSContext for a terminating server (SPEC LT1). */
export function downstreamTls(tls: ServerTls, kind: 'http' | 'tcp'): NamedConfig {
  const istioMutual = tls.mode === 'ISTIO_MUTUAL'
  const required = tls.mode === 'MUTUAL' || istioMutual
  const optional = tls.mode === 'OPTIONAL_MUTUAL'
  const alpn = kind === 'http' ? ['h2', 'http/1.1'] : istioMutual ? ['istio-peer-exchange', 'h2', 'http/1.1'] : []
  const common: JsonObject = {
    ...params(tls),
    tls_certificate_sds_secret_configs: certificates(tls),
    ...validation(tls, required || optional),
    ...(alpn.length === 0 ? {} : { alpn_protocols: alpn }),
  }
  return namedConfig('envoy.transport_sockets.tls', 'transport_sockets.tls.v3.DownstreamTlsContext', { common_tls_context: common, require_client_certificate: required })
}

function params(tls: ServerTls): JsonObject {
  const [min, max] = [versions[tls.minProtocolVersion], versions[tls.maxProtocolVersion]]
  if (min === undefined && max === undefined && tls.cipherSuites.length === 0) return {}
  return { tls_params: { ...(min === undefined ? {} : { tls_minimum_protocol_version: min }), ...(max === undefined ? {} : { tls_maximum_protocol_version: max }), ...(tls.cipherSuites.length === 0 ? {} : { cipher_suites: [...tls.cipherSuites] }) } }
}

function certificates(tls: ServerTls): Json {
  if (tls.mode === 'ISTIO_MUTUAL') return [{ name: 'default', sds_config: localSds }]
  const names = tls.credentialNames.length > 0 ? tls.credentialNames : tls.credentialName === '' ? [] : [tls.credentialName]
  if (names.length > 0) return names.map((name) => ({ name: credentialResource(name), sds_config: ads }))
  const pairs = tls.tlsCertificates.length > 0 ? tls.tlsCertificates : [{ serverCertificate: tls.serverCertificate, privateKey: tls.privateKey }]
  return pairs.map((pair) => ({ name: `file-cert:${pair.serverCertificate}~${pair.privateKey}`, sds_config: localSds }))
}

function validation(tls: ServerTls, client: boolean): JsonObject {
  const sans: JsonObject = tls.subjectAltNames.length === 0 ? {} : { match_subject_alt_names: tls.subjectAltNames.map(sanMatcher) }
  if (tls.mode === 'ISTIO_MUTUAL') return { combined_validation_context: { default_validation_context: sans, validation_context_sds_secret_config: { name: 'ROOTCA', sds_config: localSds } } }
  if (!client) return {}
  const pins: JsonObject = {
    ...sans,
    ...(tls.verifyCertificateSpki.length === 0 ? {} : { verify_certificate_spki: [...tls.verifyCertificateSpki] }),
    ...(tls.verifyCertificateHash.length === 0 ? {} : { verify_certificate_hash: [...tls.verifyCertificateHash] }),
  }
  const [named] = tls.credentialNames.length > 0 ? tls.credentialNames : [tls.credentialName]
  if (named !== undefined && named !== '') return { combined_validation_context: { default_validation_context: pins, validation_context_sds_secret_config: { name: `${credentialResource(named)}-cacert`, sds_config: ads } } }
  if (tls.caCertificates === '') return Object.keys(pins).length === 0 ? {} : { validation_context: pins }
  return { combined_validation_context: { default_validation_context: pins, validation_context_sds_secret_config: { name: `file-root:${tls.caCertificates}`, sds_config: localSds } } }
}

function sanMatcher(name: string): Json {
  if (name.startsWith('*')) return { suffix: name.slice(1) }
  return name.endsWith('*') ? { prefix: name.slice(0, -1) } : { exact: name }
}

function credentialResource(name: string): string {
  return name.startsWith('kubernetes-gateway://') || name.startsWith('builtin://') || name.startsWith('configmap://') ? name : `kubernetes://${name}`
}
