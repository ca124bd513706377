import { createSign, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { networkInterfaces } from 'node:os'
import { z } from 'zod'
import { makeCertificate } from '@/lib/sandbox/data-plane/testing/certificates'
import type { JsonObject } from '@/lib/std/json'
import { waitFor } from '../process/wait-for'
import type { ProbeAnswer, ProbeCase, ProbeRequest } from './probe-case'
import type { ProbePlace } from './probe-configuration'
import { sendRaw, type RawAnswer } from './raw-client'

/** What probes need besides an Envoy: an upstream that remembers what it was sent, certificates, a key for tokens. */
export interface ProbeSurroundings {
  readonly upstreamPort: number
  readonly place: Omit<ProbePlace, 'port' | 'logFile'>
  /** Sends all requests of all probes, and pairs them with the decisions in the log. */
  ask(probes: readonly ProbeCase[], portOf: (name: string) => number | undefined, log: () => string): Promise<Record<string, (ProbeAnswer | null)[]>>
  close(): void
}

/** What simulate and the probes know of the good client certificate. */
export const clientNames = ['spiffe://cluster.local/ns/shop/sa/client', 'client.example.com', 'CN=client'] as const

/** The headers that the upstream puts into every answer. */
export const upstreamResponse: readonly (readonly [string, string])[] = [['x-up', 'one'], ['x-up-too', 'two']]

/** Starts what probes need. */
export async function startSurroundings(): Promise<ProbeSurroundings> {
  const seen = new Map<string, readonly string[]>()
  const upstream = createServer((incoming, reply) => {
    seen.set(String(incoming.headers['x-judge-id']), incoming.rawHeaders.flatMap((name, index) => index % 2 === 0 ? [`${name.toLowerCase()}: ${incoming.rawHeaders[index + 1] ?? ''}`] : []))
    reply.writeHead(200, [['content-length', '0'], ...upstreamResponse].flat()).end()
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const address = upstream.address()
  const upstreamPort = typeof address === 'object' && address !== null ? address.port : 0
  const [server, trusted, stranger] = await Promise.all([makeCertificate({ name: 'gateway', dns: ['shop.example.com'] }), makeCertificate({ name: 'trusted', authority: true }), makeCertificate({ name: 'stranger', authority: true })])
  const client = (issuer: typeof trusted) => makeCertificate({ name: 'client', uris: [clientNames[0]], dns: [clientNames[1]], issuer })
  const [good, bad] = await Promise.all([client(trusted), client(stranger)])
  const certificates = { good: { cert: good.certificate, key: good.key }, bad: { cert: bad.certificate, key: bad.key } }
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const sign = (claims: JsonObject) => {
    const text = [{ alg: 'ES256', kid: 'probe', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    return `${text}.${createSign('sha256').update(text).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
  }
  let asked = 0
  return {
    upstreamPort,
    place: { upstreamPort, certificate: { chain: server.certificate, key: server.key, trusted: trusted.certificate }, jwks: JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'probe', alg: 'ES256', use: 'sig' }] }) },
    async ask(probes, portOf, log) {
      const sent: { readonly probe: ProbeCase; readonly request: ProbeRequest; readonly id: string; readonly answer: RawAnswer }[] = []
      for (const probe of probes) {
        const port = portOf(probe.name)
        if (port === undefined) continue
        for (const request of probe.requests) {
          const id = String(asked++)
          const withToken = request.jwt === undefined ? request : { ...request, headers: [...request.headers, ['authorization', `Bearer ${sign(request.jwt)}`] as const] }
          sent.push({ probe, request, id, answer: await sendRaw(port, withToken, certificates, id) })
        }
      }
      const found = await settled(log)
      const out: Record<string, (ProbeAnswer | null)[]> = {}
      for (const { probe, id, answer } of sent) {
        const line = lineOf(found.filter((one) => one.probe === probe.name), id, answer.peer)
        const list = out[probe.name] ??= []
        list.push(line === undefined ? null : answerOf(line, answer, seen.get(id)))
      }
      return out
    },
    close() {
      upstream.close()
      upstream.closeAllConnections()
    },
  }
}

const lineSchema = z.object({
  probe: z.string(), peer: z.string().nullish(), id: z.string().nullish().transform((id) => id === null || id === '-' ? undefined : id), route: z.string().nullish(), cluster: z.string().nullish(), status: z.number().nullish(), flags: z.string().nullish(), details: z.string().nullish(),
  path: z.string().nullish(), authority: z.string().nullish(), location: z.string().nullish(), termination: z.string().nullish(),
})

/** The line of a request: the one with its id, else the one of its connection that tells most (a listener has a line of its own). */
function lineOf(lines: readonly Line[], id: string, peer: string): Line | undefined {
  const own = lines.filter((line) => line.id === undefined && line.peer === peer)
  return lines.find((line) => line.id === id) ?? own.find(({ status }) => (status ?? 0) > 0) ?? own.find(({ details }) => Boolean(details)) ?? own[0]
}

type Line = z.infer<typeof lineSchema>

/** The log's lines once no new one comes. */
async function settled(log: () => string): Promise<Line[]> {
  let rests = 0
  let length = -1
  return waitFor('the access log', async () => {
    const text = log()
    rests = text.length === length ? rests + 1 : 0
    length = text.length
    return rests < 10 ? undefined : text.split('\n').filter((line) => line.startsWith('{')).map((line) => lineSchema.parse(JSON.parse(line)))
  }, { seconds: 30, every: 30 })
}

function answerOf(line: Line, answer: RawAnswer, upstream: readonly string[] | undefined): ProbeAnswer {
  const named = line.cluster ?? ''
  const response = comparable(answer.headers.map(([name, value]) => `${name}: ${value}`))
  const received = upstream === undefined ? undefined : comparable(upstream)
  return {
    route: line.route || null, cluster: named === '' || named === '-' ? null : named, status: line.status ?? 0, flags: line.flags ?? '-', details: line.details ?? '', path: line.path ?? '', authority: line.authority ?? '',
    ...(line.location ? { location: line.location } : {}), ...(line.termination ? { termination: line.termination } : {}),
    ...(received === undefined ? {} : { upstream: received }), ...(response.length === 0 ? {} : { response }),
  }
}

/** Headers as `name: value` in the form in which they are compared: by name, without those that say nothing. */
export function comparable(headers: readonly string[]): string[] {
  return sorted(headers.filter((header) => !dull.has(header.slice(0, header.indexOf(':')))).map(withoutOwnAddress).map(withoutToken))
}

/** A token, whose signature is another each time, as `TOKEN`. */
function withoutToken(header: string): string {
  return header.startsWith('authorization: Bearer ey') ? 'authorization: TOKEN' : header
}

/** This machine's own address, which Envoy writes for a client on loopback, as `OWN`. */
function withoutOwnAddress(header: string): string {
  if (!header.startsWith('x-forwarded-for:')) return header
  const own = new Set(['127.0.0.1', ...Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))])
  return `x-forwarded-for: ${header.slice(header.indexOf(':') + 1).trim().split(',').map((part) => own.has(part.trim()) ? part.replace(part.trim(), 'OWN') : part).join(',')}`
}

/** Headers that are the same in every message, or by chance different. */
const dull: ReadonlySet<string> = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'x-judge-id', 'x-request-id', 'date', 'server', 'x-envoy-upstream-service-time', 'keep-alive', 'location', 'content-type', 'te'])

/** By name; values of one name keep their order. */
function sorted(headers: readonly string[]): string[] {
  const name = (header: string) => header.slice(0, header.indexOf(':'))
  return [...headers].sort((a, b) => name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0)
}
