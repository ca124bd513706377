import { networkInterfaces } from 'node:os'
import { z } from 'zod'
import { waitFor } from '../process/wait-for'
import type { ProbeAnswer, ProbeCase } from './probe-case'
import { sendRaw, type RawAnswer } from './raw-client'
import type { Surroundings } from './surroundings'

/** Sends all requests of all probes, and pairs them with the decisions in the log. */
export async function askProbes(surroundings: Surroundings, probes: readonly ProbeCase[], portOf: (name: string) => number | undefined, log: () => string): Promise<Record<string, (ProbeAnswer | null)[]>> {
  const sent: { readonly probe: ProbeCase; readonly id: string; readonly answer: RawAnswer }[] = []
  for (const probe of probes) {
    const port = portOf(probe.name)
    if (port === undefined) continue
    for (const request of probe.requests) {
      const id = String(sent.length)
      const withToken = request.jwt === undefined ? request : { ...request, headers: [...request.headers, ['authorization', `Bearer ${surroundings.sign(request.jwt)}`] as const] }
      sent.push({ probe, id, answer: await sendRaw(port, withToken, surroundings.clients, id) })
    }
  }
  const found = await settled(log)
  const out: Record<string, (ProbeAnswer | null)[]> = {}
  for (const { probe, id, answer } of sent) {
    const line = lineOf(found.filter((one) => one.probe === probe.name), id, answer.peer)
    const list = out[probe.name] ??= []
    list.push(line === undefined ? null : answerOf(line, answer, surroundings.received(id)))
  }
  return out
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
