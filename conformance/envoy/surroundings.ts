import { createSign, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { makeCertificate } from '@/lib/sandbox/data-plane/testing/certificates'
import type { JsonObject } from '@/lib/std/json'

/** Certificates that a client may show. */
export interface ClientCertificates {
  readonly good: { readonly cert: string; readonly key: string }
  readonly bad: { readonly cert: string; readonly key: string }
}

/** What requests need besides an Envoy: an upstream that remembers what it was sent, certificates, a key for tokens. */
export interface Surroundings {
  readonly upstreamPort: number
  /** The listeners' own certificate, and the authority that they trust. */
  readonly server: { readonly chain: string; readonly key: string; readonly trusted: string }
  readonly clients: ClientCertificates
  /** Keys that verify the tokens, as a JWKS. */
  readonly jwks: string
  /** A token with these claims. */
  sign(claims: JsonObject): string
  /** The headers that came to the upstream with this x-judge-id. */
  received(id: string): readonly string[] | undefined
  /** Forgets all headers that came. */
  forget(): void
  close(): void
}

/** What simulate and the probes know of the good client certificate. */
export const clientNames = ['spiffe://cluster.local/ns/shop/sa/web', 'client.example.com', 'CN=client'] as const

/** The headers that the upstream puts into every answer. */
export const upstreamResponse: readonly (readonly [string, string])[] = [['x-up', 'one'], ['x-up-too', 'two']]

/** Starts what requests need. */
export async function startSurroundings(): Promise<Surroundings> {
  const seen = new Map<string, readonly string[]>()
  const upstream = createServer((incoming, reply) => {
    seen.set(String(incoming.headers['x-judge-id']), incoming.rawHeaders.flatMap((name, index) => index % 2 === 0 ? [`${name.toLowerCase()}: ${incoming.rawHeaders[index + 1] ?? ''}`] : []))
    reply.writeHead(200, [['content-length', '0'], ...upstreamResponse].flat()).end()
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const address = upstream.address()
  const [server, trusted, stranger] = await Promise.all([makeCertificate({ name: 'gateway', dns: ['shop.example.com'] }), makeCertificate({ name: 'trusted', authority: true }), makeCertificate({ name: 'stranger', authority: true })])
  const client = (issuer: typeof trusted) => makeCertificate({ name: 'client', uris: [clientNames[0]], dns: [clientNames[1]], issuer })
  const [good, bad] = await Promise.all([client(trusted), client(stranger)])
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    upstreamPort: typeof address === 'object' && address !== null ? address.port : 0,
    server: { chain: server.certificate, key: server.key, trusted: trusted.certificate },
    clients: { good: { cert: good.certificate, key: good.key }, bad: { cert: bad.certificate, key: bad.key } },
    jwks: JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'probe', alg: 'ES256', use: 'sig' }] }),
    sign(claims) {
      const text = [{ alg: 'ES256', kid: 'probe', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
      return `${text}.${createSign('sha256').update(text).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
    },
    received: (id) => seen.get(id),
    forget: () => seen.clear(),
    close() {
      upstream.close()
      upstream.closeAllConnections()
    },
  }
}
