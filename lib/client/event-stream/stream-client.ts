import { streamEventSchema, type StreamEvent, type Subscription } from '@/lib/contract/stream'
import { openStream } from './open-stream'
import type { FromHub, HubLine, StreamState } from './protocol'

/** Hears the parsed events of one subscription. */
export type EventListener = (event: StreamEvent) => void

/** Hears the events of one subscription as they came, one JSON text each; what they hold is for the hearer to parse. */
export type TextListener = (text: string) => void

/** The tab's side of the event stream: one line to the hub, listeners by key. */
export interface StreamClient {
  /** Adds a listener; the subscription lasts until the last listener of its key is gone. Gives the end. */
  readonly subscribe: (subscription: Subscription, listener: EventListener) => () => void
  /** The same without parsing, for fifty thousand lines a second. */
  readonly subscribeText: (subscription: Subscription, listener: TextListener) => () => void
  readonly state: () => StreamState
  readonly onState: (listener: () => void) => () => void
  /** Tries a lost stream at once. */
  readonly retry: () => void
}

interface Wanted {
  readonly subscription: Subscription
  readonly listeners: Set<EventListener>
  readonly texts: Set<TextListener>
}

/** Makes a client over a line; `open` is openStream but in tests. */
export function createStreamClient(open: (receive: (message: FromHub) => void) => HubLine = openStream): StreamClient {
  let state: StreamState = { state: 'connecting', since: Date.now(), lastEventAt: null, retryAt: null }
  const stateListeners = new Set<() => void>()
  const wanted = new Map<string, Wanted>()
  let line: HubLine | undefined

  function receive(message: FromHub): void {
    if (message.kind === 'state') {
      state = message.state
      for (const listener of stateListeners) listener()
      return
    }
    const entry = wanted.get(message.key)
    if (!entry) return
    for (const listener of [...entry.texts]) listener(message.text)
    if (entry.listeners.size === 0) return
    const parsed = streamEventSchema.safeParse(JSON.parse(message.text))
    if (parsed.success) for (const listener of [...entry.listeners]) listener(parsed.data)
  }

  function hub(): HubLine {
    if (line) return line
    line = open(receive)
    window.addEventListener('pagehide', () => line?.send({ kind: 'bye' }))
    window.addEventListener('pageshow', (event) => {
      if (event.persisted) for (const { subscription } of wanted.values()) line?.send({ kind: 'subscribe', subscription })
    })
    return line
  }

  function add<Listener>(subscription: Subscription, setOf: (entry: Wanted) => Set<Listener>, listener: Listener): () => void {
    const { key } = subscription
    const known = wanted.get(key)
    const entry = known ?? { subscription, listeners: new Set<EventListener>(), texts: new Set<TextListener>() }
    wanted.set(key, entry)
    setOf(entry).add(listener)
    if (!known) hub().send({ kind: 'subscribe', subscription })
    return () => {
      setOf(entry).delete(listener)
      if (entry.listeners.size + entry.texts.size > 0 || wanted.get(key) !== entry) return
      wanted.delete(key)
      hub().send({ kind: 'unsubscribe', key })
    }
  }

  return {
    subscribe: (subscription, listener) => add(subscription, (entry) => entry.listeners, listener),
    subscribeText: (subscription, listener) => add(subscription, (entry) => entry.texts, listener),
    state: () => state,
    onState(listener) {
      stateListeners.add(listener)
      return () => stateListeners.delete(listener)
    },
    retry: () => line?.send({ kind: 'retry' }),
  }
}

let shared: StreamClient | undefined

/** The tab's one client. */
export function streamClient(): StreamClient {
  shared ??= createStreamClient()
  return shared
}
