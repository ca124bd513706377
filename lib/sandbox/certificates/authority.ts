import 'reflect-metadata'
import * as x509 from '@peculiar/x509'

/** A certificate with its key, both PEM. */
export interface KeyPair {
  readonly certificate: string
  readonly key: string
}

/** A certificate authority of the sandbox. */
export interface Authority {
  readonly certificate: string
  /** Issues a leaf for DNS names and IP addresses, valid from `notBefore` to `notAfter`. */
  issue(names: readonly string[], valid: { readonly notBefore: Date; readonly notAfter: Date }): Promise<KeyPair>
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** Makes an authority of its own; nothing outside the sandbox trusts it. */
export async function createAuthority(name: string, now: Date): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(), name: `CN=${name}`, notBefore: now, notAfter: new Date(now.getTime() + 3650 * 86_400_000), signingAlgorithm: algorithm, keys,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true)],
  })
  return {
    certificate: root.toString('pem'),
    async issue(names, valid) {
      const leaf = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: serial(), subject: `CN=${names[0] ?? name}`, issuer: root.subject, ...valid, signingAlgorithm: algorithm, publicKey: leaf.publicKey, signingKey: keys.privateKey,
        extensions: [
          new x509.BasicConstraintsExtension(false),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
          new x509.SubjectAlternativeNameExtension(names.map((value): x509.JsonGeneralName => ({ type: /^[0-9.]+$|:/.test(value) ? 'ip' : 'dns', value }))),
        ],
      })
      const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', leaf.privateKey)).toString('base64').replaceAll(/(.{64})/g, '$1\n')
      return { certificate: `${certificate.toString('pem')}\n`, key: `-----BEGIN PRIVATE KEY-----\n${key.trimEnd()}\n-----END PRIVATE KEY-----\n` }
    },
  }
}

function serial(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString('hex').replace(/^[89a-f]/, '1')
}
