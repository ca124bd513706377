import { AppError } from '@/lib/contract/app-error'
import { CallError } from '@/lib/contract/call/call-error'
import { callOf, callParamsSchema } from '@/lib/contract/call/call-params'
import { explainCall } from '@/lib/contract/call/explain-call'
import { liveExplanationSchema } from '@/lib/contract/views/explain'
import type { GatewayWorkload } from '@/lib/mesh/gateway-workload'
import type { Snapshot } from '@/lib/mesh/snapshot'
import { explainedFacts } from '@/lib/mesh/live/explained-facts'
import { gatewayPods } from '@/lib/mesh/translate/gateway-workloads'
import { podPort } from '@/lib/mesh/translate/service-port'
import type { AdminReader } from './admin-reader'
import { liveConfiguration } from './live-configuration'

/** What the pod's own Envoy would do with a call, by its config dump and its endpoints' health. The pod was checked. @throws AppError bad-request for a call that makes no request */
export async function explainLive(reader: AdminReader, at: { readonly snapshot: Snapshot; readonly gateways: readonly GatewayWorkload[]; readonly namespace: string; readonly pod: string; readonly params: unknown }): Promise<unknown> {
  const params = callParamsSchema.safeParse(at.params)
  if (!params.success) throw new AppError('bad-request', 'The request to explain is not of the agreed form')
  const gateway = at.gateways.find((one) => one.namespace === at.namespace && gatewayPods(at.snapshot, one).some((pod) => pod.metadata.name === at.pod))
  const { configuration, readAt } = await liveConfiguration(reader, at.namespace, at.pod)
  try {
    const explanation = explainCall({
      configuration,
      podPort: (port) => (gateway === undefined ? { kind: 'as-is', port } : podPort(at.snapshot, gateway, port)),
    }, callOf(params.data))
    return liveExplanationSchema.parse({ pod: { namespace: at.namespace, name: at.pod }, readAt, explanation, facts: explainedFacts(configuration, explanation) })
  } catch (error) {
    if (error instanceof CallError) throw new AppError('bad-request', error.message, { cause: error })
    throw error
  }
}
