import { listOf, objectOf, optionalObject, stringOf, stringsOf } from '@/lib/mesh/simulate/read'
import type { JsonObject } from '@/lib/std/json'
import type { TlsSecret } from '../gateway-runtime'

/** Certificates and authorities of one TLS context, as PEM. */
export interface TlsMaterial {
  readonly certificates: readonly { readonly chain: string; readonly key: string }[]
  /** Undefined: peers are not checked against authorities. */
  readonly trustedCa: string | undefined
  readonly protocols: readonly string[]
  readonly minimumVersion: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'
  readonly maximumVersion: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'
}

/** Where certificates come from: SDS secrets by name, and files by path. */
export interface SecretSource {
  readonly secret: (name: string) => TlsSecret | undefined
  readonly readFile: (path: string) => string | undefined
}

/** The material of a CommonTlsContext. Secrets that are not there are left out; a context without a certificate cannot shake hands. */
export function tlsMaterial(common: JsonObject, source: SecretSource): TlsMaterial {
  const inline = listOf(common.tls_certificates).map((item) => pair(objectOf(item), source))
  const named = listOf(common.tls_certificate_sds_secret_configs).map((item) => namedPair(stringOf(objectOf(item).name) ?? '', source))
  const parameters = objectOf(common.tls_params)
  return {
    certificates: [...inline, ...named].flatMap((item) => (item === undefined ? [] : [item])),
    trustedCa: trustedCa(common, source),
    protocols: stringsOf(common.alpn_protocols),
    minimumVersion: version(parameters.tls_minimum_protocol_version, 'TLSv1.2'),
    maximumVersion: version(parameters.tls_maximum_protocol_version, 'TLSv1.3'),
  }
}

function pair(certificate: JsonObject, source: SecretSource): { chain: string; key: string } | undefined {
  const chain = dataSource(certificate.certificate_chain, source)
  const key = dataSource(certificate.private_key, source)
  return chain === undefined || key === undefined ? undefined : { chain, key }
}

/** A secret by its SDS name; `file-cert:<chain>~<key>` is what Istio calls a pair of files. */
function namedPair(name: string, source: SecretSource): { chain: string; key: string } | undefined {
  const secret = source.secret(name)
  if (secret?.certificateChain !== undefined && secret.privateKey !== undefined) return { chain: secret.certificateChain, key: secret.privateKey }
  if (!name.startsWith('file-cert:')) return undefined
  const [chainPath, keyPath] = name.slice('file-cert:'.length).split('~')
  const chain = source.readFile(chainPath ?? '')
  const key = source.readFile(keyPath ?? '')
  return chain === undefined || key === undefined ? undefined : { chain, key }
}

function trustedCa(common: JsonObject, source: SecretSource): string | undefined {
  const combined = objectOf(common.combined_validation_context)
  const direct = optionalObject(common.validation_context) ?? objectOf(combined.default_validation_context)
  const named = stringOf(objectOf(common.validation_context_sds_secret_config ?? combined.validation_context_sds_secret_config).name)
  return dataSource(direct.trusted_ca, source) ?? (named === undefined ? undefined : namedCa(named, source))
}

function namedCa(name: string, source: SecretSource): string | undefined {
  const secret = source.secret(name)
  if (secret !== undefined) return secret.trustedCa ?? secret.certificateChain
  return name.startsWith('file-root:') ? source.readFile(name.slice('file-root:'.length)) : undefined
}

function dataSource(value: unknown, source: SecretSource): string | undefined {
  const data = objectOf(value)
  const file = stringOf(data.filename)
  if (file !== undefined) return source.readFile(file)
  const bytes = stringOf(data.inline_bytes)
  return stringOf(data.inline_string) ?? (bytes === undefined ? undefined : Buffer.from(bytes, 'base64').toString('utf8'))
}

const versions = { TLSv1_0: 'TLSv1', TLSv1_1: 'TLSv1.1', TLSv1_2: 'TLSv1.2', TLSv1_3: 'TLSv1.3' } as const

function version(value: unknown, otherwise: TlsMaterial['minimumVersion']): TlsMaterial['minimumVersion'] {
  if (value === 'TLSv1_0' || value === 'TLSv1_1' || value === 'TLSv1_2' || value === 'TLSv1_3') return versions[value]
  return otherwise
}
