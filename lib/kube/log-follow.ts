import { AppError } from '@/lib/contract/app-error'
import { kindByKey } from '@/lib/mesh/kinds'
import { createBackoff } from './backoff'
import { systemClock, type Clock } from './clock'
import { resourcePath } from './resource-path'
import { splitLines } from './split-lines'
import { readAll, replyError, type KubeStream, type KubeTransport } from './transport'

/** One line of a container's log. `at` is the kubelet's timestamp, RFC 3339 with nine digits of fraction, hence orderable as text. */
export interface FollowedLine {
  readonly at: string
  readonly text: string
}

/** What happened to a log besides its lines. */
export type FollowMarker =
  /** The stream broke or ended and goes on; nothing is doubled. */
  | { readonly kind: 'resumed'; readonly reason: string }
  /** The stream cannot be had for the moment. */
  | { readonly kind: 'waiting'; readonly reason: string }

/** What is followed, and who hears it. */
export interface FollowOptions {
  readonly transport: KubeTransport
  readonly namespace: string
  readonly pod: string
  readonly container: string
  /** How many of the last lines come first. */
  readonly tail: number
  readonly signal: AbortSignal
  readonly onLines: (lines: readonly FollowedLine[]) => void
  readonly onMarker: (marker: FollowMarker) => void
  readonly clock?: Clock
}

/** Longer lines are cut, and say so. */
const lineLimit = 65_536

/**
 * Follows a container's log until the signal is aborted or the pod is gone. A stream that ends (log rotation, restart
 * of the container, of the API server) is opened again with sinceTime; lines seen before are left out.
 * Resolves when the pod is gone. @throws AppError forbidden, or bad-request for an unknown container
 */
export async function followLog(options: FollowOptions): Promise<void> {
  const { signal, clock = systemClock, onMarker } = options
  const backoff = createBackoff(clock)
  const seen = createSeen()
  let failed: string | undefined
  while (!signal.aborted) {
    const startedAt = clock.now()
    const outcome = await followOnce(options, seen, () => {
      if (failed === undefined) return
      onMarker({ kind: 'resumed', reason: failed })
      failed = undefined
    })
    if (outcome.kind === 'gone' || signal.aborted) return
    if (clock.now() - startedAt > 5_000) backoff.healthy()
    if (outcome.kind === 'waiting' && failed === undefined) onMarker({ kind: 'waiting', reason: outcome.reason })
    failed = outcome.reason
    await clock.sleep(backoff.next(), signal)
  }
}

type Outcome = { readonly kind: 'gone' } | { readonly kind: 'ended' | 'waiting'; readonly reason: string }

async function followOnce(options: FollowOptions, seen: Seen, opened: () => void): Promise<Outcome> {
  const { transport, namespace, pod, container, tail, signal, onLines } = options
  const kind = kindByKey('pods')
  if (!kind) throw new AppError('internal', 'pods are not in the table of kinds')
  const since = seen.since()
  let reply: KubeStream
  try {
    reply = await transport.stream({
      path: resourcePath({ kind, namespace, name: pod, subresource: 'log' }), signal, attempt: { verb: 'get', resource: 'pods/log', namespace },
      query: { container, follow: 'true', timestamps: 'true', ...(since === undefined ? { tailLines: String(tail) } : { sinceTime: since }) },
    })
  } catch (error) {
    return { kind: 'ended', reason: error instanceof Error ? error.message : String(error) }
  }
  if (reply.status !== 200) return await refused(reply, namespace)
  opened()
  try {
    let batch: FollowedLine[] = []
    let scheduled = false
    const flush = (): void => {
      scheduled = false
      const lines = batch
      batch = []
      if (lines.length > 0 && !signal.aborted) onLines(lines)
    }
    for await (const bytes of splitLines(reply.body, lineLimit)) {
      const line = parseLine(bytes)
      if (!seen.isNew(line.at)) continue
      batch.push(line)
      if (batch.length >= 500) flush()
      else if (!scheduled) { scheduled = true; setImmediate(flush) }
    }
    flush()
    return { kind: 'ended', reason: 'the log stream ended' }
  } catch (error) {
    return { kind: 'ended', reason: error instanceof Error ? error.message : String(error) }
  } finally {
    reply.body.on('error', () => undefined)
    reply.body.destroy()
  }
}

async function refused(reply: KubeStream, namespace: string): Promise<Outcome> {
  const error = replyError({ ...reply, body: await readAll(reply.body) }, { verb: 'get', resource: 'pods/log', namespace })
  if (error.code === 'not-found') return { kind: 'gone' }
  if (error.code === 'forbidden' || error.code === 'unauthenticated') throw error
  if (error.code === 'bad-request' && error.message.includes('is not valid for pod')) throw error
  return { kind: 'waiting', reason: error.message }
}

function parseLine(bytes: Buffer): FollowedLine {
  const space = bytes.indexOf(32)
  const text = bytes.toString('utf8', space + 1)
  return { at: normalTime(space > 0 ? bytes.toString('latin1', 0, space) : ''), text: bytes.length >= lineLimit ? `${text} … (cut at 64 KiB)` : text }
}

/** `…:01.5Z` → `…:01.500000000Z`: Go drops trailing zeros, which breaks the order of text. */
function normalTime(at: string): string {
  const dot = at.indexOf('.')
  if (!at.endsWith('Z')) return at
  if (dot < 0) return `${at.slice(0, -1)}.000000000Z`
  return `${at.slice(0, dot)}.${at.slice(dot + 1, -1).padEnd(9, '0')}Z`
}

/** Remembers how far a log was read, so that the overlap of a second opening is left out. */
interface Seen {
  /** For sinceTime, which is read with a precision of seconds; undefined before the first line. */
  since(): string | undefined
  isNew(at: string): boolean
}

function createSeen(): Seen {
  let last = ''
  let atLast = 0
  let overlap = 0
  let resuming = false
  return {
    since() {
      overlap = atLast
      resuming = last !== ''
      return last === '' ? undefined : `${last.slice(0, 19)}Z`
    },
    isNew(at) {
      if (resuming && at < last) return false
      if (resuming && at === last && overlap > 0) { overlap--; return false }
      resuming = resuming && at === last
      atLast = at === last ? atLast + 1 : 1
      last = at
      return true
    },
  }
}
