import { z } from 'zod'
import { waitFor } from '../process/wait-for'
import { sendRaw } from './raw-client'
import type { DrawnRequest } from './requests'
import type { Surroundings } from './surroundings'

const lineSchema = z.object({
  listener: z.string(), peer: z.string().nullish(), id: z.string().nullish().transform((id) => id === null || id === '-' ? undefined : id), route: z.string().nullish(), cluster: z.string().nullish(), status: z.number().nullish(), flags: z.string().nullish(), details: z.string().nullish(), path: z.string().nullish(), authority: z.string().nullish(),
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

/** How many requests are under way at once. */
const WORKERS = 12

/** Where a configuration's listener of a pod's port runs, and under which name it logs. */
export type FindListener = (at: number, port: number) => { readonly port: number; readonly name: string } | undefined

/** Sends requests to ports on 127.0.0.1, each on a connection of its own, and pairs them with the decisions that the access log tells. */
export function createAsker(find: FindListener, surroundings: Surroundings, log: () => string): (requests: readonly BenchRequest[]) => Promise<readonly (Decision | undefined)[]> {
  let asked = 0
  return async (requests) => {
    const first = asked
    asked += requests.length
    const peers = new Map<number, string>()
    let next = 0
    await Promise.all(Array.from({ length: WORKERS }, async () => {
      while (next < requests.length) {
        const index = next
        next += 1
        const wanted = requests[index]
        const place = wanted === undefined ? undefined : find(wanted.at, wanted.port)
        if (wanted === undefined || place === undefined) continue
        const token = wanted.jwt === undefined ? [] : [['authorization', `Bearer ${surroundings.sign(wanted.jwt)}`] as const]
        const { peer } = await sendRaw(place.port, { ...wanted, headers: [...wanted.headers, ...token] }, surroundings.clients, String(first + index))
        peers.set(index, `${place.name} ${peer}`)
      }
    }))
    const { byId, byPeer } = await settled(log)
    return requests.map((_, index) => byId.get(String(first + index)) ?? byPeer.get(peers.get(index) ?? ''))
  }
}

interface Decisions {
  readonly byId: ReadonlyMap<string, Decision>
  /** Of what was logged without a request's headers; of several lines of a connection the one that tells most. */
  readonly byPeer: ReadonlyMap<string, Decision>
}

/** The log's decisions once no new line comes. */
async function settled(log: () => string): Promise<Decisions> {
  let rests = 0
  let length = -1
  const text = await waitFor('the access log', async () => {
    const now = log()
    rests = now.length === length ? rests + 1 : 0
    length = now.length
    return rests >= 10 ? now : undefined
  }, { seconds: 60, every: 30 })
  const byId = new Map<string, Decision>()
  const byPeer = new Map<string, Decision>()
  for (const line of text.split('\n').filter((one) => one.startsWith('{'))) {
    const read = lineSchema.parse(JSON.parse(line))
    const decision = decisionOf(read)
    const place = `${read.listener} ${read.peer ?? ''}`
    if (read.id !== undefined) byId.set(read.id, decision)
    else if (telling(decision) > telling(byPeer.get(place))) byPeer.set(place, decision)
  }
  return { byId, byPeer }
}

function telling(decision: Decision | undefined): number {
  return decision === undefined ? -1 : ((decision.status ?? 0) > 0 ? 4 : 0) + (decision.details === '' ? 0 : 2) + (decision.cluster === null ? 0 : 1)
}

function decisionOf({ route, cluster, status, flags, details, path, authority }: z.infer<typeof lineSchema>): Decision {
  const name = cluster?.replace(/^c\d+~/, '')
  return { route: route || null, cluster: name === undefined || name === '' || name === '-' ? null : name, status: status ?? null, flags: flags ?? '-', details: details ?? '', path: path ?? '', authority: authority ?? '' }
}
