import { statusView } from '@/lib/contract/views/status'
import { listObjects } from '@/lib/mesh/snapshot'
import { defineViewModule } from '../view-module'

/** View `status` (contract/views/status). */
export const statusModule = defineViewModule({
  contract: statusView,
  compute: (state) => {
    const names = [...listObjects(state.snapshot, 'namespaces')].map((namespace) => namespace.metadata.name).sort()
    return {
      cluster: { ...state.cluster },
      connection: state.connection,
      unreachableSince: state.unreachableSince,
      synced: state.kinds.length > 0 && state.kinds.every((kind) => kind.state !== 'starting'),
      namespaces: { readable: names.length, total: names.length === 0 ? null : names.length, names },
      kinds: state.kinds.map((kind) => ({ ...kind })),
      istio: { version: null },
    }
  },
})
