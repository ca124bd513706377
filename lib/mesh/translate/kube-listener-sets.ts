import { compareBytes } from '@/lib/std/compare-bytes'
import { readFields, type Fields } from '../istio/read'
import type { Problem } from '../problem'
import type { KubeObject } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'
import { unknownTime } from './creation-order'
import { reportInto } from './kube-findings'
import { takesListenersOf } from './kube-namespaces'
import { gatewayGroup } from './kube-references'

/** The ListenerSets of a Gateway that its allowedListeners lets in, the oldest first (EligibleListenerSetsForConflict; SPEC GA9). */
export function attachedSets(snapshot: Snapshot, gateway: KubeObject, spec: Fields, findings: Problem[]): readonly KubeObject[] {
  const namespace = gateway.metadata.namespace ?? ''
  const found = [...listObjects(snapshot, 'listenersets.gateway.networking.k8s.io')].filter((set) => {
    const parent = readFields(set['spec'], 'spec', []).object('parentRef')
    return parent !== undefined && parent.string('name') === gateway.metadata.name && (parent.string('namespace') ?? set.metadata.namespace ?? '') === namespace
      && (parent.string('kind') ?? 'Gateway') === 'Gateway' && (parent.string('group') ?? gatewayGroup) === gatewayGroup
  })
  return found.filter((set) => {
    const taken = takesListenersOf(snapshot, { namespace, spec }, set.metadata.namespace ?? '')
    if (!taken) reportInto(findings, set)('spec.parentRef', { code: 'MER069', severity: 'error', params: { gateway: `${namespace}/${gateway.metadata.name}` } })
    return taken
  }).sort(byAge)
}

/** Creation time, then `namespace/name`. */
function byAge(a: KubeObject, b: KubeObject): number {
  return compareBytes(a.metadata.creationTimestamp ?? unknownTime, b.metadata.creationTimestamp ?? unknownTime)
    || compareBytes(`${a.metadata.namespace ?? ''}/${a.metadata.name}`, `${b.metadata.namespace ?? ''}/${b.metadata.name}`)
}
