import { Agent, request } from 'node:http'
import { z } from 'zod'
import { waitFor } from '../process/wait-for'
import type { DrawnRequest } from './requests'

const decisionSchema = z.object({
  id: z.string().nullish(), route: z.string().nullish(), cluster: z.string().nullish(), status: z.number().nullish(), flags: z.string().nullish(), details: z.string().nullish(), path: z.string().nullish(), authority: z.string().nullish(),
})

/** What Envoy did with a request, as its access log says; names without the bench's prefix. */
export interface Decision {
  readonly route: string | null
  readonly cluster: string | null
  readonly status: number | null
  readonly flags: string
  readonly details: string
  /** As sent upstream. */
  readonly path: string
  readonly authority: string
}

/** A request for one of the loaded configurations. */
export interface BenchRequest extends DrawnRequest {
  /** The configuration's place in the list. */
  readonly at: number
  /** The pod's port. */
  readonly port: number
}

/** Sends requests to ports on 127.0.0.1 and pairs them with the decisions that the access log tells. */
export function createAsker(portOf: (at: number, port: number) => number | undefined, log: () => string): (requests: readonly BenchRequest[]) => Promise<readonly (Decision | undefined)[]> {
  let asked = 0
  return async (requests) => {
    const first = asked
    asked += requests.length
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    let next = 0
    const seen = new Set<number>()
    await Promise.all(Array.from({ length: 16 }, async () => {
      while (next < requests.length) {
        const index = next
        next += 1
        const wanted = requests[index]
        const port = wanted === undefined ? undefined : portOf(wanted.at, wanted.port)
        if (wanted === undefined || port === undefined) continue
        if (await send(agent, port, wanted, String(first + index))) seen.add(first + index)
      }
    }))
    agent.destroy()
    // A request that cannot be read is logged without its headers, so without our id: the log is complete once it rests.
    let rests = 0
    let length = -1
    const decisions = await waitFor('the access log', async () => {
      const read = readDecisions(log())
      rests = read.size === length ? rests + 1 : 0
      length = read.size
      return rests >= 8 || [...seen].every((id) => read.has(id)) ? read : undefined
    }, { seconds: 20, every: 20 })
    return requests.map((_, index) => decisions.get(first + index))
  }
}

/** Sends one request; false when no answer came (Envoy logs such a request without our id at times). */
function send(agent: Agent, port: number, wanted: BenchRequest, id: string): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const sent = request({ agent, host: '127.0.0.1', port, method: wanted.method, path: wanted.path, headers: { ...wanted.headers, host: wanted.authority, 'x-judge-id': id }, timeout: 5000 }, (reply) => {
        reply.resume()
        reply.on('end', () => resolve(true)).on('error', () => resolve(true))
      })
      sent.on('error', () => resolve(false))
      sent.on('timeout', () => sent.destroy())
      sent.end()
    } catch {
      resolve(false)
    }
  })
}

function readDecisions(text: string): Map<number, Decision> {
  const out = new Map<number, Decision>()
  for (const line of text.split('\n').filter((one) => one.startsWith('{'))) {
    const { id, route, cluster, status: code, flags, details, path, authority } = decisionSchema.parse(JSON.parse(line))
    if (!/^\d+$/.test(id ?? '')) continue
    const name = cluster?.replace(/^c\d+~/, '')
    out.set(Number(id), { route: route || null, cluster: name === undefined || name === '' || name === '-' ? null : name, status: code ?? null, flags: flags ?? '-', details: details ?? '', path: path ?? '', authority: authority ?? '' })
  }
  return out
}
