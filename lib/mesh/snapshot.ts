import type { KindKey } from './kinds'
import type { KubeObject } from './resource'

/** Orders states of one ClusterSession: `epoch` is its random id, `n` grows within it. Never compared across epochs. */
export interface Revision {
  readonly epoch: string
  readonly n: number
}

/** namespace → name → object. Cluster-scoped kinds live under the namespace `''`. */
export type ObjectsByNamespace = ReadonlyMap<string, ReadonlyMap<string, KubeObject>>

/** The cluster at one revision. Immutable: an update copies only the changed namespace's map. */
export interface Snapshot {
  readonly revision: Revision
  readonly objects: ReadonlyMap<KindKey, ObjectsByNamespace>
}

/** The snapshot before anything was read. */
export function emptySnapshot(epoch: string): Snapshot {
  return { revision: { epoch, n: 0 }, objects: new Map() }
}

/** A snapshot of a list of objects whose kinds are given; used for files, drafts and tests. */
export function snapshotOf(objects: Iterable<readonly [KindKey, KubeObject]>, revision: Revision = { epoch: '', n: 1 }): Snapshot {
  const byKind = new Map<KindKey, Map<string, Map<string, KubeObject>>>()
  for (const [key, object] of objects) {
    const byNamespace = getOrInsert(byKind, key)
    const namespace = object.metadata.namespace ?? ''
    const byName = byNamespace.get(namespace) ?? new Map<string, KubeObject>()
    byName.set(object.metadata.name, object)
    byNamespace.set(namespace, byName)
  }
  return { revision, objects: byKind }
}

function getOrInsert(map: Map<KindKey, Map<string, Map<string, KubeObject>>>, key: KindKey): Map<string, Map<string, KubeObject>> {
  const found = map.get(key)
  if (found) return found
  const made = new Map<string, Map<string, KubeObject>>()
  map.set(key, made)
  return made
}

/** One object, or undefined. */
export function getObject(snapshot: Snapshot, key: KindKey, namespace: string, name: string): KubeObject | undefined {
  return snapshot.objects.get(key)?.get(namespace)?.get(name)
}

/** All objects of a kind, namespace by namespace, in insertion order. Sort before the order can matter. */
export function* listObjects(snapshot: Snapshot, key: KindKey, namespace?: string): Generator<KubeObject> {
  const byNamespace = snapshot.objects.get(key)
  if (!byNamespace) return
  if (namespace !== undefined) {
    yield* byNamespace.get(namespace)?.values() ?? []
    return
  }
  for (const byName of byNamespace.values()) yield* byName.values()
}

/** A new snapshot with `object` in place (added or replaced); shares all other maps. */
export function withObject(snapshot: Snapshot, key: KindKey, object: KubeObject, revision: Revision): Snapshot {
  return change(snapshot, { key, namespace: object.metadata.namespace ?? '', revision, edit: (names) => names.set(object.metadata.name, object) })
}

function change(
  snapshot: Snapshot,
  at: { readonly key: KindKey; readonly namespace: string; readonly revision: Revision; readonly edit: (names: Map<string, KubeObject>) => void },
): Snapshot {
  const byNamespace = new Map(snapshot.objects.get(at.key) ?? [])
  const names = new Map(byNamespace.get(at.namespace) ?? [])
  at.edit(names)
  byNamespace.set(at.namespace, names)
  const objects = new Map(snapshot.objects)
  objects.set(at.key, byNamespace)
  return { revision: at.revision, objects }
}
