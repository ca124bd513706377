import { AppError } from '@/lib/contract/app-error'
import { getObject, type Snapshot } from '@/lib/mesh/snapshot'
import type { GatewayWorkload } from '@/lib/mesh/gateway-workload'
import { gatewayPods } from '@/lib/mesh/translate/gateway-workloads'
import { isJsonObject, ownProperty } from '@/lib/std/json'

/** Refuses every pod that is no running gateway pod: only those admin ports are ever reached. @throws AppError forbidden, not-found, envoy-unreachable */
export function requireGatewayPod(state: { readonly snapshot: Snapshot; gateways(): readonly GatewayWorkload[] }, namespace: string, pod: string): void {
  const subject = `${namespace}/${pod}`
  const object = getObject(state.snapshot, 'pods', namespace, pod)
  if (!object) throw new AppError('not-found', `There is no pod ${subject} (any more)`, { subject })
  const isGateway = state.gateways().some((gateway) => gateway.namespace === namespace && gatewayPods(state.snapshot, gateway).some((one) => one.metadata.name === pod))
  const spec = ownProperty(object, 'spec')
  const containers = isJsonObject(spec) && Array.isArray(spec['containers']) ? spec['containers'].filter(isJsonObject) : []
  const runsProxy = containers.some((container) => container['name'] === 'istio-proxy')
  if (!isGateway || !runsProxy) throw new AppError('forbidden', `${subject} is no gateway's pod: Meridian reads the Envoys of gateways only`, { subject })
  const status = ownProperty(object, 'status')
  const phase = isJsonObject(status) ? status['phase'] : undefined
  if (phase !== 'Running') throw new AppError('envoy-unreachable', `${subject} is ${typeof phase === 'string' ? phase : 'not running'}`, { subject })
}
