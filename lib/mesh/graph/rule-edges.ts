import type { RedirectAction, Route } from '../envoy/route'
import type { MapEdge } from './model'

const redirectStatus = { MOVED_PERMANENTLY: 301, FOUND: 302, SEE_OTHER: 303, TEMPORARY_REDIRECT: 307, PERMANENT_REDIRECT: 308 } as const

/** Where a route sends to: its clusters with their shares, the heaviest first, then its mirrors. */
export function routeEdges(route: Route): readonly MapEdge[] {
  if (route.redirect) return [{ to: redirectId(route.redirect), share: 1, kind: 'route' }]
  if (route.direct_response) return [{ to: `direct|${route.direct_response.status ?? 0}`, share: 1, kind: 'route' }]
  const action = route.route
  if (!action) return []
  const mirrors = (action.request_mirror_policies ?? []).map((mirror): MapEdge => {
    const fraction = mirror.runtime_fraction?.default_value
    const of = fraction?.denominator === 'MILLION' ? 1_000_000 : fraction?.denominator === 'TEN_THOUSAND' ? 10_000 : 100
    return { to: mirror.cluster, share: fraction ? (fraction.numerator ?? 0) / of : 1, kind: 'mirror' }
  })
  return [...clusterEdges(action), ...mirrors]
}

function clusterEdges(action: NonNullable<Route['route']>): readonly MapEdge[] {
  const weighted = action.weighted_clusters?.clusters
  if (!weighted) return action.cluster === undefined ? [] : [{ to: action.cluster, share: 1, kind: 'route' }]
  return weightedEdges(weighted)
}

/** Shares of weighted clusters, the heaviest first; weights that sum to nothing share evenly. */
export function weightedEdges(weighted: readonly { readonly name: string; readonly weight?: number }[]): readonly MapEdge[] {
  const total = weighted.reduce((sum, cluster) => sum + (cluster.weight ?? 0), 0)
  const edges = weighted.map((cluster): MapEdge => ({ to: cluster.name, share: rounded(total === 0 ? 1 / weighted.length : (cluster.weight ?? 0) / total), kind: 'route' }))
  return edges.sort((a, b) => b.share - a.share)
}

/** Shares to a ten-thousandth: finer than any weight, and short in JSON. */
function rounded(share: number): number {
  return Math.round(share * 10_000) / 10_000
}

/** A name for an answer that Envoy gives itself: `redirect|301|https://x/y`. */
function redirectId(redirect: RedirectAction): string {
  const scheme = redirect.scheme_redirect ?? (redirect.https_redirect === true ? 'https' : '')
  const host = redirect.host_redirect ?? ''
  const port = redirect.port_redirect === undefined ? '' : `:${redirect.port_redirect}`
  const path = redirect.path_redirect ?? redirect.prefix_rewrite ?? (redirect.regex_rewrite ? `~${redirect.regex_rewrite.substitution}` : '')
  const start = scheme !== '' ? `${scheme}://${host === '' ? '…' : host}` : host
  return `redirect|${redirectStatus[redirect.response_code ?? 'MOVED_PERMANENTLY']}|${start}${port}${path}`
}

/** The edges of several rules as one a destination, each rule counting the same, the heaviest first; mirrors last. */
export function bundleEdges(rules: readonly (readonly MapEdge[])[]): readonly MapEdge[] {
  const sums = new Map<string, MapEdge>()
  for (const edges of rules) {
    for (const edge of edges) {
      const key = `${edge.kind} ${edge.to}`
      const share = (sums.get(key)?.share ?? 0) + edge.share / rules.length
      sums.set(key, { ...edge, share: Math.min(1, share) })
    }
  }
  const edges = [...sums.values()].map((edge) => ({ ...edge, share: rounded(edge.share) }))
  const routed = new Set(edges.filter((edge) => edge.kind === 'route').map((edge) => edge.to))
  return edges
    .filter((edge) => edge.kind === 'route' || !routed.has(edge.to))
    .sort((a, b) => (a.kind === b.kind ? b.share - a.share : a.kind === 'route' ? -1 : 1))
}
