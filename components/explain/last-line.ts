import { clusterLabel, parseClusterName } from '@/lib/mesh/graph/cluster-name'
import { loggedRequests, type LoggedRequest } from './log-lines'
import type { StepName } from './witness-rows'

/** The request that is looked for: path and host as asked, the query left out. */
export interface AskedRequest {
  readonly method: string
  readonly authority: string
  readonly path: string
  readonly tls: 'off' | 'on' | 'mutual'
}

/** The newest line of each request that was logged, by method, host and path, with TLS or without. */
export interface LineStore {
  /** Takes a `lines` event (its JSON text). */
  add(text: string): void
  newest(asked: AskedRequest): LoggedRequest | null
  subscribe(listener: () => void): () => void
}

const mostKept = 5_000

/** An empty store; it keeps the requests that came last. */
export function createLineStore(): LineStore {
  const kept = new Map<string, LoggedRequest>()
  const listeners = new Set<() => void>()
  return {
    add(text) {
      for (const one of loggedRequests(text) ?? []) {
        const key = keyOf({ ...one.access, tls: one.access.serverName === '' ? 'off' : 'on' })
        const known = kept.get(key)
        if (known !== undefined && known.at > one.at) continue
        kept.delete(key)
        kept.set(key, one)
      }
      for (const key of kept.keys()) {
        if (kept.size <= mostKept) break
        kept.delete(key)
      }
      for (const listener of listeners) listener()
    },
    newest: (asked) => kept.get(keyOf(asked)) ?? null,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function keyOf({ method, authority, path, tls }: AskedRequest): string {
  return `${tls === 'off' ? 'plain' : 'tls'} ${method} ${hostOf(authority)}${pathOf(path)}`
}

function hostOf(authority: string): string {
  const colon = authority.lastIndexOf(':')
  return (colon > authority.lastIndexOf(']') ? authority.slice(0, colon) : authority).toLowerCase()
}

function pathOf(path: string): string {
  const query = path.indexOf('?')
  return query < 0 ? path : path.slice(0, query)
}

/** What the line says of a step, '' for nothing. */
export function lineCell({ access }: LoggedRequest, step: StepName): string {
  switch (step) {
    case 'Listener': return ''
    case 'Filter chain': return access.serverName === '' ? '' : `${access.serverName} SNI`
    case 'HTTP filters': return filterFlags.find((flag) => access.flags.split(',').includes(flag)) ?? ''
    case 'Virtual host': return ''
    case 'Route': return access.routeName
    case 'Upstream': return [labelOf(access.upstreamCluster), access.upstreamHost].filter((part) => part !== '').join(' ')
    case 'Response': return [access.status === 0 ? 'closed' : `${access.status}`, access.flags, ...(access.duration === null ? [] : [`in ${access.duration} ms`])].filter((part) => part !== '').join(' ')
  }
}

/** Flags by which a filter answered itself. */
const filterFlags = ['UAEX', 'RL', 'RLSE', 'FI', 'DI'] as const

function labelOf(cluster: string): string {
  const parts = parseClusterName(cluster)
  return parts ? clusterLabel(parts) : cluster
}
