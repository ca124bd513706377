import { mapOver } from '@/lib/std/map-over'
import type { KindKey } from '../../kinds'
import type { ObjectsByNamespace, Snapshot } from '../../snapshot'

/** What was read of a snapshot: whole kinds, and namespaces of kinds. */
export interface SnapshotReads {
  /** Whether another snapshot gives the same to the same reader. */
  holdIn(snapshot: Snapshot): boolean
}

type Names = ReturnType<ObjectsByNamespace['get']>

/** What was found where it was read. Nothing else of the snapshot is held. */
interface Notes {
  readonly kinds: Map<KindKey, ObjectsByNamespace | undefined>
  readonly present: Set<KindKey>
  readonly namespaces: Map<KindKey, Map<string, Names>>
  all: Snapshot['objects'] | undefined
}

/**
 * A snapshot that notes what is read of it, so that what was computed from it can be kept while that stands.
 * The notes are complete for readers that read all they need before they return.
 */
export function recordReads(snapshot: Snapshot): { readonly snapshot: Snapshot; readonly reads: SnapshotReads } {
  const notes: Notes = { kinds: new Map(), present: new Set(), namespaces: new Map(), all: undefined }
  return { snapshot: watchedSnapshot(snapshot, notes), reads: readsOf(notes) }
}

function readsOf(notes: Notes): SnapshotReads {
  return {
    holdIn({ objects }) {
      if (notes.all !== undefined && objects !== notes.all) return false
      for (const key of notes.present) if (!objects.has(key)) return false
      for (const [key, found] of notes.kinds) if (objects.get(key) !== found) return false
      for (const [key, byNamespace] of notes.namespaces) {
        const found = objects.get(key)
        for (const [namespace, names] of byNamespace) if (found?.get(namespace) !== names) return false
      }
      return true
    },
  }
}

function watchedSnapshot({ revision, objects }: Snapshot, notes: Notes): Snapshot {
  const watched = new Map<KindKey, ObjectsByNamespace | undefined>()
  const kindOf = (key: KindKey): ObjectsByNamespace | undefined => {
    if (watched.has(key)) return watched.get(key)
    const found = objects.get(key)
    if (found) notes.present.add(key)
    else notes.kinds.set(key, undefined)
    const made = found && watchedMap(found, {
      get(namespace) {
        const names = found.get(namespace)
        const known = notes.namespaces.get(key) ?? new Map<string, Names>()
        notes.namespaces.set(key, known.set(namespace, names))
        return names
      },
      all: () => notes.kinds.set(key, found),
    })
    if (found && made) wholes.set(made, () => { notes.kinds.set(key, found); return found })
    watched.set(key, made)
    return made
  }
  return { revision, objects: watchedMap(objects, { get: kindOf, all: () => { notes.all = objects } }) }
}

const wholes = new WeakMap<ObjectsByNamespace, () => ObjectsByNamespace>()

/** A kind's own map, for readers that remember things by it: they have read all of it. */
export function wholeKind(objects: ObjectsByNamespace): ObjectsByNamespace {
  return wholes.get(objects)?.() ?? objects
}

/** A map that tells what is asked of it. */
function watchedMap<K, V>(map: ReadonlyMap<K, V>, told: { readonly get: (key: K) => V | undefined; readonly all: () => void }): ReadonlyMap<K, V> {
  const whole = (): ReadonlyMap<K, V> => { told.all(); return map }
  return mapOver({ get: told.get, has: (key) => { told.get(key); return map.has(key) }, whole })
}

/** Whether what was read still stands in a snapshot; asked once for each reading. */
export function holdingIn(snapshot: Snapshot): (reads: SnapshotReads) => boolean {
  const known = new Map<SnapshotReads, boolean>()
  return (reads) => {
    const found = known.get(reads) ?? reads.holdIn(snapshot)
    known.set(reads, found)
    return found
  }
}
