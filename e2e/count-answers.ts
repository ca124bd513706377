import { request } from 'node:http'
import type { ClusterHarness } from './cluster-harness'

type Requests = Parameters<ClusterHarness['sendRequests']>[0]

/** Sends the requests, ten at a time, each on a connection of its own so that all gateway pods get their share; counts who answered. */
export async function countAnswers(exposure: string, wanted: Requests): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  let left = wanted.count
  await Promise.all(Array.from({ length: 10 }, async () => {
    while (left > 0) {
      left -= 1
      const name = await answering(exposure, wanted)
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  }))
  return counts
}

/** The backend's name as it says itself, or the status where no backend answered. */
function answering(exposure: string, { host, path, headers }: Requests): Promise<string> {
  const [address, port] = exposure.split(':')
  return new Promise((resolve, reject) => {
    const sent = request({ host: address, port, path, headers: { ...headers, host }, agent: false, timeout: 10_000 }, (reply) => {
      const named = reply.headers['x-backend']
      reply.resume().on('end', () => resolve(named === undefined ? `status ${reply.statusCode ?? 0}` : String(named)))
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer for ${host}${path} within 10 s`)))
    sent.on('error', reject)
    sent.end()
  })
}
