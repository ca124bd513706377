import type { JsonObject } from '@/lib/std/json'
import type { EnvoyConfiguration } from './envoy-configuration'
import type { ClusterShare } from './explanation'
import { listOf, numberOf, objectOf, optionalObject, stringOf } from './read'
import type { Draft } from './trace'
import { addStep, loser, note } from './trace'

/** The clusters that an action (a route's, a tcp_proxy's) may choose, with their weights; weight 0 never wins. */
export function clusterShares(configuration: EnvoyConfiguration, action: JsonObject, header: (name: string) => string | undefined): readonly (ClusterShare & { readonly entry: JsonObject })[] {
  const share = (name: string, weight: number, entry: JsonObject) => ({ name, weight, state: configuration.clusterState(name), entry })
  const name = stringOf(action.cluster) ?? ''
  if (name !== '') return [share(name, 1, {})]
  const byHeader = stringOf(action.cluster_header)
  if (byHeader !== undefined) return [share(header(byHeader) ?? '', 1, {})]
  const weighted = objectOf(action.weighted_clusters)
  const entries = listOf(weighted.clusters).map(objectOf).flatMap((entry) => {
    const weight = numberOf(entry.weight) ?? 0
    const own = stringOf(entry.name) ?? ''
    return weight > 0 ? [share(own === '' ? header(stringOf(entry.cluster_header) ?? '') ?? '' : own, weight, entry)] : []
  })
  const draw = wholeNumber(header(stringOf(weighted.header_name) ?? ''))
  return draw === undefined ? entries : drawn(entries, draw)
}

/** The entry that a draw given by a header (WeightedCluster.header_name) falls on. */
function drawn<T extends ClusterShare>(entries: readonly T[], draw: number): readonly T[] {
  let rest = draw % Math.max(1, entries.reduce((sum, { weight }) => sum + weight, 0))
  return entries.filter(({ weight }) => {
    const before = rest
    rest -= weight
    return before >= 0 && rest < 0
  })
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && text !== '' && [...text].every((char) => char >= '0' && char <= '9') ? Number(text) : undefined
}

/** Puts the clusters into the draft and the trace, with what is known of each one's endpoints and TLS. */
export function noteClusters(draft: Draft, configuration: EnvoyConfiguration, shares: readonly ClusterShare[]): void {
  draft.clusters = shares.map(({ name, weight, state }) => ({ name, weight, state }))
  const only = shares.length === 1 ? shares[0]?.name ?? null : null
  const notes = shares.flatMap((share) => {
    const cluster = configuration.cluster(share.name)
    return [note('cluster-state', { cluster: share.name, state: share.state, weight: String(share.weight) }), ...(cluster === undefined ? [] : [note('cluster-tls', { cluster: share.name, mode: tlsMode(cluster) })])]
  })
  addStep(draft, 'cluster', only, { losers: shares.filter((share) => share.state === 'missing').map((share) => loser(share.name, 'missing')), notes })
  for (const { name, state } of shares) if (state === 'unknown') draft.conditions.add(configuration.cluster(name) === undefined ? 'clusters' : 'endpoints')
}

/** How the gateway talks to the cluster: `auto` is Istio's choice by endpoint, `none`, or `tls`. */
function tlsMode(cluster: JsonObject): string {
  if (listOf(cluster.transport_socket_matches).length > 0) return 'auto'
  const socket = optionalObject(cluster.transport_socket)
  return socket === undefined || stringOf(socket.name) === 'envoy.transport_sockets.raw_buffer' ? 'none' : 'tls'
}

/** What the access log would show for the shares' states: one answer where all agree, else what is not sure is a condition. */
export function upstreamResponse(draft: Draft, shares: readonly ClusterShare[], missingStatus: number): { readonly status: number | null; readonly flags?: string; readonly details?: string } {
  const states = new Set(shares.map((share) => share.state))
  if (states.size === 0 || (states.size === 1 && states.has('missing'))) return { status: missingStatus, flags: 'NC', details: 'cluster_not_found' }
  if (states.size === 1 && states.has('no-endpoints')) return { status: 503, flags: 'UH', details: 'no_healthy_upstream' }
  for (const share of shares) if (states.size > 1 && share.state !== 'ok') draft.conditions.add(`cluster:${share.name}`)
  return { status: null, details: 'via_upstream' }
}
