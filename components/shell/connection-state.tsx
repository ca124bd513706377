'use client'
import { assertNever } from '@/lib/std/assert-never'
import { useCluster } from '@/lib/client/use-cluster'
import { useConnection, type Connection } from '@/lib/client/use-connection'
import { Glyph, type GlyphShape } from '../ui/glyph'
import { formatAge, formatClock, useNow } from '../ui/relative-time'

/** What the top bar says of a connection at a time. */
export function sayConnection(connection: Connection, now: number): { readonly shape: GlyphShape; readonly words: string } {
  switch (connection.kind) {
    case 'connecting': return { shape: 'unknown', words: 'connecting' }
    case 'watching': return { shape: 'ok', words: now === 0 ? 'watching' : `watching, ${formatAge(now - connection.heardAt)}` }
    case 'stale': return { shape: 'warn', words: `stale since ${formatClock(connection.stale.since)}` }
    case 'unreachable': {
      const left = connection.stale.retryAt === null ? 0 : Math.max(0, Math.ceil((connection.stale.retryAt - now) / 1000))
      return { shape: 'bad', words: left === 0 || now === 0 ? 'unreachable, retrying' : `unreachable, retrying in ${left} s` }
    }
    default: return assertNever(connection)
  }
}

/** The connection at the right of the top bar; a change of its kind is read out, its seconds are not. */
export function ConnectionState() {
  const connection = useConnection(useCluster())
  const { shape, words } = sayConnection(connection, useNow())
  const said = { connecting: 'Connecting', watching: 'Watching the cluster', stale: 'Data is stale', unreachable: 'The cluster is unreachable' }[connection.kind]
  const title = connection.kind === 'stale' || connection.kind === 'unreachable' ? `${connection.stale.what} as of ${new Date(connection.stale.since).toLocaleString()}` : said
  return (
    <span className="connection" title={title} data-connection={connection.kind}>
      <Glyph shape={shape} label="" />
      <span className="sr-only" role="status">{said}</span>
      <span className="words" aria-hidden="true" suppressHydrationWarning>{words}</span>
    </span>
  )
}
