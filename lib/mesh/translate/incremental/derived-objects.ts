import type { MeshConfig } from '../../istio/mesh-config'
import type { Problem } from '../../problem'
import type { KubeObject } from '../../resource'
import type { Snapshot } from '../../snapshot'
import { derivedOrigins } from '../derived'
import { ingressObjects } from '../ingress'
import { backendPolicyRules } from '../kube-backend-policies'
import { kubeListeners } from '../kube-gateways'
import { httpRouteServices } from '../kube-http-routes'
import { l4RouteServices } from '../kube-l4-routes'
import type { ProxyTarget } from '../proxy-targets'
import type { ResolvedVirtualService } from '../resolved-virtual-service'
import { keepItems, keepList, sameValue } from './stage'

/** What istiod makes of Ingresses and of the Gateway API before it translates, and what is found on the way. */
export interface Derived {
  readonly rules: readonly KubeObject[]
  readonly gateways: readonly KubeObject[]
  readonly services: readonly ResolvedVirtualService[]
  readonly findings: readonly Problem[]
}

/** Converts everything that is not Istio's own. */
export function deriveObjects(snapshot: Snapshot, at: { readonly config: MeshConfig; readonly targets: readonly ProxyTarget[]; readonly secrets: 'listed' | 'unseen' }): Derived {
  const { config } = at
  const findings: Problem[] = []
  const rules = backendPolicyRules(snapshot, config, { secrets: at.secrets, findings })
  const ingresses = ingressObjects(snapshot, config, findings)
  const listeners = kubeListeners(snapshot, { ...at, findings })
  const services = [...ingresses.virtualServices, ...httpRouteServices(snapshot, config, { listeners, findings }), ...l4RouteServices(snapshot, config, { listeners, findings })]
  return { rules, gateways: [...ingresses.gateways, ...listeners.flatMap(({ derived, valid }) => (valid ? [derived] : []))], services, findings }
}

/** What was derived before, object by object, where the new one says the same and comes from the same fields. */
export function keepDerived(before: Derived, now: Derived): Derived {
  return {
    rules: keepItems(before.rules, now.rules, objects),
    gateways: keepItems(before.gateways, now.gateways, objects),
    services: keepItems(before.services, now.services, { key: (service) => `${service.semantics} ${service.namespace}/${service.name}`, same: sameValue }),
    findings: keepList(before.findings, now.findings),
  }
}

const objects = {
  key: ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`,
  same: (a: KubeObject, b: KubeObject): boolean => sameValue(a, b) && sameValue(derivedOrigins(a), derivedOrigins(b)),
}
