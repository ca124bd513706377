import type { KindKey } from '@/lib/mesh/kinds'
import type { KubeObject } from '@/lib/mesh/resource'
import { emptySnapshot, type Snapshot } from '@/lib/mesh/snapshot'

type Names = Map<string, KubeObject>
type Namespaces = Map<string, Names>

/** The objects of a cluster as they come in, and immutable snapshots of them: a snapshot copies only the namespaces that changed after it. */
export interface ObjectStore {
  /** Sets the whole content of a kind, in all namespaces ('') or one; an object whose resourceVersion is known keeps its identity. */
  replace(key: KindKey, namespace: string, objects: readonly KubeObject[]): void
  upsert(key: KindKey, object: KubeObject): void
  remove(key: KindKey, object: KubeObject): void
  count(key: KindKey, namespace: string): number
  /** The state now; the same snapshot as before when no object changed. */
  cut(): Snapshot
}

/** Makes an empty store whose snapshots carry the given epoch. */
export function createObjectStore(epoch: string): ObjectStore {
  const kinds = new Map<KindKey, Namespaces>()
  /** The maps that no snapshot holds yet: these may be written to. */
  const ownKinds = new Set<KindKey>()
  const ownNames = new Set<Names>()
  let snapshot = emptySnapshot(epoch)
  let dirty = false

  const namespacesOf = (key: KindKey): Namespaces => {
    const found = kinds.get(key)
    if (found && ownKinds.has(key)) return found
    const copy: Namespaces = new Map(found ?? [])
    kinds.set(key, copy)
    ownKinds.add(key)
    return copy
  }
  const namesOf = (key: KindKey, namespace: string): Names => {
    const namespaces = namespacesOf(key)
    const found = namespaces.get(namespace)
    if (found && ownNames.has(found)) return found
    const copy: Names = new Map(found ?? [])
    namespaces.set(namespace, copy)
    ownNames.add(copy)
    return copy
  }

  return {
    replace(key, namespace, objects) {
      const before = kinds.get(key)
      const fresh: Namespaces = new Map()
      let changed = 0
      for (const object of objects) {
        const at = object.metadata.namespace ?? ''
        const old = before?.get(at)?.get(object.metadata.name)
        const same = old !== undefined && old.metadata.uid === object.metadata.uid && old.metadata.resourceVersion === object.metadata.resourceVersion
        if (!same) changed++
        const names = fresh.get(at) ?? new Map<string, KubeObject>()
        names.set(object.metadata.name, same ? old : object)
        fresh.set(at, names)
      }
      if (changed === 0 && sizeOf(before, namespace) === sizeOf(fresh, namespace)) return
      dirty = true
      const namespaces = namespacesOf(key)
      for (const at of [...namespaces.keys()]) if (namespace === '' || at === namespace) namespaces.delete(at)
      for (const [at, names] of fresh) {
        namespaces.set(at, names)
        ownNames.add(names)
      }
    },
    upsert(key, object) {
      const namespace = object.metadata.namespace ?? ''
      const old = kinds.get(key)?.get(namespace)?.get(object.metadata.name)
      if (old !== undefined && old.metadata.uid === object.metadata.uid && old.metadata.resourceVersion === object.metadata.resourceVersion) return
      namesOf(key, namespace).set(object.metadata.name, object)
      dirty = true
    },
    remove(key, object) {
      const namespace = object.metadata.namespace ?? ''
      if (kinds.get(key)?.get(namespace)?.has(object.metadata.name) !== true) return
      const names = namesOf(key, namespace)
      names.delete(object.metadata.name)
      if (names.size === 0) namespacesOf(key).delete(namespace)
      dirty = true
    },
    count: (key, namespace) => sizeOf(kinds.get(key), namespace),
    cut() {
      if (!dirty) return snapshot
      snapshot = { revision: { epoch, n: snapshot.revision.n + 1 }, objects: new Map(kinds) }
      ownKinds.clear()
      ownNames.clear()
      dirty = false
      return snapshot
    },
  }
}

function sizeOf(namespaces: Namespaces | undefined, namespace: string): number {
  if (!namespaces) return 0
  if (namespace !== '') return namespaces.get(namespace)?.size ?? 0
  let size = 0
  for (const names of namespaces.values()) size += names.size
  return size
}
