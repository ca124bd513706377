import { memoParse } from './memo-parse'
import type { Fields } from './read'

/** networking.istio.io Gateway `spec`. */
export interface GatewaySpec {
  /** undefined: no selector at all, which selects every gateway workload. */
  readonly selector: Readonly<Record<string, string>> | undefined
  /** Those that have a port: istiod passes over one without. */
  readonly servers: readonly GatewayServer[]
}

/** One server of a Gateway. `path` is its field in the object. */
export interface GatewayServer {
  readonly path: string
  readonly name: string
  readonly bind: string
  readonly port: { readonly number: number; readonly name: string; readonly protocol: string }
  readonly hosts: readonly string[]
  readonly tls: ServerTls | undefined
}

/** The `tls` block of a server. */
export interface ServerTls {
  readonly httpsRedirect: boolean
  readonly mode: string
  readonly credentialName: string
  readonly credentialNames: readonly string[]
  readonly serverCertificate: string
  readonly privateKey: string
  readonly caCertificates: string
  readonly caCertCredentialName: string
  readonly caCrl: string
  readonly insecureSkipVerify: boolean
  readonly tlsCertificates: readonly { readonly serverCertificate: string; readonly privateKey: string }[]
  readonly subjectAltNames: readonly string[]
  readonly verifyCertificateSpki: readonly string[]
  readonly verifyCertificateHash: readonly string[]
  readonly minProtocolVersion: string
  readonly maxProtocolVersion: string
  readonly cipherSuites: readonly string[]
}

/** Parses a Gateway (memoised on the object). */
export const parseGateway = memoParse((spec): GatewaySpec => ({
  selector: spec.has('selector') ? spec.stringMap('selector') : undefined,
  servers: spec.objects('servers').filter((server) => server.object('port') !== undefined).map(readServer),
}))

function readServer(server: Fields): GatewayServer {
  const port = server.object('port')
  const tls = server.object('tls')
  return {
    path: server.path,
    name: server.string('name') ?? '',
    bind: server.string('bind') ?? '',
    port: { number: port?.int('number') ?? 0, name: port?.string('name') ?? '', protocol: port?.string('protocol') ?? '' },
    hosts: server.strings('hosts'),
    tls: tls && readTls(tls),
  }
}

function readTls(tls: Fields): ServerTls {
  return {
    httpsRedirect: tls.bool('httpsRedirect') ?? false,
    mode: tls.string('mode') ?? 'PASSTHROUGH',
    credentialName: tls.string('credentialName') ?? '',
    credentialNames: tls.strings('credentialNames'),
    serverCertificate: tls.string('serverCertificate') ?? '',
    privateKey: tls.string('privateKey') ?? '',
    caCertificates: tls.string('caCertificates') ?? '',
    caCertCredentialName: tls.string('caCertCredentialName') ?? '',
    caCrl: tls.string('caCrl') ?? '',
    insecureSkipVerify: tls.bool('insecureSkipVerify') ?? false,
    tlsCertificates: tls.objects('tlsCertificates').map((pair) => ({ serverCertificate: pair.string('serverCertificate') ?? '', privateKey: pair.string('privateKey') ?? '' })),
    subjectAltNames: tls.strings('subjectAltNames'),
    verifyCertificateSpki: tls.strings('verifyCertificateSpki'),
    verifyCertificateHash: tls.strings('verifyCertificateHash'),
    minProtocolVersion: tls.string('minProtocolVersion') ?? 'TLS_AUTO',
    maxProtocolVersion: tls.string('maxProtocolVersion') ?? 'TLS_AUTO',
    cipherSuites: tls.strings('cipherSuites'),
  }
}
