import { readFields, type Fields } from '../istio/read'
import type { KindKey } from '../kinds'
import type { Problem } from '../problem'
import { exists } from '../references/references'
import { formatRef, refOf } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'

const group = 'gateway.networking.k8s.io'
const parents: ReadonlySet<string> = new Set(['Gateway', 'ListenerSet'])
const routes = ['httproutes.gateway.networking.k8s.io', 'grpcroutes.gateway.networking.k8s.io', 'tcproutes.gateway.networking.k8s.io', 'tlsroutes.gateway.networking.k8s.io'] as const

/** IST0101: a route or ListenerSet of the Gateway API names a parent that is not there. Why one that is there refuses it, its gateway's translation says (MER061). */
export function missingParents(snapshot: Snapshot): readonly Problem[] {
  const problems: Problem[] = []
  const look = (key: KindKey, references: (spec: Fields) => readonly Fields[]): void => {
    for (const object of listObjects(snapshot, key)) {
      for (const reference of references(readFields(object['spec'], 'spec', []))) {
        const kind = reference.string('kind') ?? 'Gateway'
        const target = { group, kind, namespace: reference.string('namespace') ?? object.metadata.namespace ?? '', name: reference.string('name') ?? '' }
        if ((reference.string('group') ?? group) !== group || !parents.has(kind) || exists(snapshot, target) !== false) continue
        problems.push({ code: 'IST0101', severity: 'error', subject: refOf(object), path: reference.path, params: { reftype: kind, refval: `${target.namespace}/${target.name}`, target: formatRef(target) } })
      }
    }
  }
  for (const key of routes) look(key, (spec) => spec.objects('parentRefs'))
  look('listenersets.gateway.networking.k8s.io', (spec) => {
    const parent = spec.object('parentRef')
    return parent ? [parent] : []
  })
  return problems
}
