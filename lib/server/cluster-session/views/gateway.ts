import { gatewayView } from '@/lib/contract/views/gateway'
import { objectsAt, textAt } from '@/lib/mesh/gateway-list/read-json'
import { gatewayPods } from '@/lib/mesh/translate/gateway-workloads'
import { defineViewModule } from '../view-module'

/** View `gateway` (contract/views/gateway). */
export const gatewayModule = defineViewModule({
  contract: gatewayView,
  compute: (state, { namespace, name }) => {
    const gateway = state.gateways().find((one) => one.namespace === namespace && one.name === name)
    if (!gateway) return { pods: null }
    return {
      pods: gatewayPods(state.snapshot, gateway).map((pod) => ({
        name: pod.metadata.name,
        ready: objectsAt(pod, 'status', 'conditions').some((condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') === 'True'),
        phase: textAt(pod, 'status', 'phase') ?? 'Unknown',
        since: textAt(pod, 'status', 'startTime') ?? null,
      })),
    }
  },
})
