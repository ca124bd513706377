import { readFields, type Fields } from '../istio/read'
import { listObjects, type Snapshot } from '../snapshot'

/** The API group of the Gateway API. */
export const gatewayGroup = 'gateway.networking.k8s.io'

/** Who refers across namespaces: a route or a Gateway of the Gateway API. */
export interface Referrer {
  readonly kind: 'Gateway' | 'ListenerSet' | KubeRouteKind
  readonly namespace: string
}

/** The kinds of routes that istiod reads. */
export type KubeRouteKind = 'HTTPRoute' | 'GRPCRoute' | 'TCPRoute' | 'TLSRoute'

/** What is referred to; its group is '' for the core's Service, Secret and ConfigMap. */
export interface Referred {
  readonly group: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** Whether a reference stays in its namespace, or a ReferenceGrant of the other namespace allows it (SPEC GA7; Istio's SecretAllowed, BackendAllowed). */
export function isGranted(snapshot: Snapshot, from: Referrer, to: Referred): boolean {
  if (from.namespace === to.namespace) return true
  return [...listObjects(snapshot, 'referencegrants.gateway.networking.k8s.io', to.namespace)].some((grant) => {
    const spec = readFields(grant['spec'], 'spec', [])
    return spec.objects('from').some((one) => groupOf(one) === gatewayGroup && one.string('kind') === from.kind && one.string('namespace') === from.namespace)
      && spec.objects('to').some((one) => groupOf(one) === to.group && one.string('kind') === to.kind && (one.string('name') ?? to.name) === to.name)
  })
}

function groupOf(fields: Fields): string {
  return fields.string('group') ?? ''
}
