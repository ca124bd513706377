import { readFields, type Fields } from '../istio/read'
import type { KindKey } from '../kinds'
import type { Problem } from '../problem'
import { formatRef, refOf } from '../resource'
import { getObject, listObjects, type Snapshot } from '../snapshot'

const group = 'gateway.networking.k8s.io'
const parents: Readonly<Record<string, KindKey>> = { Gateway: 'gateways.gateway.networking.k8s.io', ListenerSet: 'listenersets.gateway.networking.k8s.io' }
const routes = ['httproutes.gateway.networking.k8s.io', 'grpcroutes.gateway.networking.k8s.io', 'tcproutes.gateway.networking.k8s.io', 'tlsroutes.gateway.networking.k8s.io'] as const

/** IST0101: a route or ListenerSet of the Gateway API names a parent that is not there. Why one that is there refuses it, its gateway's translation says (MER061). */
export function missingParents(snapshot: Snapshot): readonly Problem[] {
  const problems: Problem[] = []
  const look = (key: KindKey, references: (spec: Fields) => readonly Fields[]): void => {
    for (const object of listObjects(snapshot, key)) {
      for (const reference of references(readFields(object['spec'], 'spec', []))) {
        const kind = reference.string('kind') ?? 'Gateway'
        const parent = (reference.string('group') ?? group) === group && Object.hasOwn(parents, kind) ? parents[kind] : undefined
        const target = { group, kind, namespace: reference.string('namespace') ?? object.metadata.namespace ?? '', name: reference.string('name') ?? '' }
        if (parent === undefined || getObject(snapshot, parent, target.namespace, target.name)) continue
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
