import type * as z from 'zod/mini'
import { logsView } from '@/lib/contract/views/logs'
import { gatewayKey } from '@/lib/mesh/gateway-workload'
import type { KubeObject } from '@/lib/mesh/resource'
import { listObjects } from '@/lib/mesh/snapshot'
import { gatewayPods } from '@/lib/mesh/translate/gateway-workloads'
import { isJsonObject, ownProperty } from '@/lib/std/json'
import type { SessionState } from '../session-state'
import { defineViewModule } from '../view-module'

/** A pod whose log is part of a logs view. */
export interface LoggedPod {
  readonly namespace: string
  readonly name: string
  readonly container: string
  readonly gateway: string | null
}

/** View `logs` (contract/views/logs). */
export const logsModule = defineViewModule({
  contract: logsView,
  compute: (state, params) => ({ pods: loggedPods(state, params).map(({ namespace, name, container, gateway }) => ({ pod: `${namespace}/${name}`, container, gateway })) }),
})

/** The pods that a logs view follows now: gateway pods and istiod's only, whatever was asked. */
export function loggedPods(state: SessionState, params: z.output<typeof logsView.params>): readonly LoggedPod[] {
  const gateways = state.gateways().flatMap((gateway) => gatewayPods(state.snapshot, gateway).map((pod) => loggedPod(pod, 'istio-proxy', gatewayKey(gateway))))
  const istiod = [...listObjects(state.snapshot, 'pods')].filter((pod) => pod.metadata.labels?.['app'] === 'istiod').map((pod) => loggedPod(pod, 'discovery', null))
  if (params.pod !== undefined) return [...gateways, ...istiod].filter(({ namespace, name }) => params.pod?.includes(`${namespace}/${name}`) === true)
  return [...gateways.filter(({ gateway }) => params.gateway === undefined ? params.istiod === undefined : gateway === params.gateway), ...(params.istiod === 'true' ? istiod : [])]
}

function loggedPod(pod: KubeObject, preferred: string, gateway: string | null): LoggedPod {
  const spec = ownProperty(pod, 'spec')
  const containers = isJsonObject(spec) && Array.isArray(spec['containers']) ? spec['containers'].filter(isJsonObject) : []
  const names = containers.flatMap((container) => (typeof container['name'] === 'string' ? [container['name']] : []))
  return { namespace: pod.metadata.namespace ?? '', name: pod.metadata.name, container: names.includes(preferred) ? preferred : (names[0] ?? preferred), gateway }
}
