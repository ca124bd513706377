import { createHash } from 'node:crypto'
import type { Cluster } from '@/lib/mesh/envoy/cluster'
import { listOf, numberOf, objectOf, stringOf } from '@/lib/mesh/simulate/read'
import type { Headers } from './headers'
import { valueOf } from './headers'
import type { UpstreamHost } from './upstream-host'
import { hostKey } from './upstream-host'

/** State of one cluster's load balancer between requests. */
export interface BalancerState {
  next: number
}

/** What the choice of a host may depend on. */
export interface BalancerRequest {
  readonly random: () => number
  /** Text to hash for RING_HASH and MAGLEV; undefined: no hash policy fits, any host will do. */
  readonly hashKey: string | undefined
  /** Hosts that were tried already and are avoided while there is another. */
  readonly avoid: ReadonlySet<UpstreamHost>
}

/** Picks a host, undefined when none is usable: the lowest priority with usable hosts, then the cluster's policy. */
export function pickHost(cluster: Cluster, hosts: readonly UpstreamHost[], state: BalancerState, request: BalancerRequest): UpstreamHost | undefined {
  const usable = usableHosts(cluster, hosts)
  const fresh = usable.filter((host) => !request.avoid.has(host))
  const candidates = fresh.length > 0 ? fresh : usable
  if (candidates.length <= 1) return candidates[0]
  const policy = stringOf(cluster.lb_policy) ?? 'ROUND_ROBIN'
  if ((policy === 'RING_HASH' || policy === 'MAGLEV') && request.hashKey !== undefined) return byHash(candidates, request.hashKey)
  if (policy === 'ROUND_ROBIN') return candidates[state.next++ % candidates.length]
  if (policy === 'LEAST_REQUEST') return leastRequest(candidates, request.random)
  return weighted(candidates, request.random)
}

/** Healthy hosts, else degraded ones; in panic (fewer healthy than the threshold, 50 % where none is set) all of them. */
export function usableHosts(cluster: Cluster, hosts: readonly UpstreamHost[]): readonly UpstreamHost[] {
  const priorities = [...new Set(hosts.map((host) => host.priority))].sort((a, b) => a - b)
  const threshold = panicThreshold(cluster)
  for (const priority of priorities) {
    const level = hosts.filter((host) => host.priority === priority)
    const healthy = level.filter((host) => host.health === 'HEALTHY')
    if (healthy.length > 0 && (healthy.length / level.length) * 100 >= threshold) return healthy
    const degraded = level.filter((host) => host.health === 'DEGRADED')
    if (healthy.length === 0 && degraded.length > 0) return degraded
  }
  const first = hosts.filter((host) => host.priority === priorities[0])
  return threshold > 0 ? first : first.filter((host) => host.health === 'HEALTHY')
}

function panicThreshold(cluster: Cluster): number {
  const common = objectOf(cluster.common_lb_config)
  return common.healthy_panic_threshold === undefined ? 50 : numberOf(objectOf(common.healthy_panic_threshold).value) ?? 0
}

function leastRequest(hosts: readonly UpstreamHost[], random: () => number): UpstreamHost | undefined {
  const a = hosts[Math.floor(random() * hosts.length)]
  const b = hosts[Math.floor(random() * hosts.length)]
  return a !== undefined && b !== undefined && b.stats.rq_active < a.stats.rq_active ? b : a
}

function weighted(hosts: readonly UpstreamHost[], random: () => number): UpstreamHost | undefined {
  let draw = random() * hosts.reduce((sum, host) => sum + host.weight, 0)
  return hosts.find((host) => (draw -= host.weight) < 0) ?? hosts[hosts.length - 1]
}

/** Rendezvous hashing: stable for a key, and only the keys of a host that goes away move. */
function byHash(hosts: readonly UpstreamHost[], key: string): UpstreamHost | undefined {
  const scored = hosts.map((host) => ({ host, score: score(`${key} ${hostKey(host)}`) }))
  return scored.reduce<(typeof scored)[number] | undefined>((best, item) => (best === undefined || item.score > best.score ? item : best), undefined)?.host
}

function score(text: string): number {
  return createHash('sha1').update(text).digest().readUIntBE(0, 6)
}

/** The text that a route's hash_policy takes from a request; undefined when no policy yields one. */
export function hashKeyOf(policies: unknown, request: { readonly headers: Headers; readonly path: string; readonly sourceAddress: string }): string | undefined {
  const keys: string[] = []
  for (const item of listOf(policies)) {
    const policy = objectOf(item)
    const key = hashPart(policy, request)
    if (key !== undefined) keys.push(key)
    if (key !== undefined && policy.terminal === true) break
  }
  return keys.length === 0 ? undefined : keys.join('\n')
}

function hashPart(policy: ReturnType<typeof objectOf>, request: { readonly headers: Headers; readonly path: string; readonly sourceAddress: string }): string | undefined {
  if (policy.header !== undefined) return valueOf(request.headers, (stringOf(objectOf(policy.header).header_name) ?? '').toLowerCase())
  if (policy.cookie !== undefined) return cookie(valueOf(request.headers, 'cookie') ?? '', stringOf(objectOf(policy.cookie).name) ?? '')
  if (objectOf(policy.connection_properties).source_ip === true) return request.sourceAddress
  if (policy.query_parameter === undefined) return undefined
  return new URLSearchParams(request.path.split('?')[1] ?? '').get(stringOf(objectOf(policy.query_parameter).name) ?? '') ?? undefined
}

function cookie(header: string, name: string): string | undefined {
  const pair = header.split(';').map((part) => part.trim()).find((part) => part.startsWith(`${name}=`))
  return pair?.slice(name.length + 1)
}
