import { kindOf } from '@/lib/mesh/kinds'
import type { ResourceRef } from '@/lib/mesh/resource'

/** The pages' URLs. Every part is encoded here; queries are added by the caller. */
export const paths = {
  gateways: (cluster: string) => `/c/${enc(cluster)}/gateways`,
  map: (cluster: string) => `/c/${enc(cluster)}/map`,
  explain: (cluster: string) => `/c/${enc(cluster)}/explain`,
  logs: (cluster: string) => `/c/${enc(cluster)}/logs`,
  gateway: (cluster: string, namespace: string, name: string, pod?: string) => `/c/${enc(cluster)}/gateways/${enc(namespace)}/${enc(name)}${pod === undefined ? '' : `/${enc(pod)}`}`,
  /** The editor of a host's table on one gateway. */
  edit: (cluster: string, gateway: { readonly namespace: string; readonly name: string }, host: string) => `/c/${enc(cluster)}/edit/${enc(gateway.namespace)}/${enc(gateway.name)}/${enc(host)}`,
  /** An object's page; undefined for a kind that Meridian does not know. Cluster-scoped ones have `-` for a namespace. */
  object: (cluster: string, ref: ResourceRef) => {
    const kind = kindOf(ref.group, ref.kind)
    return kind === undefined ? undefined : `/c/${enc(cluster)}/o/${enc(kind.key)}/${enc(ref.namespace === '' ? '-' : ref.namespace)}/${enc(ref.name)}`
  },
} as const

function enc(part: string): string {
  return encodeURIComponent(part)
}
