import type { Problem } from '../problem'
import type { KubeObject } from '../resource'
import type { Snapshot } from '../snapshot'
import { holdingIn, recordReads, type SnapshotReads } from '../translate/incremental/snapshot-reads'

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
    const scopes = new Map<string, ReturnType<typeof recordReads>>()
    const stands = holdingIn(snapshot)
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
