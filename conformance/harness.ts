import { request } from 'node:http'
import type { ClusterHarness } from '../e2e/cluster-harness'
import { sendCommand } from './stack/control'
import { down, up } from './stack/lifecycle'
import { readState } from './stack/state'

/**
 * The real control plane as the end-to-end tests see it. Uses the stack that runs in `folder`, or
 * starts one there and stops it on close.
 */
export async function startRealHarness(folder: string, say: (line: string) => void = () => {}): Promise<ClusterHarness> {
  const before = readState(folder)
  const state = await up(folder, say)
  const owned = before?.supervisor.pid !== state.supervisor.pid
  return {
    name: 'real',
    exposure: state.exposure,
    kubeconfigFor: async (user) => `${state.kubeconfig}-${user}`,
    sendRequests: (wanted) => countAnswers(state.exposure.http, wanted),
    replaceGatewayPod: (pod) => sendCommand(state.control, { do: 'replace-gateway-pod', pod }),
    rotateLog: async (pod) => { await sendCommand(state.control, { do: 'rotate-log', pod }) },
    stopApi: async () => { await sendCommand(state.control, { do: 'stop-api' }) },
    startApi: async () => { await sendCommand(state.control, { do: 'start-api' }) },
    close: async () => { if (owned) await down(folder) },
  }
}

type Requests = Parameters<ClusterHarness['sendRequests']>[0]

/** Sends the requests, ten at a time, each on a connection of its own so that both gateway pods get their share. */
async function countAnswers(exposure: string, wanted: Requests): Promise<ReadonlyMap<string, number>> {
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
      const named = reply.headers['x-backend'] ?? reply.headers['service-version']
      reply.resume().on('end', () => resolve(String(named ?? `status ${reply.statusCode ?? 0}`)))
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer for ${host}${path} within 10 s`)))
    sent.on('error', reject)
    sent.end()
  })
}
