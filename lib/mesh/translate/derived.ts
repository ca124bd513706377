import { parseVirtualService } from '../istio/parse-virtual-service'
import type { MeshConfig } from '../istio/mesh-config'
import type { L4Route } from '../istio/virtual-service'
import { refOf, type KubeObject, type ResourceRef } from '../resource'
import type { JsonObject } from '@/lib/std/json'
import type { Origin } from './compiled'
import { exportSet } from './mesh-service'
import type { ResolvedVirtualService } from './resolved-virtual-service'

/** What istiod makes of objects of other APIs before it translates: Gateways and VirtualServices that are in no cluster. */
export interface DerivedObjects {
  readonly gateways: readonly KubeObject[]
  readonly virtualServices: readonly ResolvedVirtualService[]
}

/** What istiod derives without a time has Go's zero time, so it comes before all others. */
const zeroTime = '0001-01-01T00:00:00Z'

const origins = new WeakMap<KubeObject, readonly Origin[]>()

/** A Gateway that istiod derives; `serverOrigins` names, for each server, what the user wrote. */
export function derivedGateway(name: { readonly namespace: string; readonly name: string; readonly annotations?: Readonly<Record<string, string>>; readonly creationTimestamp?: string }, spec: JsonObject, serverOrigins: readonly Origin[]): KubeObject {
  const object: KubeObject = { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { creationTimestamp: zeroTime, ...name }, spec }
  origins.set(object, serverOrigins)
  return object
}

/** A DestinationRule that istiod derives, before all others of its host; `from` names what the user wrote. */
export function derivedDestinationRule(name: { readonly namespace: string; readonly name: string }, spec: JsonObject, from: readonly Origin[]): KubeObject {
  const object: KubeObject = { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { creationTimestamp: zeroTime, ...name }, spec }
  origins.set(object, from)
  return object
}

/** Whether istiod made this object of others. */
export function isDerived(object: KubeObject): boolean {
  return origins.has(object)
}

/** What a derived object was made of, server by server; undefined for what the user wrote. */
export function derivedOrigins(object: KubeObject): readonly Origin[] | undefined {
  return origins.get(object)
}

/** What a DestinationRule was made of: the objects that a derived one came from, else itself. */
export function ruleOrigins(rule: KubeObject): readonly Origin[] {
  return origins.get(rule) ?? [{ resource: refOf(rule), path: 'spec' }]
}

/** Where a Gateway's server was written: in the object that a derived one was made of, else in the Gateway itself. */
export function serverOrigin(gateway: KubeObject, serverPath: string): Origin {
  const index = Number(serverPath.slice(serverPath.lastIndexOf('[') + 1, -1))
  return origins.get(gateway)?.[index] ?? { resource: refOf(gateway), path: serverPath }
}

/** A VirtualService that istiod derives: `spec` in Istio's form, and for each HTTP rule what the user wrote. */
export function derivedVirtualService(
  name: { readonly namespace: string; readonly name: string; readonly creationTimestamp?: string },
  spec: JsonObject,
  from: { readonly resource: ResourceRef; readonly rules: readonly Origin[]; readonly semantics: 'ingress' | 'gateway-api'; readonly config: MeshConfig; readonly tlsRoute?: boolean },
): ResolvedVirtualService {
  const object: KubeObject = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { creationTimestamp: zeroTime, ...name }, spec }
  const parsed = parseVirtualService(object).value
  return {
    namespace: name.namespace,
    name: name.name,
    resource: from.resource,
    object,
    hosts: parsed.hosts,
    gateways: parsed.gateways,
    http: parsed.http.map((route, index) => {
      const origin = from.rules[index]
      const path = origin?.path ?? route.path
      return { owner: origin?.resource ?? from.resource, route: { ...route, path, match: route.match.map((match) => ({ ...match, path })) } }
    }),
    tls: parsed.tls.map((block, index) => placed(block, from.rules[index])),
    tcp: parsed.tcp.map((block, index) => placed(block, from.rules[index])),
    exportTo: exportSet(parsed.exportTo, from.config.defaultVirtualServiceExportTo, name.namespace),
    semantics: from.semantics,
    ...(from.tlsRoute === undefined ? {} : { tlsRoute: from.tlsRoute }),
  }
}

/** An L4 block with the path that the user wrote it at. */
function placed(block: L4Route, origin: Origin | undefined): L4Route {
  const path = origin?.path ?? block.path
  return { ...block, path, match: block.match.map((match) => ({ ...match, path })) }
}
