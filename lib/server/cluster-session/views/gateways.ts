import { gatewaysView } from '@/lib/contract/views/gateways'
import { listGateways } from '@/lib/mesh/gateway-list/gateway-list'
import { defineViewModule } from '../view-module'

/** View `gateways` (contract/views/gateways). */
export const gatewaysModule = defineViewModule({
  contract: gatewaysView,
  compute: (state) => ({
    gateways: listGateways({ snapshot: state.snapshot, gateways: state.gateways(), compiled: (key) => state.compiled(key), problems: state.problems() }).map((row) => ({
      ...row,
      addresses: [...row.addresses],
      ports: [...row.ports],
      problems: [...row.problems],
    })),
  }),
})
