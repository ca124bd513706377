'use client'
import { useClusterStatus, useConnection } from '@/lib/client/use-connection'
import { useCluster } from '@/lib/client/use-cluster'
import type { Revision } from '@/lib/mesh/snapshot'
import type { TruthFact } from '../ui/bars'
import { formatAge, formatClock, useNow } from '../ui/relative-time'

/** The truth bar's facts about what was declared: the revision with its age, and how many namespaces could be read. */
export function useDeclaredFacts(revision: Revision | undefined): readonly TruthFact[] {
  const cluster = useCluster()
  const connection = useConnection(cluster)
  const { data: status } = useClusterStatus(cluster)
  const now = useNow()
  const age = connection.kind === 'watching' ? (now === 0 ? '' : `, ${formatAge(now - connection.heardAt)}`)
    : connection.kind === 'connecting' ? '' : `, as of ${formatClock(connection.stale.since)}`
  const declared = { label: 'Declared', text: revision === undefined ? 'not read yet' : `rev ${revision.n}${age}` }
  if (!status) return [declared]
  const { readable, total } = status.namespaces
  const forbidden = status.kinds.filter((kind) => kind.state === 'forbidden').length
  return [
    declared,
    { label: 'Namespaces', text: total === null ? `${readable} readable` : `${readable} of ${total} readable`, wide: true },
    ...(forbidden === 0 ? [] : [{ label: 'Not readable', text: `${forbidden} ${forbidden === 1 ? 'kind' : 'kinds'}` }]),
  ]
}
