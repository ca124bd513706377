import type { Json, JsonObject } from '@/lib/std/json'
import type { NamedConfig } from '../envoy/listener'
import type { ServerTls } from '../istio/parse-gateway'
import type { MeshConfig } from '../istio/mesh-config'
import { namedConfig } from './listener-filters'
import { credentialSecret, credentialSource, fileSecret, workloadSecret } from './sds'

const versions: Readonly<Record<string, string | undefined>> = { TLSV1_0: 'TLSv1_0', TLSV1_1: 'TLSv1_1', TLSV1_2: 'TLSv1_2', TLSV1_3: 'TLSv1_3' }

/** Istio's buildGatewayListenerTLSContext for a terminating server (SPEC LT1). */
export function downstreamTls(tls: ServerTls, kind: 'http' | 'tcp', config: MeshConfig): NamedConfig {
  const istioMutual = tls.mode === 'ISTIO_MUTUAL'
  const required = tls.mode === 'MUTUAL' || istioMutual
  const optional = tls.mode === 'OPTIONAL_MUTUAL'
  const alpn = kind === 'tcp' && istioMutual ? ['istio-peer-exchange', 'h2', 'http/1.1'] : ['h2', 'http/1.1']
  const common: JsonObject = {
    ...params(tls, config),
    tls_certificate_sds_secret_configs: certificates(tls),
    ...validation(tls, required || optional),
    alpn_protocols: alpn,
  }
  return namedConfig('envoy.transport_sockets.tls', 'transport_sockets.tls.v3.DownstreamTlsContext', { common_tls_context: common, require_client_certificate: required })
}

const validCiphers: ReadonlySet<string> = new Set([
  'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA', 'ECDHE-RSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA', 'ECDHE-RSA-AES256-SHA', 'AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'AES128-SHA', 'AES256-SHA', 'DES-CBC3-SHA',
])

/** The mesh's TLS defaults under the server's own settings; ISTIO_MUTUAL takes neither. */
function params(tls: ServerTls, config: MeshConfig): JsonObject {
  if (tls.mode === 'ISTIO_MUTUAL') return {}
  const defaults = config.fields.object('tlsDefaults')
  const own = [...new Set(tls.cipherSuites)].filter((suite) => validCiphers.has(suite))
  const ciphers = own.length > 0 ? own : (defaults?.strings('cipherSuites') ?? [])
  const curves = defaults?.strings('ecdhCurves') ?? []
  const [min, max] = [versions[tls.minProtocolVersion] ?? meshVersions[defaults?.string('minProtocolVersion') ?? ''], versions[tls.maxProtocolVersion]]
  if (min === undefined && max === undefined && ciphers.length === 0 && curves.length === 0) return {}
  return { tls_params: { ...(min === undefined ? {} : { tls_minimum_protocol_version: min }), ...(max === undefined ? {} : { tls_maximum_protocol_version: max }), ...(ciphers.length === 0 ? {} : { cipher_suites: [...ciphers] }), ...(curves.length === 0 ? {} : { ecdh_curves: [...curves] }) } }
}

const meshVersions: Readonly<Record<string, string | undefined>> = { TLSV1_2: 'TLSv1_2', TLSV1_3: 'TLSv1_3' }

function credentials(tls: ServerTls): readonly string[] {
  return tls.credentialNames.length > 0 ? tls.credentialNames : tls.credentialName === '' ? [] : [tls.credentialName]
}

function certificates(tls: ServerTls): Json {
  if (tls.mode === 'ISTIO_MUTUAL') return [workloadSecret('default')]
  const names = credentials(tls)
  if (names.length > 0) return names.map(credentialSecret)
  const pairs = tls.tlsCertificates.length > 0 ? tls.tlsCertificates : [{ serverCertificate: tls.serverCertificate, privateKey: tls.privateKey }]
  return pairs.map((pair) => (pair.serverCertificate === '' || pair.privateKey === '' ? workloadSecret('default') : fileSecret(`file-cert:${pair.serverCertificate}~${pair.privateKey}`)))
}

function validation(tls: ServerTls, client: boolean): JsonObject {
  const sans: JsonObject = tls.subjectAltNames.length === 0 ? {} : { match_subject_alt_names: tls.subjectAltNames.map((name) => ({ exact: name })) }
  const untrusted: JsonObject = tls.insecureSkipVerify ? { trust_chain_verification: 'ACCEPT_UNTRUSTED' } : {}
  const [named] = credentials(tls)
  if (tls.mode !== 'ISTIO_MUTUAL' && named !== undefined) {
    if (!client) return Object.keys(sans).length === 0 ? {} : { validation_context: sans }
    const pins: JsonObject = {
      ...sans,
      ...(tls.verifyCertificateSpki.length === 0 ? {} : { verify_certificate_spki: [...tls.verifyCertificateSpki] }),
      ...(tls.verifyCertificateHash.length === 0 ? {} : { verify_certificate_hash: [...tls.verifyCertificateHash] }),
      ...untrusted,
    }
    const authority = tls.caCertCredentialName === '' ? credentialSecret(`${named}-cacert`) : credentialSecret(tls.caCertCredentialName)
    return { combined_validation_context: { default_validation_context: pins, validation_context_sds_secret_config: { name: authority.name, sds_config: credentialSource } } }
  }
  if (!client) return {}
  const checks: JsonObject = { ...sans, ...(tls.caCrl === '' ? {} : { crl: { filename: tls.caCrl } }), ...untrusted }
  const root = tls.mode === 'ISTIO_MUTUAL' || tls.caCertificates === '' ? workloadSecret('ROOTCA') : fileSecret(`file-root:${tls.caCertificates}`)
  return { combined_validation_context: { default_validation_context: checks, validation_context_sds_secret_config: root } }
}
