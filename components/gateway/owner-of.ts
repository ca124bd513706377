import { textAt } from '@/lib/mesh/gateway-list/read-json'
import { kinds } from '@/lib/mesh/kinds'
import type { ResourceRef } from '@/lib/mesh/resource'
import type { JsonObject } from '@/lib/std/json'

/**
 * The object that Pilot made an Envoy resource from, by metadata `istio.config`:
 * `/apis/networking.istio.io/v1/namespaces/shop/virtual-service/storefront` (Istio util.BuildConfigInfoMetadata).
 * Undefined without it, and for kinds that Meridian does not know.
 */
export function ownerOf(resource: JsonObject): ResourceRef | undefined {
  const [start, apis, group, , namespaces, namespace, kebab, name] = (textAt(resource, 'metadata', 'filter_metadata', 'istio', 'config') ?? '').split('/')
  if (start !== '' || apis !== 'apis' || namespaces !== 'namespaces' || group === undefined || namespace === undefined || kebab === undefined || name === undefined) return undefined
  const words = kebab.replaceAll('-', '').toLowerCase()
  const kind = kinds.find((one) => one.group === group && one.kind.toLowerCase() === words)
  return kind && { group, kind: kind.kind, namespace, name }
}
