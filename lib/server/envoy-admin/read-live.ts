import { AppError } from '@/lib/contract/app-error'
import { liveReplySchema } from '@/lib/contract/live'
import { gatewayKey } from '@/lib/mesh/gateway-workload'
import { compareLive } from '@/lib/mesh/live/compare-live'
import { gatewayPods } from '@/lib/mesh/translate/gateway-workloads'
import type { SessionState } from '../cluster-session/session-state'
import type { AdminReader } from './admin-reader'
import { liveConfiguration } from './live-configuration'

/** What a gateway pod's Envoy has and lacks against what is declared for its gateway. The pod was checked. @throws AppError not-found */
export async function readLive(reader: AdminReader, state: SessionState, { namespace, pod }: { readonly namespace: string; readonly pod: string }): Promise<unknown> {
  const gateway = state.gateways().find((one) => one.namespace === namespace && gatewayPods(state.snapshot, one).some(({ metadata }) => metadata.name === pod))
  const compiled = gateway && state.compiled(gatewayKey(gateway))
  if (compiled === undefined) throw new AppError('not-found', `${namespace}/${pod} belongs to no gateway (any more)`)
  const { configuration, readAt } = await liveConfiguration(reader, namespace, pod)
  return liveReplySchema.parse({ pod: { namespace, name: pod }, readAt, comparison: compareLive({ snapshot: state.snapshot, compiled }, configuration) })
}
