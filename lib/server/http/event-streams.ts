import { AppError } from '@/lib/contract/app-error'
import type { Subscription } from '@/lib/contract/stream'
import type { Sessions } from './sessions'
import type { SessionEvent } from './session-client'
import { openEventStream, type EventStream } from './event-stream'

/** The open event streams and what each carries. */
export interface EventStreams {
  /** Opens a stream under the client's id. @throws AppError rate-limited, conflict */
  open(id: string, session: string, signal: AbortSignal): ReadableStream<Uint8Array>
  /** Sets the whole list of what a stream carries. @throws AppError not-found, bad-request */
  set(id: string, session: string, subscriptions: readonly Subscription[]): void
  count(): number
  /** Ends all: the server is going down. */
  close(): void
}

/** At most so many streams a session (security.md). */
const streamsPerSession = 4
const logsPerSession = 4

interface Topic {
  readonly number: number
  readonly slug: string
  readonly subscription: Subscription
  readonly followers: Map<number, { readonly stream: EventStream; readonly key: string }>
}

interface Open {
  readonly stream: EventStream
  readonly session: string
  /** Client's key → the topic and this stream's number in it. */
  readonly carried: Map<string, { readonly topic: Topic; readonly follower: number; readonly signature: string }>
}

/** Makes the streams over the sessions; what several streams want alike is one topic of the worker. */
export function createEventStreams(sessions: Sessions): EventStreams {
  const streams = new Map<string, Open>()
  const topics = new Map<string, Topic>()
  const byNumber = new Map<number, Topic>()
  let nextTopic = 1
  let nextFollower = 1

  const post = (topic: Topic, follower: number, since: Subscription['since']): void => {
    const { view, params } = topic.subscription
    sessions.open(topic.slug).post({ kind: 'subscribe', topic: topic.number, view, params, subscriber: follower, since: since ?? null })
  }

  const join = (open: Open, subscription: Subscription): void => {
    const signature = signatureOf(subscription)
    const known = open.carried.get(subscription.key)
    if (known?.signature === signature) return
    if (known) leave(open, subscription.key)
    try {
      sessions.open(subscription.cluster)
      const topic = topics.get(signature) ?? makeTopic(signature, subscription)
      const follower = nextFollower++
      topic.followers.set(follower, { stream: open.stream, key: subscription.key })
      open.carried.set(subscription.key, { topic, follower, signature })
      post(topic, follower, subscription.since)
    } catch (error) {
      open.stream.fail(subscription.key, error)
    }
  }

  const makeTopic = (signature: string, subscription: Subscription): Topic => {
    const topic: Topic = { number: nextTopic++, slug: subscription.cluster, subscription, followers: new Map() }
    topics.set(signature, topic)
    byNumber.set(topic.number, topic)
    return topic
  }

  const leave = (open: Open, key: string): void => {
    const entry = open.carried.get(key)
    if (!entry) return
    open.carried.delete(key)
    const { topic, follower, signature } = entry
    topic.followers.delete(follower)
    if (topic.followers.size > 0) return
    topics.delete(signature)
    byNumber.delete(topic.number)
    try {
      sessions.open(topic.slug).post({ kind: 'unsubscribe', topic: topic.number })
    } catch {
      // The context is gone from the kubeconfig, and its worker with it.
    }
  }

  const end = (id: string): void => {
    const open = streams.get(id)
    if (!open) return
    streams.delete(id)
    for (const key of [...open.carried.keys()]) leave(open, key)
    open.stream.close()
  }

  const onEvent = (_slug: string, event: SessionEvent): void => {
    const topic = byNumber.get(event.topic)
    if (!topic) return
    for (const [number, { stream, key }] of topic.followers) {
      if (event.subscriber !== null && event.subscriber !== number) continue
      if (event.kind === 'lines') stream.lines(key, event)
      else if (!stream.event(key, event)) stream.whenDrained(key, () => post(topic, number, undefined))
    }
  }

  /** A worker that ended is started again by the next subscribe; its streams get the new epoch whole. */
  const onEnd = (slug: string): void => {
    const again = [...topics.values()].filter((topic) => topic.slug === slug && topic.followers.size > 0)
    if (again.length === 0) return
    setTimeout(() => {
      for (const topic of again) {
        for (const [number, { stream, key }] of topic.followers) {
          try {
            post(topic, number, undefined)
          } catch (error) {
            stream.fail(key, error)
          }
        }
      }
    }, 1_000).unref()
  }
  sessions.listen({ onEvent, onEnd })
  sessions.hold((slug) => [...topics.values()].some((topic) => topic.slug === slug && topic.followers.size > 0))

  return {
    count: () => streams.size,
    open(id, session, signal) {
      if (streams.has(id)) throw new AppError('conflict', 'There is a stream with this id')
      if ([...streams.values()].filter((open) => open.session === session).length >= streamsPerSession) throw new AppError('rate-limited', `At most ${streamsPerSession} event streams a browser`, { retryAfter: 5 })
      const stream = openEventStream(id)
      streams.set(id, { stream, session, carried: new Map() })
      const close = (): void => end(id)
      signal.addEventListener('abort', close, { once: true })
      stream.onClosed(close)
      if (signal.aborted) close()
      return stream.body
    },
    set(id, session, subscriptions) {
      const open = streams.get(id)
      if (!open || open.session !== session) throw new AppError('not-found', 'There is no such stream; open it again')
      if (subscriptions.filter((one) => one.view === 'logs').length > logsPerSession) throw new AppError('rate-limited', `At most ${logsPerSession} logs at a time`, { retryAfter: 5 })
      const wanted = new Set(subscriptions.map((one) => one.key))
      for (const key of [...open.carried.keys()]) if (!wanted.has(key)) leave(open, key)
      for (const subscription of subscriptions) join(open, subscription)
    },
    close() {
      for (const id of [...streams.keys()]) end(id)
    },
  }
}

function signatureOf({ cluster, view, params }: Subscription): string {
  return JSON.stringify([cluster, view, Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))])
}
