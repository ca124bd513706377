import type { GatewayWorkload } from '../../gateway-workload'
import type { MeshConfig } from '../../istio/mesh-config'
import type { Fields } from '../../istio/read'
import type { KindKey } from '../../kinds'
import type { KubeObject } from '../../resource'
import { listObjects, type Snapshot } from '../../snapshot'
import { byCreation } from '../creation-order'
import { enabled, type Features } from '../features'
import { labelsContain } from '../labels'

const gatewayNameLabel = 'gateway.networking.k8s.io/gateway-name'

/** What a policy says about where it applies. */
export interface PolicyTarget {
  readonly selector: Readonly<Record<string, string>> | undefined
  readonly targetRefs: readonly { readonly group: string; readonly kind: string; readonly name: string; readonly namespace: string }[]
}

/** Reads selector and targetRefs (a lone `targetRef` counts where the list is empty). */
export function readTarget(spec: Fields): PolicyTarget {
  const list = spec.objects('targetRefs')
  const single = spec.object('targetRef')
  const refs = list.length > 0 ? list : single ? [single] : []
  return {
    selector: spec.object('selector')?.stringMap('matchLabels'),
    targetRefs: refs.map((ref) => ({ group: ref.string('group') ?? '', kind: ref.string('kind') ?? '', name: ref.string('name') ?? '', namespace: ref.string('namespace') ?? '' })),
  }
}

/** Istio's ShouldAttachPolicy for a gateway (SPEC PO1, istio-policies B1). */
export function attaches(target: PolicyTarget, namespace: string, { gateway, features }: { readonly gateway: GatewayWorkload; readonly features: Features }): boolean {
  const name = gateway.labels[gatewayNameLabel]
  const selected = target.selector === undefined || labelsContain(gateway.labels, target.selector)
  if (name === undefined) return target.targetRefs.length === 0 && selected
  if (target.targetRefs.length === 0) return selected && enabled(features, 'ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY')
  return namespace === gateway.namespace && target.targetRefs.some((ref) => ref.group === 'gateway.networking.k8s.io' && ref.kind === 'Gateway' && ref.name === name && (ref.namespace === '' || ref.namespace === namespace))
}

/** The objects of a kind in the root namespace and the proxy's, in the order asked for; in each the oldest first. */
export function nearbyPolicies(snapshot: Snapshot, key: KindKey, at: { readonly gateway: GatewayWorkload; readonly config: MeshConfig; readonly first: 'root' | 'own' }): readonly KubeObject[] {
  const [root, own] = [at.config.rootNamespace, at.gateway.namespace]
  const namespaces = [...new Set(at.first === 'root' ? [root, own] : [own, root])]
  return namespaces.flatMap((namespace) => [...listObjects(snapshot, key, namespace)].sort(byCreation))
}
