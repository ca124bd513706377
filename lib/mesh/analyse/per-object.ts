import type { Problem } from '../problem'
import type { KubeObject } from '../resource'
import type { Snapshot } from '../snapshot'
import { recordReads, type SnapshotReads } from '../translate/incremental/snapshot-reads'

interface Judged {
  readonly problems: readonly Problem[]
  /** What the judgement needs besides the snapshot. */
  readonly input: unknown
  readonly reads: SnapshotReads
}

/**
 * An analyser that looks at objects one by one and remembers what it said of each while all that it read for it stands:
 * after a change only the objects are looked at again that the change can concern. `input` counts by identity.
 */
export function perObject<Input>(look: (snapshot: Snapshot, object: KubeObject, input: Input) => readonly Problem[]): (snapshot: Snapshot, objects: Iterable<KubeObject>, input: Input) => readonly Problem[] {
  const memo = new WeakMap<KubeObject, Judged>()
  return (snapshot, objects, input) => {
    const standing = new Map<SnapshotReads, boolean>()
    const scopes = new Map<string, ReturnType<typeof recordReads>>()
    const stands = (reads: SnapshotReads): boolean => {
      const known = standing.get(reads)
      if (known !== undefined) return known
      const found = reads.holdIn(snapshot)
      standing.set(reads, found)
      return found
    }
    const found: Problem[] = []
    for (const object of objects) {
      let judged = memo.get(object)
      if (!judged || judged.input !== input || !stands(judged.reads)) {
        const namespace = object.metadata.namespace ?? ''
        const scope = scopes.get(namespace) ?? recordReads(snapshot)
        scopes.set(namespace, scope)
        judged = { problems: look(scope.snapshot, object, input), input, reads: scope.reads }
        memo.set(object, judged)
      }
      if (judged.problems.length > 0) found.push(...judged.problems)
    }
    return found
  }
}
