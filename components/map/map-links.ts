import { paths } from '@/components/shell/paths'
import type { MapHost } from '@/lib/mesh/graph/model'

/** The editor on a host's table, at a rule: what `e` and Edit open. */
export function editLink(cluster: string, host: Pick<MapHost, 'gateway' | 'name'>, rule?: number): string {
  return paths.edit(cluster, splitKey(host.gateway), host.name) + (rule === undefined ? '' : `?rule=${rule}`)
}

/** The editor with a new VirtualService for a host on a gateway. */
export function newVirtualServiceLink(cluster: string, gateway: string, host: string): string {
  return `${paths.edit(cluster, splitKey(gateway), host)}?new=1`
}

function splitKey(gateway: string): { readonly namespace: string; readonly name: string } {
  const slash = gateway.indexOf('/')
  return { namespace: gateway.slice(0, slash), name: gateway.slice(slash + 1) }
}
