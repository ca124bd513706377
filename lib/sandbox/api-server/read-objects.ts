import type { KubeObject } from '@/lib/mesh/resource'
import { sendJson, type Exchange } from './exchange'
import { badRequest, KubeError, notFound } from './kube-error'
import type { Clock } from './ports'
import { atVersion, formOf, metadataOnly, tableOf, type Form } from './presentation'
import type { RequestTarget } from './request-target'
import { fieldSelector, labelSelector } from './selectors'
import { subjectOf, type ObjectStore, type StoreEvent } from './store'

/** What reads need. `bookmarkMillis` is how often a quiet watch hears of the revision. */
export interface ReadContext {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly bookmarkMillis: number
  /** Open watches, ended when the server is stopped. */
  readonly watches: Set<() => void>
}

/** GET of one object. */
export function getOne(context: ReadContext, exchange: Exchange, target: RequestTarget): void {
  const { served } = target
  const object = context.store.get(served.kind, target.namespace ?? '', target.name)
  if (!object) throw notFound(subjectOf(served.kind, target.name))
  const shown = atVersion(object, served, target.version)
  const form = formOf(exchange.request.headers.accept)
  if (form === 'table') return sendJson(exchange.response, 200, tableOf([shown], served, { now: context.clock.now(), resourceVersion: object.metadata.resourceVersion ?? '', headers: true }))
  sendJson(exchange.response, 200, form === 'metadata' ? metadataOnly(shown) : shown)
}

/** GET of a collection: pages by `limit` and `continue`, selectors, Table and metadata forms. */
export function listObjects(context: ReadContext, exchange: Exchange, target: RequestTarget): void {
  const { searchParams } = exchange.url
  const selected = selector(target, searchParams)
  const all = context.store.list(target.served.kind, target.namespace).filter(selected)
  const revision = String(context.store.revision())
  const wanted = searchParams.get('resourceVersion')
  if (wanted !== null && wanted !== '' && wanted !== '0' && Number(wanted) > context.store.revision()) throw new KubeError(504, 'Timeout', `Too large resource version: ${wanted}, current: ${revision}`, { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version', field: '' }] })
  const limit = wanted === '0' ? 0 : Number(searchParams.get('limit') ?? 0)
  const start = continueAt(searchParams.get('continue'), context.store)
  const page = limit > 0 ? all.slice(start, start + limit) : all.slice(start)
  const more = limit > 0 && start + limit < all.length
  const shown = page.map((object) => atVersion(object, target.served, target.version))
  const form = formOf(exchange.request.headers.accept)
  if (form === 'table') return sendJson(exchange.response, 200, tableOf(shown, target.served, { now: context.clock.now(), resourceVersion: revision, headers: true }))
  sendJson(exchange.response, 200, {
    kind: form === 'metadata' ? 'PartialObjectMetadataList' : `${target.served.kind.kind}List`,
    apiVersion: form === 'metadata' ? 'meta.k8s.io/v1' : target.served.kind.group === '' ? target.version : `${target.served.kind.group}/${target.version}`,
    metadata: { resourceVersion: revision, ...(more ? { continue: Buffer.from(JSON.stringify({ start: start + limit, revision })).toString('base64url'), remainingItemCount: all.length - start - limit } : {}) },
    items: form === 'metadata' ? shown.map(metadataOnly) : shown,
  })
}

function continueAt(token: string | null, store: ObjectStore): number {
  if (token === null || token === '') return 0
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString())
    if (typeof parsed === 'object' && parsed !== null && 'start' in parsed && typeof parsed.start === 'number' && 'revision' in parsed) {
      if (store.since('', Number(parsed.revision)) === undefined) throw new KubeError(410, 'Expired', 'The provided continue parameter is too old to display a consistent list result.')
      return parsed.start
    }
  } catch (error) {
    if (error instanceof KubeError) throw error
  }
  throw badRequest('continue key is not valid')
}

function selector(target: RequestTarget, searchParams: URLSearchParams): (object: KubeObject) => boolean {
  const labels = labelSelector(searchParams.get('labelSelector'))
  const fields = fieldSelector(searchParams.get('fieldSelector'))
  return (object) => labels(object.metadata.labels ?? {}) && fields(object) && (target.name === '' || object.metadata.name === target.name)
}

/** A watch: the events after a revision (or the whole state first), bookmarks, 410 for what is no longer kept. */
export function watchObjects(context: ReadContext, exchange: Exchange, target: RequestTarget): void {
  const { response, url } = exchange
  const { searchParams } = url
  const selected = selector(target, searchParams)
  const form = formOf(exchange.request.headers.accept)
  const initial = searchParams.get('sendInitialEvents') === 'true'
  const from = searchParams.get('resourceVersion') ?? ''
  const past = initial || from === '' || from === '0' ? [] : context.store.since(target.served.kind.key, Number(from))
  if (Number(from) > context.store.revision() + 1_000_000) throw new KubeError(504, 'Timeout', `Too large resource version: ${from}, current: ${context.store.revision()}`)
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private', 'transfer-encoding': 'chunked' })
  // As kube-apiserver: a watch without news answers at once.
  response.flushHeaders()
  let headers = true
  const write = (type: string, object: unknown): void => { response.write(`${JSON.stringify({ type, object })}\n`) }
  const send = (type: string, object: KubeObject): void => {
    const shown = atVersion(object, target.served, target.version)
    write(type, present(shown, form, { target, clock: context.clock, headers }))
    headers = false
  }
  if (past === undefined) {
    write('ERROR', new KubeError(410, 'Expired', `too old resource version: ${from} (${context.store.revision()})`).status())
    response.end()
    return
  }
  const bookmark = (annotations?: Readonly<Record<string, string>>): void => {
    if (searchParams.get('allowWatchBookmarks') !== 'true' && !annotations) return
    const group = target.served.kind.group
    write('BOOKMARK', { kind: target.served.kind.kind, apiVersion: group === '' ? target.version : `${group}/${target.version}`, metadata: { resourceVersion: String(context.store.revision()), creationTimestamp: null, ...(annotations ? { annotations } : {}) } })
  }
  if (initial || from === '' || from === '0') for (const object of context.store.list(target.served.kind, target.namespace).filter(selected)) send('ADDED', object)
  if (initial) bookmark({ 'k8s.io/initial-events-end': 'true' })
  const seen = new Set<string>()
  const deliver = (event: StoreEvent): void => {
    if (event.key !== target.served.kind.key) return
    const { object } = event
    if (target.namespace !== undefined && object.metadata.namespace !== target.namespace) return
    const id = object.metadata.uid ?? object.metadata.name
    if (selected(object)) {
      send(event.type, object)
      if (event.type === 'DELETED') seen.delete(id)
      else seen.add(id)
    } else if (seen.delete(id)) send('DELETED', object)
  }
  for (const event of past) deliver(event)
  const stop = context.store.subscribe(deliver)
  const beat = setInterval(() => bookmark(), context.bookmarkMillis)
  const seconds = Number(searchParams.get('timeoutSeconds') ?? 0)
  const timeout = setTimeout(() => end(), seconds > 0 ? seconds * 1000 : 3_600_000)
  const end = (): void => {
    stop()
    clearInterval(beat)
    clearTimeout(timeout)
    context.watches.delete(end)
    response.end()
  }
  context.watches.add(end)
  response.on('close', end)
}

function present(object: KubeObject, form: Form, at: { readonly target: RequestTarget; readonly clock: Clock; readonly headers: boolean }): unknown {
  if (form === 'table') return tableOf([object], at.target.served, { now: at.clock.now(), resourceVersion: object.metadata.resourceVersion ?? '', headers: at.headers })
  return form === 'metadata' ? metadataOnly(object) : object
}
