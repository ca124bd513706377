import { AppError } from '@/lib/contract/app-error'
import type { Kind } from '@/lib/mesh/kinds'
import type { KubeObject } from '@/lib/mesh/resource'
import { isJsonObject, ownProperty } from '@/lib/std/json'
import type { Clock } from './clock'
import { idleWatch } from './idle-watch'
import { projectionOf } from './project'
import { resourcePath } from './resource-path'
import { createListSplitter } from './split-list'
import { readAll, replyError, type KubeTransport } from './transport'

/** What to list, and from which resourceVersion: '0' any, '' the newest (in pages), else not older than it. */
export interface ListOptions {
  readonly transport: KubeTransport
  readonly kind: Kind
  readonly version: string
  readonly namespace: string
  readonly from: string
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly skipped: (reason: string) => void
}

/** A whole list; `expired`: the resourceVersion or the continue token is too old, list the newest. */
export type ListResult =
  | { readonly kind: 'listed'; readonly objects: readonly KubeObject[]; readonly resourceVersion: string }
  | { readonly kind: 'expired' }

const pageSize = '500'

/** Lists a kind, each object projected as it arrives (R2, R3). @throws AppError for any status but 2xx and 410 */
export async function listObjects(options: ListOptions): Promise<ListResult> {
  const objects: KubeObject[] = []
  let next = ''
  for (;;) {
    const query: Record<string, string> = { ...(options.from === '' ? { limit: pageSize } : { resourceVersion: options.from }), ...(next === '' ? {} : { continue: next }) }
    const page = await listPage(options, query, objects)
    if (page === undefined) return { kind: 'expired' }
    next = page.next
    if (next === '') return { kind: 'listed', objects, resourceVersion: page.resourceVersion }
  }
}

async function listPage(options: ListOptions, query: Readonly<Record<string, string>>, into: KubeObject[]): Promise<{ readonly next: string; readonly resourceVersion: string } | undefined> {
  const { transport, kind, version, namespace, signal, clock } = options
  const attempt = { verb: 'list', resource: kind.key, namespace }
  const reply = await transport.stream({ path: resourcePath({ kind, version, namespace }), query, signal, attempt })
  if (reply.status !== 200) {
    const error = replyError({ ...reply, body: await readAll(reply.body) }, attempt)
    if (reply.status === 410 || (reply.status === 504 && error.message.includes('Too large resource version'))) return undefined
    throw error
  }
  const project = projectionOf(kind, version)
  const splitter = createListSplitter((item) => {
    const object = project(item)
    if (object) into.push(object)
    else if (kind.key !== 'secrets') options.skipped(`a ${kind.kind} without a name`)
  })
  const idle = idleWatch(reply.body, clock)
  try {
    for await (const chunk of reply.body) {
      idle.touch()
      splitter.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)))
    }
    const metadata = ownProperty(splitter.end(), 'metadata')
    const resourceVersion = isJsonObject(metadata) ? metadata['resourceVersion'] : undefined
    const next = isJsonObject(metadata) ? metadata['continue'] : undefined
    if (typeof resourceVersion !== 'string') throw new AppError('cluster-unreachable', `The list of ${kind.key} has no resourceVersion`)
    return { next: typeof next === 'string' ? next : '', resourceVersion }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('cluster-unreachable', `The list of ${kind.key} broke off: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  } finally {
    idle.end()
  }
}
