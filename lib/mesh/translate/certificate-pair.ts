import { derChildren, derElement, type DerElement } from './der'
import { pemBlocks } from './pem'

/**
 * Whether PEM texts are a certificate and its key, as far as their form tells (Go's tls.X509KeyPair): the first certificate
 * and the first key are whole, and the key holds the certificate's public key where keys of its kind do. Signatures,
 * names and dates are not looked at, nor are they there.
 */
export function isCertificatePair(certificates: string, key: string): boolean {
  const certificate = pemBlocks(certificates, isCertificate)[0]
  const secret = pemBlocks(key, (type) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'))[0]
  const known = certificate === undefined ? undefined : publicKeyOf(certificate)
  if (known === undefined || secret === undefined || wholeSequence(secret) === undefined) return false
  return known.bytes === '' || secret.includes(known.bytes) || (known.kind === 'curve' && !holdsPoint(secret, known.bytes.length))
}

/** Whether a PEM text holds a certificate that can be read (Go's CertPool.AppendCertsFromPEM). */
export function holdsAnyCertificate(text: string): boolean {
  return pemBlocks(text, isCertificate).some((block) => publicKeyOf(block) !== undefined)
}

function isCertificate(type: string): boolean {
  return type === 'CERTIFICATE'
}

interface PublicKey {
  readonly kind: 'rsa' | 'curve' | 'other'
  /** What the private key must hold too: RSA's two numbers, a curve's point; '' where it need not. */
  readonly bytes: string
}

const [sequence, bitString, version] = [0x30, 0x03, 0xa0]
const rsa = '\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01'
const curve = '\x2a\x86\x48\xce\x3d\x02\x01'

/** The public key inside a certificate (RFC 5280, 4.1); undefined for bytes that are none. */
function publicKeyOf(der: string): PublicKey | undefined {
  const whole = wholeSequence(der)
  const [signed] = (whole && derChildren(der, whole)) ?? []
  const fields = signed?.tag === sequence ? derChildren(der, signed) : undefined
  const info = fields?.[fields[0]?.tag === version ? 6 : 5]
  const [algorithm, key] = (info?.tag === sequence ? derChildren(der, info) : undefined) ?? []
  if (algorithm?.tag !== sequence || key?.tag !== bitString) return undefined
  const bytes = der.slice(key.start + 1, key.end)
  const name = der.slice(algorithm.start, algorithm.end)
  if (name.includes(rsa)) {
    const numbers = wholeSequence(bytes)
    return numbers && { kind: 'rsa', bytes: bytes.slice(numbers.start, numbers.end) }
  }
  return name.includes(curve) ? { kind: 'curve', bytes } : { kind: 'other', bytes: '' }
}

function wholeSequence(der: string): DerElement | undefined {
  const whole = derElement(der, 0)
  return whole?.tag === sequence && whole.end === der.length ? whole : undefined
}

/** Whether a key says its own public point, of this length (RFC 5915: it may be left out). */
function holdsPoint(secret: string, length: number): boolean {
  return secret.includes(`\x03${String.fromCharCode(length + 1)}\x00\x04`)
}
