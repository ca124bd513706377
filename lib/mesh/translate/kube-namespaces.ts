import { compareBytes } from '@/lib/std/compare-bytes'
import type { Fields } from '../istio/read'
import { readLabelSelector } from '../kube/label-selector'
import { namespaceLabels } from '../kube/namespace-labels'
import { getObject, listObjects, type Snapshot } from '../snapshot'
import type { KubeObject } from '../resource'

/** The namespaces whose routes a listener takes; `*` for all (Istio's namespacesFromSelector; SPEC GA2). */
export function routeNamespaces(snapshot: Snapshot, own: string, namespaces: Fields | undefined): readonly string[] {
  const from = namespaces?.string('from') ?? 'Same'
  if (from === 'Same') return [own]
  const selector = namespaces?.object('selector')
  if (from === 'All' || !selector) return ['*']
  return [...listObjects(snapshot, 'namespaces')].filter((namespace) => selects(selector, namespace)).map(({ metadata }) => metadata.name).sort(compareBytes)
}

/** Whether a Gateway takes the ListenerSets of a namespace; without allowedListeners none (NamespaceAcceptedByAllowListeners; SPEC GA9). */
export function takesListenersOf(snapshot: Snapshot, gateway: { readonly namespace: string; readonly spec: Fields }, namespace: string): boolean {
  const allowed = gateway.spec.object('allowedListeners')?.object('namespaces')
  if (!allowed) return false
  switch (allowed.string('from') ?? 'None') {
    case 'All': return true
    case 'Same': return namespace === gateway.namespace
    case 'Selector': {
      const selector = allowed.object('selector')
      const found = getObject(snapshot, 'namespaces', '', namespace)
      return selector !== undefined && found !== undefined && selects(selector, found)
    }
    default: return false
  }
}

/** A label selector over a namespace; one that Kubernetes refuses selects nothing. */
function selects(selector: Fields, namespace: KubeObject): boolean {
  return readLabelSelector(selector)?.(namespaceLabels(namespace)) ?? false
}
