import type { ClusterHarness } from '../e2e/cluster-harness'
import { countAnswers } from '../e2e/count-answers'
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
    portForwards: async () => Number(await sendCommand(state.control, { do: 'port-forwards' })),
    stopApi: async () => { await sendCommand(state.control, { do: 'stop-api' }) },
    startApi: async () => { await sendCommand(state.control, { do: 'start-api' }) },
    close: async () => { if (owned) await down(folder) },
  }
}
