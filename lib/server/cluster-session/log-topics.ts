import { logsView, type LogLine, type LogMarker } from '@/lib/contract/views/logs'
import { AppError } from '@/lib/contract/app-error'
import { followLog } from '@/lib/kube/log-follow'
import type { KubeTransport } from '@/lib/kube/transport'
import { encodeJson, encodeTail, errorBody } from './encode'
import type { FromSession, ToSession } from './protocol'
import type { SessionState } from './session-state'
import { loggedPods, type LoggedPod } from './views/logs'

/** The logs that someone reads: each pod followed once a topic, its lines handed on in batches, in order of time. */
export interface LogTopics {
  subscribe(request: Extract<ToSession, { kind: 'subscribe' }>): void
  /** Whether the topic was one of these. */
  unsubscribe(topic: number): boolean
  /** A new state: joins pods that have come. */
  renew(): void
  stop(): void
}

const flushEvery = 33
const firstFlushAfter = 400
const kept = 5_000
const defaultTail = 300

type Item = LogLine | LogMarker

interface LogTopic {
  readonly number: number
  readonly tail: number
  readonly pods: () => readonly LoggedPod[]
  readonly follows: Map<string, AbortController>
  /** The last lines, for who comes later. */
  recent: Item[]
  waiting: Item[]
  timer: NodeJS.Timeout | undefined
  sent: boolean
  missing: boolean
}

/** Makes the logs of one session. */
export function createLogTopics({ transport, state, send }: { readonly transport: KubeTransport; readonly state: () => SessionState; readonly send: (message: FromSession) => void }): LogTopics {
  const topics = new Map<number, LogTopic>()

  const push = (topic: LogTopic, items: readonly Item[]): void => {
    for (const item of items) topic.waiting.push(item)
    topic.timer ??= setTimeout(() => flush(topic), topic.sent ? flushEvery : firstFlushAfter)
  }
  const flush = (topic: LogTopic): void => {
    topic.timer = undefined
    topic.sent = true
    const items = topic.waiting.sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0))
    topic.waiting = []
    topic.recent = items.length >= kept ? items.slice(-kept) : [...topic.recent.slice(Math.max(0, topic.recent.length + items.length - kept)), ...items]
    send({ kind: 'lines', topic: topic.number, subscriber: null, lines: encodeJson(items), count: items.length, dropped: 0 })
  }
  const mark = (topic: LogTopic, pod: LoggedPod, marker: LogMarker['marker'], message: string, missing?: LogMarker['missing']): void =>
    push(topic, [{ marker, pod: `${pod.namespace}/${pod.name}`, at: now(), message, ...(missing === undefined ? {} : { missing }) }])

  const join = (topic: LogTopic, pod: LoggedPod): void => {
    const key = `${pod.namespace}/${pod.name}`
    const controller = new AbortController()
    topic.follows.set(key, controller)
    const { signal } = controller
    if (topic.sent) mark(topic, pod, 'joined', `${pod.name} joined`)
    followLog({
      transport, namespace: pod.namespace, pod: pod.name, container: pod.container, tail: topic.tail, signal,
      onLines: (lines) => push(topic, lines.map(({ at, text }): LogLine => [key, at, text])),
      onMarker: ({ kind, reason }) => mark(topic, pod, kind, reason),
    }).then(
      () => { if (!signal.aborted && topic.follows.get(key) === controller) mark(topic, pod, 'gone', `${pod.name} is gone`) },
      (error: unknown) => {
        const body = errorBody(error)
        mark(topic, pod, body.code === 'forbidden' ? 'forbidden' : 'failed', body.message, body.missing)
        if (topic.missing) return
        topic.missing = true
        send({ kind: 'event', topic: topic.number, subscriber: null, event: 'error', tail: encodeTail({ error: body }) })
      },
    )
  }

  const renew = (topic: LogTopic): void => {
    const wanted = new Map(topic.pods().map((pod) => [`${pod.namespace}/${pod.name}`, pod]))
    for (const [key, pod] of wanted) if (!topic.follows.has(key)) join(topic, pod)
    for (const [key, controller] of topic.follows) {
      if (wanted.has(key)) continue
      topic.follows.delete(key)
      const [namespace = '', name = ''] = key.split('/')
      mark(topic, { namespace, name, container: '', gateway: null }, 'gone', `${name} is gone`)
      // What the kubelet still has of it comes first.
      setTimeout(() => controller.abort(), 2_000).unref()
    }
  }

  return {
    subscribe({ topic: number, params, subscriber }) {
      const known = topics.get(number)
      if (known) {
        if (known.recent.length > 0) send({ kind: 'lines', topic: number, subscriber, lines: encodeJson(known.recent), count: known.recent.length, dropped: 0 })
        return
      }
      const parsed = logsView.params.safeParse(params)
      if (!parsed.success) {
        const error = errorBody(new AppError('bad-request', 'The parameters of view logs are not of the agreed form'))
        send({ kind: 'event', topic: number, subscriber, event: 'error', tail: encodeTail({ error }) })
        return
      }
      const topic: LogTopic = {
        number, tail: Number(parsed.data.tail ?? defaultTail), pods: () => loggedPods(state(), parsed.data),
        follows: new Map(), recent: [], waiting: [], timer: undefined, sent: false, missing: false,
      }
      topics.set(number, topic)
      renew(topic)
    },
    unsubscribe(number) {
      const topic = topics.get(number)
      if (!topic) return false
      topics.delete(number)
      clearTimeout(topic.timer)
      for (const controller of topic.follows.values()) controller.abort()
      return true
    },
    renew() {
      for (const topic of topics.values()) renew(topic)
    },
    stop() {
      for (const topic of topics.values()) {
        clearTimeout(topic.timer)
        for (const controller of topic.follows.values()) controller.abort()
      }
      topics.clear()
    },
  }
}

function timeOf(item: Item): string {
  return Array.isArray(item) ? item[1] : item.at
}

/** Now, in the form of the kubelet's timestamps. */
function now(): string {
  return `${new Date().toISOString().slice(0, -1)}000000Z`
}
