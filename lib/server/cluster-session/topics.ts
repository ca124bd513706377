import { AppError, type ErrorReply } from '@/lib/contract/app-error'
import type { Revision } from '@/lib/mesh/snapshot'
import type { Json } from '@/lib/std/json'
import { diffJson, type JsonPatchOperation } from '@/lib/std/json-patch'
import { encodeJson, encodeTail, errorBody } from './encode'
import type { FromSession, WireParams } from './protocol'
import type { SessionState } from './session-state'
import type { RunnableView } from './view-module'

/** The views that someone looks at: each computed once a state, its changes sent as one patch to all. */
export interface Topics {
  /** The view's reply (viewReplySchema) now. @throws AppError */
  read(view: string, params: WireParams): Uint8Array<ArrayBuffer>
  /** Adds a subscriber of the HTTP thread's topic; it is sent the whole view unless it holds what there is. */
  subscribe(request: { readonly topic: number; readonly view: string; readonly params: WireParams; readonly subscriber: number; readonly since: Revision | null }): void
  unsubscribe(topic: number): void
  /** A new state: computes what is looked at and sends the patches. */
  renew(): void
}

/** What the topics need of their session. */
export interface TopicsOptions {
  readonly epoch: string
  readonly views: readonly RunnableView[]
  readonly state: () => SessionState
  readonly ready: () => boolean
  readonly send: (message: FromSession) => void
}

interface Topic {
  readonly compute: (state: SessionState) => Json
  readonly always: boolean
  value: Json | undefined
  error: ErrorReply['error'] | undefined
  /** The state's number at which the value last changed. */
  n: number
  /** The state's number at which it was last computed. */
  at: number
  readonly topics: Set<number>
  usedAt: number
  encoded: Uint8Array<ArrayBuffer> | undefined
}

type Change = { readonly changed: false } | { readonly changed: true; readonly from: number; readonly patch: readonly JsonPatchOperation[] | undefined }

const keepUnused = 30_000

/** Makes the topics of one session. */
export function createTopics({ epoch, views, state, ready, send }: TopicsOptions): Topics {
  const byKey = new Map<string, Topic>()
  const byNumber = new Map<number, Topic>()
  let now = 1

  const topicOf = (view: string, params: WireParams): Topic => {
    const key = `${view}?${JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)))}`
    const found = byKey.get(key)
    if (found) return found
    const module = views.find((one) => one.name === view)
    if (!module) throw new AppError('not-found', `There is no view ${view}`)
    const topic: Topic = { compute: module.open(params), always: view === 'status', value: undefined, error: undefined, n: 0, at: 0, topics: new Set(), usedAt: Date.now(), encoded: undefined }
    byKey.set(key, topic)
    return topic
  }

  /** Computes if the state is newer; gives the patch where there was a value before. */
  const compute = (topic: Topic): Change => {
    const before = topic.value
    const from = topic.n
    if (topic.at === now) return { changed: false }
    topic.at = now
    try {
      if (!topic.always && !ready()) throw new AppError('not-synced', 'The cluster is still being read.', { retryAfter: 1 })
      const value = topic.compute(state())
      const patch = before === undefined ? undefined : diffJson(before, value)
      topic.error = undefined
      if (patch?.length === 0) return { changed: false }
      topic.value = value
      topic.n = now
      topic.encoded = undefined
      return { changed: true, from, patch }
    } catch (error) {
      const body = errorBody(error)
      const changed = topic.error?.code !== body.code || topic.error.message !== body.message
      topic.value = undefined
      topic.encoded = undefined
      topic.error = body
      return { changed, from, patch: undefined }
    }
  }

  const tailOf = (topic: Topic): { readonly event: 'view' | 'error'; readonly tail: Uint8Array } =>
    topic.error === undefined
      ? { event: 'view', tail: encodeTail({ epoch, from: null, to: topic.n, data: topic.value }) }
      : { event: 'error', tail: encodeTail({ error: topic.error }) }

  const publish = (topic: Topic, tail: { readonly event: 'view' | 'error'; readonly tail: Uint8Array }): void => {
    for (const number of topic.topics) send({ kind: 'event', topic: number, subscriber: null, ...tail })
  }

  return {
    read(view, params) {
      const topic = topicOf(view, params)
      topic.usedAt = Date.now()
      publishChange(topic, compute(topic))
      if (topic.error) throw new AppError(topic.error.code, topic.error.message, topic.error)
      topic.encoded ??= encodeJson({ revision: { epoch, n: topic.n }, data: topic.value })
      return topic.encoded.slice()
    },
    subscribe({ topic: number, view, params, subscriber, since }) {
      let topic: Topic
      try {
        topic = topicOf(view, params)
      } catch (error) {
        send({ kind: 'event', topic: number, subscriber, event: 'error', tail: encodeTail({ error: errorBody(error) }) })
        return
      }
      byNumber.set(number, topic)
      publishChange(topic, compute(topic))
      topic.topics.add(number)
      if (topic.error === undefined && since !== null && since.epoch === epoch && since.n === topic.n) return
      if (topic.error?.code === 'not-synced') return
      send({ kind: 'event', topic: number, subscriber, ...tailOf(topic) })
    },
    unsubscribe(number) {
      const topic = byNumber.get(number)
      byNumber.delete(number)
      topic?.topics.delete(number)
      if (topic) topic.usedAt = Date.now()
    },
    renew() {
      now++
      for (const [key, topic] of byKey) {
        if (topic.topics.size === 0) {
          if (Date.now() - topic.usedAt > keepUnused) byKey.delete(key)
          continue
        }
        publishChange(topic, compute(topic))
      }
    },
  }

  function publishChange(topic: Topic, change: Change): void {
    if (!change.changed || topic.topics.size === 0 || topic.error?.code === 'not-synced') return
    if (change.patch === undefined) return publish(topic, tailOf(topic))
    publish(topic, { event: 'view', tail: encodeTail({ epoch, from: change.from, to: topic.n, patch: change.patch }) })
  }
}
