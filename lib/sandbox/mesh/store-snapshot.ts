import { kinds, type KindKey } from '@/lib/mesh/kinds'
import type { KubeObject } from '@/lib/mesh/resource'
import { snapshotOf, type Snapshot } from '@/lib/mesh/snapshot'
import type { ObjectStore } from '../api-server/store'

/** The store as the engine reads it. */
export function storeSnapshot(store: ObjectStore): Snapshot {
  const objects: (readonly [KindKey, KubeObject])[] = kinds.flatMap((kind) => store.list(kind).map((object) => [kind.key, object] as const))
  return snapshotOf(objects, { epoch: 'sandbox', n: store.revision() })
}
