import { clusterLabel, parseClusterName } from '@/lib/mesh/graph/cluster-name'
import type { AccessLogLine } from '@/lib/mesh/log/access-log'

/** Lines that ended alike: same status, same flags, and led to the same route and destination (or, without one, asked for the same host). */
export interface LineGroup {
  readonly key: string
  readonly status: number
  readonly flags: string
  readonly words: string
  readonly failing: boolean
}

/** The groups seen, by number; 0 is no group. Past 4,000 the hosts that lead nowhere are one group a status and flag. */
export interface LineGroups {
  readonly idOf: (access: AccessLogLine) => number
  readonly groupAt: (id: number) => LineGroup | undefined
  readonly count: () => number
}

const most = 4_000

/** No groups yet. */
export function createLineGroups(): LineGroups {
  const ids = new Map<string, number>()
  const groups: (LineGroup | undefined)[] = [undefined]
  return {
    idOf(access) {
      const key = `${access.status} ${access.flags} ${access.routeName} ${access.upstreamCluster === '' ? access.authority : access.upstreamCluster}`
      const known = ids.get(key)
      if (known !== undefined) return known
      if (groups.length < most) return make(key, access, destinationWords(access))
      const rest = `${access.status} ${access.flags} \n`
      return ids.get(rest) ?? make(rest, access, 'others')
    },
    groupAt: (id) => groups[id],
    count: () => groups.length - 1,
  }

  function make(key: string, access: AccessLogLine, words: string): number {
    const id = groups.push({ key, status: access.status, flags: access.flags, words, failing: isFailing(access.status, access.flags) }) - 1
    ids.set(key, id)
    return id
  }
}

/** Whether a line says that something failed: a status from 400, or no status and a flag. */
export function isFailing(status: number, flags: string): boolean {
  return status >= 400 || (status === 0 && flags !== '')
}

/** Where a request went, in words: `cart → cart·v1:80`; `no rule, host` and `answered here, host` without a destination. */
export function destinationWords(access: AccessLogLine): string {
  const route = access.routeName === '' || access.routeName === 'default' ? '' : access.routeName
  if (access.upstreamCluster !== '') {
    const parts = parseClusterName(access.upstreamCluster)
    const to = parts ? clusterLabel(parts) : access.upstreamCluster
    return route === '' ? to : `${route} → ${to}`
  }
  const host = access.authority === '' ? access.serverName : access.authority
  if (route !== '') return `${route}, answered here`
  const words = access.flags.split(',').includes('NR') ? 'no rule' : 'answered here'
  return host === '' ? words : `${words}, ${host}`
}
