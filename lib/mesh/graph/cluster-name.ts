/** The parts of a cluster name that Istio makes: `outbound|80|v1|cart.shop.svc.cluster.local`. */
export interface ClusterNameParts {
  readonly port: string
  readonly subset: string
  readonly host: string
}

/** Reads Istio's cluster names, `|`-separated or in the SNI form `outbound_.80_.v1_.host`; undefined for any other name. */
export function parseClusterName(name: string): ClusterNameParts | undefined {
  const parts = name.includes('|') ? name.split('|') : name.split('_.')
  const [direction, port, subset, host] = parts
  if (parts.length !== 4 || direction === undefined || !direction.endsWith('bound') || port === undefined || subset === undefined || host === undefined) return undefined
  return { port, subset, host }
}

/** `cart·v1:80`: the first label of a cluster-local host, the whole name of any other. */
export function clusterLabel(parts: ClusterNameParts): string {
  const local = parts.host.indexOf('.svc.')
  const name = local < 0 ? parts.host : parts.host.slice(0, parts.host.indexOf('.'))
  return `${name}${parts.subset === '' ? '' : `·${parts.subset}`}:${parts.port}`
}
