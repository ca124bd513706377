import { statusView } from '@/lib/contract/views/status'
import { compareBytes } from '@/lib/std/compare-bytes'
import { isJsonObject, ownProperty } from '@/lib/std/json'
import { listObjects, type Snapshot } from '@/lib/mesh/snapshot'
import { defineViewModule } from '../view-module'

/** View `status` (contract/views/status). */
export const statusModule = defineViewModule({
  contract: statusView,
  compute: (state) => {
    const listed = [...listObjects(state.snapshot, 'namespaces')].map((namespace) => namespace.metadata.name).sort(compareBytes)
    const single = [...new Set(state.kinds.flatMap((kind) => (kind.scope !== 'all' && kind.state === 'synced' ? [kind.scope] : [])))].sort(compareBytes)
    const names = listed.length > 0 ? listed : single
    return {
      cluster: { ...state.cluster },
      connection: state.connection,
      unreachableSince: state.unreachableSince,
      synced: state.kinds.length > 0 && state.kinds.every((kind) => kind.state !== 'starting'),
      namespaces: { readable: names.length, total: listed.length === 0 ? null : listed.length, names },
      kinds: state.kinds.map((kind) => ({ ...kind })),
      istio: { version: istiodVersion(state.snapshot) },
    }
  },
})

/** The tag of istiod's image (`…/pilot:1.31.0-distroless` → `1.31.0`), the only thing in the cluster that always tells. */
function istiodVersion(snapshot: Snapshot): string | null {
  for (const pod of listObjects(snapshot, 'pods')) {
    if (pod.metadata.labels?.['app'] !== 'istiod') continue
    const spec = ownProperty(pod, 'spec')
    const containers = isJsonObject(spec) && Array.isArray(spec['containers']) ? spec['containers'].filter(isJsonObject) : []
    const image = containers.map((container) => container['image']).find((one) => typeof one === 'string' && one.includes('pilot'))
    const tag = typeof image === 'string' ? /:v?(\d+\.\d+[.\d]*)/.exec(image)?.[1] : undefined
    if (tag !== undefined) return tag
  }
  return null
}
