import { gatewaysView } from '@/lib/contract/views/gateways'
import { listGateways, problemsElsewhere } from '@/lib/mesh/gateway-list/gateway-list'
import { defineViewModule } from '../view-module'

/** View `gateways` (contract/views/gateways). */
export const gatewaysModule = defineViewModule({
  contract: gatewaysView,
  compute: (state) => {
    const problems = state.problems()
    const rows = listGateways({ snapshot: state.snapshot, gateways: state.gateways(), compiled: (key) => state.compiled(key), problems })
    return {
      gateways: rows.map((row) => ({ ...row, pods: { ...row.pods, names: [...row.pods.names] }, addresses: [...row.addresses], ports: [...row.ports], problems: [...row.problems] })),
      elsewhere: [...problemsElsewhere(rows, problems)],
    }
  },
})
