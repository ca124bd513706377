import { compareBytes } from '@/lib/std/compare-bytes'
import type { Fields } from '../istio/read'
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

/** A label selector over a namespace, whose name is always among its labels; one that Kubernetes refuses selects nothing. */
function selects(selector: Fields, namespace: KubeObject): boolean {
  const labels: Readonly<Record<string, string>> = { ...namespace.metadata.labels, 'kubernetes.io/metadata.name': namespace.metadata.name }
  const has = (key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined)
  return Object.entries(selector.stringMap('matchLabels')).every(([key, value]) => has(key) === value) && selector.objects('matchExpressions').every((expression) => {
    const value = has(expression.string('key') ?? '')
    const values = expression.strings('values')
    switch (expression.string('operator')) {
      case 'In': return value !== undefined && values.includes(value)
      case 'NotIn': return values.length > 0 && (value === undefined || !values.includes(value))
      case 'Exists': return value !== undefined && values.length === 0
      case 'DoesNotExist': return value === undefined && values.length === 0
      default: return false
    }
  })
}
