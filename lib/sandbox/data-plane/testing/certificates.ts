import 'reflect-metadata'
import { BasicConstraintsExtension, PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509'
import type { X509Certificate } from '@peculiar/x509'

/** A key pair with its certificate, as PEM. */
export interface TestCertificate {
  readonly certificate: string
  readonly key: string
  readonly sign: { readonly certificate: X509Certificate; readonly keys: CryptoKeyPair }
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** A certificate for DNS names and URIs, signed by `issuer` or by itself. */
export async function makeCertificate(options: { readonly name: string; readonly dns?: readonly string[]; readonly uris?: readonly string[]; readonly issuer?: TestCertificate; readonly authority?: boolean }): Promise<TestCertificate> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const names = [...(options.dns ?? []).map((value) => ({ type: 'dns' as const, value })), ...(options.uris ?? []).map((value) => ({ type: 'url' as const, value }))]
  const certificate = await X509CertificateGenerator.create({
    serialNumber: '01', subject: `CN=${options.name}`, issuer: options.issuer?.sign.certificate.subject ?? `CN=${options.name}`,
    notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 86_400_000 * 30),
    signingAlgorithm: algorithm, publicKey: keys.publicKey, signingKey: options.issuer?.sign.keys.privateKey ?? keys.privateKey,
    extensions: [new BasicConstraintsExtension(options.authority === true), ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)])],
  })
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { certificate: certificate.toString('pem'), key: PemConverter.encode(pkcs8, 'PRIVATE KEY'), sign: { certificate, keys } }
}
