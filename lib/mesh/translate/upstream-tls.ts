import { compareBytes } from '@/lib/std/compare-bytes'
import type { Json, JsonObject } from '@/lib/std/json'
import type { Fields } from '../istio/read'
import { isForwardProxy, type ClusterContext, type ClusterParts } from './cluster-parts'
import { authoritySecret, credentialSecret, fileSecret, workloadSecret } from './sds'
import { endpointAccounts, type Endpoint } from './endpoints'
import { enabled } from './features'
import { upstreamProtocol } from './http-protocol-options'
import type { MeshService } from './mesh-service'
import { mutualTlsMode } from './peer-authentication'
import type { EffectivePolicy } from './traffic-policy'

const tlsType = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext'
const raw: JsonObject = { name: 'envoy.transport_sockets.raw_buffer', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer' } }

const takesMutual: JsonObject = { tlsMode: 'istio' }
const plainMatch: JsonObject = { name: 'tlsMode-disabled', match: {}, transport_socket: raw }

/** What TLS makes of a cluster: its sockets, and what it adds to the HTTP options. */
export interface UpstreamSockets {
  readonly sockets: JsonObject
  readonly upstreamOptions: JsonObject
  /** A forward proxy that does not check all of what it could must be told that this is meant. */
  readonly insecure: boolean
}

const unchanged = { upstreamOptions: {}, insecure: false } as const

interface SocketInput {
  readonly parts: ClusterParts
  readonly policy: EffectivePolicy
  readonly context: ClusterContext
  /** Endpoints of the service's port, without regard to the subset. */
  readonly endpoints: () => readonly Endpoint[]
  readonly originalDestination: boolean
}

/** Istio's buildUpstreamTLSSettings and applyUpstreamTLSSettings, then the PROXY protocol around them (SPEC CL4). */
export function upstreamSockets(input: SocketInput): UpstreamSockets {
  const { tls } = input.policy
  const mode = tls?.string('mode') ?? 'DISABLE'
  const made = tls ? ruleSockets(input, tls, mode) : autoMtls(input)
  return { ...made, sockets: proxied(made.sockets, input.policy.proxyProtocol) }
}

function ruleSockets(input: SocketInput, tls: Fields, mode: string): UpstreamSockets {
  const sni = tls.string('sni') ?? ''
  const sans = tls.strings('subjectAltNames')
  const insecure = tls.bool('insecureSkipVerify') === true
  const automatic = autoValidation({ forward: isForwardProxy(input.parts), sni, sans, insecure })
  if (mode === 'ISTIO_MUTUAL') return { sockets: { transport_socket: mutual(input, sni === '' ? serviceSni(input.parts) : sni, sans.length === 0 ? identities(input) : sans) }, ...(isForwardProxy(input.parts) ? automatic : unchanged) }
  if (mode !== 'SIMPLE' && mode !== 'MUTUAL') return { sockets: {}, ...unchanged }
  const certificate = mode === 'MUTUAL' ? clientCertificate(tls) : {}
  if (certificate === undefined) return { sockets: {}, ...automatic }
  const known = sans.length > 0 ? sans : input.parts.service.object.kind === 'ServiceEntry' ? identities(input) : []
  const socket: JsonObject = {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': tlsType,
      common_tls_context: { tls_params: params(input.context), ...certificate, ...trust(tls, known, insecure), ...(isHttp2(input) ? { alpn_protocols: ['h2'] } : {}) },
      ...(sni === '' ? {} : { sni }),
    },
  }
  return { sockets: { transport_socket: socket }, ...automatic }
}

/** Istio's setAutoSniAndAutoSanValidation: Envoy takes the SNI from the request, and checks the certificate against it. */
function autoValidation(at: { readonly forward: boolean; readonly sni: string; readonly sans: readonly string[]; readonly insecure: boolean }): Omit<UpstreamSockets, 'sockets'> {
  const named = at.sni === ''
  const checked = (at.forward || (named && at.sans.length === 0)) && !at.insecure
  return { upstreamOptions: { ...(named ? { auto_sni: true } : {}), ...(checked ? { auto_san_validation: true } : {}) }, insecure: at.forward && !(named && checked) }
}

function params(context: ClusterContext): Json {
  const defaults = context.config.fields.object('tlsDefaults')
  const [curves, ciphers] = [defaults?.strings('ecdhCurves') ?? [], defaults?.strings('cipherSuites') ?? []]
  return { tls_minimum_protocol_version: 'TLSv1_2', tls_maximum_protocol_version: 'TLSv1_3', ...(ciphers.length === 0 ? {} : { cipher_suites: ciphers }), ...(curves.length === 0 ? {} : { ecdh_curves: curves }) }
}

/** The SNI by which a sidecar or a gateway tells the service, port and subset of a mutual TLS connection; '' for a forward proxy, which has no one service. */
function serviceSni(parts: ClusterParts): string {
  if (isForwardProxy(parts)) return ''
  return `outbound_.${parts.port.port}_.${parts.subset}_.${parts.service.hostname}`
}

/** Auto mTLS (istio-policies E4): TLS towards endpoints that take it, plain text to the others. */
function autoMtls(input: SocketInput): UpstreamSockets {
  const { service } = input.parts
  const none = { sockets: {}, ...unchanged }
  if (!input.context.config.enableAutoMtls || service.meshExternal) return none
  const direct = service.resolution === 'headless' || service.resolution === 'none' || input.parts.passthrough
  const behind = direct ? input.endpoints() : []
  if (direct && (behind.length === 0 || behind.some((endpoint) => endpoint.tlsMode === 'disabled'))) return none
  if (mutualTlsMode(input.context.snapshot, service.namespace, input.context.config) === 'DISABLE') return none
  const socket = mutual(input, serviceSni(input.parts), identities(input))
  const options = isForwardProxy(input.parts) ? autoValidation({ forward: true, sni: '', sans: [], insecure: false }) : unchanged
  if (input.originalDestination) return { sockets: { transport_socket: socket }, ...options }
  return { sockets: { transport_socket_matches: [{ name: 'tlsMode-istio', match: takesMutual, transport_socket: socket }, plainMatch] }, ...options }
}

/** The SPIFFE names that the service's endpoints may present, in every trust domain of the mesh (Istio's addServiceAccounts: of services that share a hostname the endpoints' together, what is written only of the youngest); none for a forward proxy. */
function identities({ parts, context }: SocketInput): readonly string[] {
  if (isForwardProxy(parts)) return []
  const known = accounts.get(context) ?? new Map<MeshService, readonly string[]>()
  accounts.set(context, known)
  const found = known.get(parts.service) ?? accountsOf(parts.service, context)
  known.set(parts.service, found)
  return found
}

const accounts = new WeakMap<ClusterContext, Map<MeshService, readonly string[]>>()

function accountsOf(of: MeshService, context: ClusterContext): readonly string[] {
  const sharers = of.sharers ?? [of]
  const names = new Set(sharers.at(-1)?.serviceAccounts)
  for (const service of sharers) for (const account of endpointAccounts(context.snapshot, service)) names.add(`spiffe://${context.config.trustDomain}/ns/${service.namespace}/sa/${account}`)
  for (const name of [...names]) {
    if (!name.startsWith('spiffe://')) continue
    const slash = name.indexOf('/', 'spiffe://'.length)
    if (slash > 0) for (const alias of context.config.trustDomainAliases) names.add(`spiffe://${alias}${name.slice(slash)}`)
  }
  return [...names].sort(compareBytes)
}

function isHttp2(input: SocketInput): boolean {
  return upstreamProtocol(input.parts.port, { ...input.policy, pool: input.policy.pool }, input.context.config) === 'http2'
}

/** Parts that are the same in the cluster of every service are one object: a mesh of 10,000 services has them 50,000 times. */
const mutualParams: JsonObject = { tls_minimum_protocol_version: 'TLSv1_2', tls_maximum_protocol_version: 'TLSv1_3' }
const mutualCertificates: Json = [workloadSecret('default')]
const protocols = {
  plain: { http1: ['istio'], http2: ['istio', 'h2'] },
  exchanging: { http1: ['istio-peer-exchange', 'istio'], http2: ['istio-peer-exchange', 'istio', 'h2'] },
} as const

function mutualContext(alpn: Json, names: JsonObject): JsonObject {
  return {
    tls_params: mutualParams,
    tls_certificate_sds_secret_configs: mutualCertificates,
    combined_validation_context: { default_validation_context: names, validation_context_sds_secret_config: workloadSecret('ROOTCA') },
    alpn_protocols: alpn,
  }
}

const nameless = new Map<Json, JsonObject>([...Object.values(protocols.plain), ...Object.values(protocols.exchanging)].map((alpn) => [alpn, mutualContext(alpn, {})]))

function mutual(input: SocketInput, sni: string, sans: readonly string[]): JsonObject {
  const exchange = enabled(input.context.features, 'PILOT_ENABLE_METADATA_EXCHANGE') && !enabled(input.context.features, 'PILOT_DISABLE_MX_ALPN')
  const alpn = protocols[exchange ? 'exchanging' : 'plain'][isHttp2(input) ? 'http2' : 'http1']
  const shared = sans.length === 0 ? nameless.get(alpn) : undefined
  const common = shared ?? mutualContext(alpn, { match_subject_alt_names: sans.map((name) => ({ exact: name })) })
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: { '@type': tlsType, common_tls_context: common, ...(sni === '' ? {} : { sni }) },
  }
}

/** undefined: MUTUAL without its files, for which Istio makes no TLS at all. */
function clientCertificate(tls: Fields): JsonObject | undefined {
  const credential = tls.string('credentialName') ?? ''
  if (credential !== '') return { tls_certificate_sds_secret_configs: [credentialSecret(credential)] }
  const [certificate, key] = [tls.string('clientCertificate') ?? '', tls.string('privateKey') ?? '']
  return certificate === '' || key === '' ? undefined : { tls_certificate_sds_secret_configs: [fileSecret(`file-cert:${certificate}~${key}`)] }
}

function trust(tls: Fields, sans: readonly string[], insecure: boolean): JsonObject {
  const credential = tls.string('credentialName') ?? ''
  if (insecure) return credential === '' ? { validation_context: {} } : {}
  const crl = tls.string('caCrl') ?? ''
  const checks: JsonObject = { ...(sans.length === 0 ? {} : { match_subject_alt_names: sans.map((name) => ({ exact: name })) }), ...(crl === '' || credential !== '' ? {} : { crl: { filename: crl } }) }
  const authority = tls.string('caCertificates') ?? ''
  const root = credential === '' ? fileSecret(`file-root:${authority === '' ? 'system' : authority}`) : authoritySecret(credential)
  return { combined_validation_context: { default_validation_context: checks, validation_context_sds_secret_config: root } }
}

/** Istio's applyUpstreamProxyProtocol: the header goes around whatever socket there is. */
function proxied(sockets: JsonObject, settings: Fields | undefined): JsonObject {
  if (!settings) return sockets
  const version: JsonObject = settings.string('version') === 'V2' ? { version: 'V2' } : {}
  const wrap = (inner: Json): Json => ({
    name: 'envoy.transport_sockets.upstream_proxy_protocol',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport', config: version, transport_socket: inner },
  })
  const { transport_socket: single, transport_socket_matches: matches } = sockets
  if (single !== undefined) return { transport_socket: wrap(single) }
  if (!Array.isArray(matches)) return { transport_socket: wrap({ ...raw, name: 'raw_buffer' }) }
  return { transport_socket_matches: matches.map((match): Json => (typeof match === 'object' && match !== null && 'transport_socket' in match ? { ...match, transport_socket: wrap(match.transport_socket ?? raw) } : match)) }
}
