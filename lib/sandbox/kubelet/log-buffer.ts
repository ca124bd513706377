import { KubeError } from '../api-server/kube-error'
import type { LogQuery } from '../api-server/ports'

interface Entry {
  readonly time: Date
  readonly text: string
}

/** A container's log as a kubelet keeps it: the newest lines, rotation, followers. */
export interface LogBuffer {
  append(text: string, time: Date): void
  read(query: LogQuery, now: Date, signal: AbortSignal): AsyncIterable<string>
  /** As when the file is rotated: what was written stays readable only while it is the previous file's tail; followers go on. */
  rotate(): void
  /** The container ended: followers get their last line and end. */
  close(): void
}

const kept = 20_000

/** An empty log. */
export function createLogBuffer(): LogBuffer {
  let entries: Entry[] = []
  let dropped = 0
  let closed = false
  const wakes = new Set<() => void>()
  const wakeAll = (): void => { for (const wake of [...wakes]) wake() }

  return {
    append(text, time) {
      if (closed) return
      entries.push({ time, text })
      if (entries.length > kept) {
        entries = entries.slice(kept / 4)
        dropped += kept / 4
      }
      wakeAll()
    },
    async *read(query, now, signal) {
      if (query.previous) throw new KubeError(400, 'BadRequest', 'previous terminated container not found')
      const since = sinceOf(query, now)
      let next = dropped + startIndex(entries, since, query.tailLines)
      for (;;) {
        while (next < dropped + entries.length) {
          if (next < dropped) next = dropped
          const entry = entries[next - dropped]
          next += 1
          if (entry) yield query.timestamps ? `${nano(entry.time)} ${entry.text}\n` : `${entry.text}\n`
          if (signal.aborted) return
        }
        if (!query.follow || closed || signal.aborted) return
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            wakes.delete(wake)
            signal.removeEventListener('abort', wake)
            resolve()
          }
          wakes.add(wake)
          signal.addEventListener('abort', wake, { once: true })
        })
      }
    },
    rotate() {
      dropped += entries.length
      entries = []
    },
    close() {
      closed = true
      wakeAll()
    },
  }
}

function sinceOf(query: LogQuery, now: Date): number {
  if (query.sinceTime !== undefined) {
    const time = Date.parse(query.sinceTime)
    if (Number.isNaN(time)) throw new KubeError(400, 'BadRequest', `parsing time ${JSON.stringify(query.sinceTime)}: cannot parse`)
    return time
  }
  return query.sinceSeconds === undefined ? Number.NEGATIVE_INFINITY : now.getTime() - query.sinceSeconds * 1000
}

function startIndex(entries: readonly Entry[], since: number, tail: number | undefined): number {
  const first = since === Number.NEGATIVE_INFINITY ? 0 : entries.findIndex((entry) => entry.time.getTime() >= since)
  const start = first < 0 ? entries.length : first
  return tail === undefined ? start : Math.max(start, entries.length - tail)
}

/** RFC 3339 with nanoseconds, as container runtimes stamp lines. */
function nano(time: Date): string {
  return time.toISOString().replace('Z', '000000Z')
}
