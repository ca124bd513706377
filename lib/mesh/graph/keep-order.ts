import type { MapGraph } from './model'

/**
 * A newer map with its hosts in the order that is on the screen, so that nothing moves under the pointer: known hosts keep their
 * places, new ones follow the host they come after. `changed` says that the newer map's own order is another one.
 */
export function keepHostOrder(shown: readonly string[], graph: MapGraph): { readonly graph: MapGraph; readonly changed: boolean } {
  const rank = new Map(shown.map((id, index) => [id, index]))
  let last = -1
  const ranked = graph.hosts.map((host, index) => {
    const known = rank.get(host.id)
    if (known !== undefined) last = known
    return { host, at: known ?? last + 0.5, index }
  })
  const ordered = [...ranked].sort((a, b) => a.at - b.at || a.index - b.index)
  const changed = ordered.some((item, index) => item.index !== index)
  return { graph: changed ? { ...graph, hosts: ordered.map((item) => item.host) } : graph, changed }
}
