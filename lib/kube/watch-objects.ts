import { AppError } from '@/lib/contract/app-error'
import type { Kind } from '@/lib/mesh/kinds'
import type { KubeObject } from '@/lib/mesh/resource'
import { isJsonObject, ownProperty, type JsonObject } from '@/lib/std/json'
import type { Clock } from './clock'
import { idleWatch } from './idle-watch'
import { isNarrow, projectionOf, type Projection } from './project'
import { resourcePath } from './resource-path'
import { splitLines } from './split-lines'
import { statusError, statusOf } from './status-error'
import { readAll, replyError, type KubeStream, type KubeTransport } from './transport'
import { withoutManagedFields } from './without-managed-fields'

/** What a watch brings, in order. */
export interface WatchHandlers {
  replace(objects: readonly KubeObject[]): void
  upsert(object: KubeObject): void
  remove(object: KubeObject): void
  bookmark(resourceVersion: string): void
  /** The resourceVersion of the event just handed over. */
  version(resourceVersion: string): void
  skipped(reason: string): void
  opened(): void
}

/** `from` undefined: the initial objects come on the same stream (WatchList, R8). */
export interface WatchOptions {
  readonly transport: KubeTransport
  readonly kind: Kind
  readonly version: string
  readonly namespace: string
  readonly from: string | undefined
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly handlers: WatchHandlers
}

/** How a watch ended: `closed` resumes from the last version; `relist` must list again; `failed` waits first. */
export type WatchEnd =
  | { readonly kind: 'closed'; readonly healthy: boolean }
  | { readonly kind: 'relist'; readonly expired: boolean; readonly reason: string }
  | { readonly kind: 'no-watch-list' }
  | { readonly kind: 'failed'; readonly error: AppError }

const initialEventsEnd = 'k8s.io/initial-events-end'

/** One watch from its request to its end (R4–R8). @throws AppError when no answer came */
export async function watchObjects(options: WatchOptions): Promise<WatchEnd> {
  const { transport, kind, version, namespace, from, signal, clock } = options
  const attempt = { verb: 'watch', resource: kind.key, namespace }
  const startedAt = clock.now()
  const reply = await transport.stream({
    path: resourcePath({ kind, version, namespace }), signal, attempt,
    query: {
      watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds: String(300 + Math.floor(clock.random() * 300)),
      ...(from === undefined ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' } : { resourceVersion: from }),
    },
  })
  if (reply.status !== 200) return await refused(reply, from === undefined, attempt)
  options.handlers.opened()
  const idle = idleWatch(reply.body, clock)
  const reading = startReading(options)
  try {
    for await (const line of splitLines(reply.body)) {
      idle.touch()
      if (line.length === 0) continue
      const end = reading.take(line)
      if (end) return end
    }
    if (reading.waiting()) return { kind: 'failed', error: new AppError('cluster-unreachable', `The first list of ${kind.key} broke off`) }
    return { kind: 'closed', healthy: reading.events() > 0 || clock.now() - startedAt >= 1_000 }
  } catch (cause) {
    return { kind: 'failed', error: cause instanceof AppError ? cause : new AppError('cluster-unreachable', `The watch of ${kind.key} broke: ${cause instanceof Error ? cause.message : String(cause)}`, { cause }) }
  } finally {
    idle.end()
    reply.body.on('error', () => undefined)
    reply.body.destroy()
  }
}

async function refused(reply: KubeStream, asList: boolean, attempt: { readonly verb: string; readonly resource: string; readonly namespace: string }): Promise<WatchEnd> {
  const error = replyError({ ...reply, body: await readAll(reply.body) }, attempt)
  if (reply.status === 410) return { kind: 'relist', expired: true, reason: error.message }
  if (asList && (reply.status === 400 || reply.status === 422)) return { kind: 'no-watch-list' }
  return { kind: 'failed', error }
}

interface Reading {
  take(line: Buffer): WatchEnd | undefined
  /** Whether the initial objects are still coming. */
  waiting(): boolean
  events(): number
}

function startReading({ kind, version, from, handlers }: WatchOptions): Reading {
  const project = projectionOf(kind, version)
  const narrow = isNarrow(kind)
  let initial: Map<string, KubeObject> | undefined = from === undefined ? new Map() : undefined
  let events = 0
  return {
    waiting: () => initial !== undefined,
    events: () => events,
    take(line) {
      const event = parseEvent(line, narrow)
      if (event === undefined) {
        handlers.skipped('a line of the watch that is no JSON')
        return { kind: 'relist', expired: false, reason: `The watch of ${kind.key} brought a line that is no JSON` }
      }
      events++
      const { type, object } = event
      if (type === 'ERROR') return endOf(object)
      const at = resourceVersionOf(object)
      if (type === 'BOOKMARK') {
        if (initial && isInitialEnd(object)) {
          const objects = [...initial.values()]
          initial = undefined
          handlers.replace(objects)
        }
        if (initial === undefined && at !== undefined) handlers.bookmark(at)
        return undefined
      }
      apply({ type, object, project, handlers, initial, kind })
      if (initial === undefined && at !== undefined) handlers.version(at)
      return undefined
    },
  }
}

function apply({ type, object, project, handlers, initial, kind }: {
  readonly type: string; readonly object: JsonObject; readonly project: Projection; readonly handlers: WatchHandlers
  readonly initial: Map<string, KubeObject> | undefined; readonly kind: Kind
}): void {
  const kept = project(object)
  if (kept === undefined) return handlers.skipped(`a ${kind.kind} without a name`)
  const key = `${kept.metadata.namespace ?? ''}/${kept.metadata.name}`
  if (type === 'DELETED') {
    if (initial) initial.delete(key)
    else handlers.remove(kept)
  } else if (type === 'ADDED' || type === 'MODIFIED') {
    if (initial) initial.set(key, kept)
    else handlers.upsert(kept)
  } else handlers.skipped(`an event of type ${type.slice(0, 40)}`)
}

function endOf(object: JsonObject): WatchEnd {
  const status = statusOf(object)
  if (status.code === 410) return { kind: 'relist', expired: true, reason: status.message }
  if (status.code === 429 || status.code >= 500) return { kind: 'failed', error: statusError(status) }
  return { kind: 'relist', expired: false, reason: status.message }
}

function parseEvent(line: Buffer, narrow: boolean): { readonly type: string; readonly object: JsonObject } | undefined {
  try {
    const text = line.toString('utf8')
    const value: unknown = JSON.parse(narrow ? withoutManagedFields(text) : text)
    if (!isJsonObject(value) || typeof value['type'] !== 'string' || !isJsonObject(value['object'])) return undefined
    return { type: value['type'], object: value['object'] }
  } catch {
    return undefined
  }
}

function resourceVersionOf(object: JsonObject): string | undefined {
  const metadata = ownProperty(object, 'metadata')
  const version = isJsonObject(metadata) ? metadata['resourceVersion'] : undefined
  return typeof version === 'string' && version !== '' ? version : undefined
}

function isInitialEnd(object: JsonObject): boolean {
  const metadata = ownProperty(object, 'metadata')
  const annotations = isJsonObject(metadata) ? metadata['annotations'] : undefined
  return isJsonObject(annotations) && annotations[initialEventsEnd] === 'true'
}
