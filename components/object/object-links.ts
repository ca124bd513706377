import { paths } from '../shell/paths'

/** A host that an object serves, on a gateway (`namespace/name`). */
export interface ServedOn {
  readonly gateway: string
  readonly host: string
  readonly path: string
}

/** Where a VirtualService's rules are edited: the table of the first host it serves; undefined for what has no editor. */
export function editPath(cluster: string, kind: string, hosts: readonly ServedOn[], pointed: string | null): string | undefined {
  const [first] = hosts
  if (kind !== 'virtualservices.networking.istio.io' || !first) return undefined
  return editorOf(cluster, first, pointed ?? undefined)
}

/** The editor of one served host. */
export function editorOf(cluster: string, { gateway, host }: ServedOn, path?: string): string {
  const slash = gateway.indexOf('/')
  const url = paths.edit(cluster, { namespace: gateway.slice(0, slash), name: gateway.slice(slash + 1) }, host)
  return path === undefined ? url : `${url}?path=${encodeURIComponent(path)}`
}

/** The map, opened at a host. */
export function mapOf(cluster: string, { gateway, host }: ServedOn): string {
  return `${paths.map(cluster)}?gateway=${encodeURIComponent(gateway)}&q=${encodeURIComponent(`host:${host}`)}`
}
