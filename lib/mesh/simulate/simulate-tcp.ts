import type { JsonObject } from '@/lib/std/json'
import { clusterShares, noteClusters, upstreamResponse } from './cluster-shares'
import type { EnvoyConfiguration } from './envoy-configuration'
import type { Explanation } from './explanation'
import { evaluateNetworkRbac, networkFilters } from './network-rbac'
import { policyOrigin } from './policy-origin'
import type { ConnectionFacts, RequestFacts } from './request-facts'
import type { Draft } from './trace'
import { addStep, finish, note } from './trace'
import { noteUncomputed } from './uncomputed'

/** A TCP chain: network filters, then tcp_proxy. */
export function simulateTcp(configuration: EnvoyConfiguration, place: TcpPlace): Explanation {
  const { draft } = place
  const facts: RequestFacts = { headers: new Map(), path: '', metadata: new Map(), chance: () => false, connection: place.connection }
  const shares = clusterShares(configuration, actionOf(place), () => undefined)
  const unreachable = shares.every(isUnreachable)
  // tcp_proxy looks for its cluster when the connection comes, RBAC decides when its first bytes do.
  const denied = unreachable ? noteUnknownFilters(place) : runNetworkFilters(place, facts, shares.some(isUnreachable))
  if (denied !== undefined) return denied
  noteClusters(draft, configuration, shares)
  const response = upstreamResponse(draft, shares, 503)
  return finish(draft, { kind: 'tcp' }, { status: null, ...(response.flags === undefined ? {} : { flags: response.flags }) })
}

/** Whether a TCP chain's connection ends for want of a cluster, which tcp_proxy notices before any handshake: surely, by chance, or not. */
export function lacksCluster(configuration: EnvoyConfiguration, place: TcpPlace): 'surely' | 'perhaps' | 'no' {
  const shares = clusterShares(configuration, actionOf(place), () => undefined)
  if (shares.every(isUnreachable)) return 'surely'
  return shares.some(isUnreachable) ? 'perhaps' : 'no'
}

function isUnreachable({ state }: { readonly state: string }): boolean {
  return state === 'missing' || state === 'no-endpoints'
}

/** A connection on a TCP chain. */
export interface TcpPlace {
  readonly draft: Draft
  readonly chain: JsonObject
  readonly proxy: JsonObject
  readonly connection: ConnectionFacts
}

/** What tcp_proxy may choose from; the server name instead where sni_cluster is before it. */
function actionOf({ chain, proxy, connection }: TcpPlace): JsonObject {
  const bySni = networkFilters(chain).some(({ name }) => name === 'envoy.filters.network.sni_cluster')
  return bySni && connection.sni !== '' ? { cluster: connection.sni } : proxy
}

/** Filters that nobody knows may end a connection as soon as it comes, before tcp_proxy misses its cluster. */
function noteUnknownFilters({ draft, chain }: TcpPlace): undefined {
  for (const filter of networkFilters(chain)) if (!filter.known) noteUncomputed(draft, filter.name, '')
}

function runNetworkFilters({ draft, chain }: TcpPlace, facts: RequestFacts, perhapsCut: boolean): Explanation | undefined {
  for (const filter of networkFilters(chain)) {
    if (!filter.known) {
      noteUncomputed(draft, filter.name, '')
      continue
    }
    if (filter.rbac === undefined) {
      addStep(draft, 'http-filter', filter.name, { notes: [note('passes')] })
      continue
    }
    const verdict = evaluateNetworkRbac(filter.rbac, facts)
    for (const unknown of verdict.unknown) draft.conditions.add(unknown)
    addStep(draft, 'http-filter', filter.name, { notes: [note(verdict.allowed ? 'allowed' : 'denied', { policy: verdict.policy ?? 'none' })] })
    if (verdict.allowed) continue
    if (perhapsCut) draft.conditions.add('weighted-cluster')
    const origin = policyOrigin(verdict.policy)
    draft.resource = origin?.resource ?? null
    draft.path = origin?.path ?? null
    return finish(draft, { kind: 'denied' }, { status: null })
  }
  return undefined
}
