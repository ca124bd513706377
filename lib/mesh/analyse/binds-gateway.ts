import { at } from '../gateway-list/read-json'
import type { KubeObject } from '../resource'

/** Whether an object is about the edge: everything but a VirtualService that is for sidecars alone (gateway `mesh`, or none named). A delegate names none. */
export function bindsGateway(object: KubeObject): boolean {
  if (object.kind !== 'VirtualService') return true
  const gateways = at(object, 'spec', 'gateways')
  if (!Array.isArray(gateways)) return at(object, 'spec', 'hosts') === undefined
  return gateways.some((gateway) => gateway !== 'mesh')
}
