import type { HttpRoute, L4Route } from '../istio/virtual-service'
import type { KubeObject, ResourceRef } from '../resource'

/** A VirtualService as gateways see it: names resolved, delegates merged. `semantics` tells derived ones apart. */
export interface ResolvedVirtualService {
  readonly name: string
  readonly namespace: string
  readonly resource: ResourceRef
  readonly object: KubeObject
  readonly hosts: readonly string[]
  /** `namespace/name`, or `mesh`. */
  readonly gateways: readonly string[]
  readonly http: readonly OwnedHttpRoute[]
  readonly tls: readonly L4Route[]
  readonly tcp: readonly L4Route[]
  readonly exportTo: ReadonlySet<string>
  /** Made from a Gateway API TLSRoute: its TLS blocks also serve terminating servers. */
  readonly tlsRoute?: boolean
  readonly semantics: 'istio' | 'ingress' | 'gateway-api'
}

/** An HTTP rule with the object that wrote it (a delegate's rules stay the delegate's). */
export interface OwnedHttpRoute {
  readonly route: HttpRoute
  readonly owner: ResourceRef
}
