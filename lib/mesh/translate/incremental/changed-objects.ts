import type { KubeObject } from '../../resource'
import type { ObjectsByNamespace } from '../../snapshot'

/** What differs between two states of a kind: a changed object is removed as it was and added as it is. */
export interface ChangedObjects {
  readonly removed: readonly KubeObject[]
  readonly added: readonly KubeObject[]
}

const nothing: ReadonlyMap<string, KubeObject> = new Map()

/** The objects of a kind that differ by identity; namespaces whose map is the same are not looked into. */
export function changedObjects(before: ObjectsByNamespace | undefined, after: ObjectsByNamespace | undefined): ChangedObjects {
  const removed: KubeObject[] = []
  const added: KubeObject[] = []
  for (const [namespace, names] of after ?? []) {
    const known = before?.get(namespace) ?? nothing
    if (known === names) continue
    for (const [name, object] of names) {
      const old = known.get(name)
      if (old === object) continue
      if (old) removed.push(old)
      added.push(object)
    }
    for (const [name, object] of known) if (!names.has(name)) removed.push(object)
  }
  for (const [namespace, names] of before ?? []) if (!after?.has(namespace)) removed.push(...names.values())
  return { removed, added }
}
