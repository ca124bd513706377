import type { Subscription } from '@/lib/contract/stream'
import type { HubPort, StreamState, ToHub } from './protocol'

/** What the hub takes from its surroundings; tests give their own. */
export interface HubSurroundings {
  /** Opens an EventSource; gives its end. */
  readonly openSource: (url: string, hear: { readonly message: (text: string) => void; readonly error: () => void }) => () => void
  /** PUT of the whole list of subscriptions; resolves with the HTTP status, 0 when nothing answered. */
  readonly put: (url: string, body: string) => Promise<number>
  readonly now: () => number
  readonly after: (milliseconds: number, action: () => void) => () => void
  readonly streamUrl: (id: string) => string
  readonly newId: () => string
}

/** One event stream for all tabs: their subscriptions united, events handed to those who asked, reconnected when silent. */
export interface StreamHub {
  readonly receive: (port: HubPort, message: ToHub) => void
  /** Ends the stream and all timers. */
  readonly close: () => void
}

const putDelay = 10
const firstHelloWithin = 8_000
const backoff = [500, 1_000, 2_000, 4_000, 8_000] as const
/** How long the stream stays open after the last tab's last subscription: a change of page keeps it. */
const idleAfter = 5_000

/** What an event needs for its way; the tab parses it fully. */
interface Envelope {
  readonly kind: unknown
  readonly key: unknown
  readonly epoch: unknown
  readonly to: unknown
  readonly heartbeatSeconds: unknown
  readonly id: unknown
}

/** Makes a hub; used in the SharedWorker and, where there is none, in the tab. */
export function createStreamHub(around: HubSurroundings): StreamHub {
  const wanted = new Map<HubPort, Map<string, Subscription>>()
  const held = new Map<string, Subscription['since']>()
  let closeSource: (() => void) | undefined
  let id = ''
  let ready = false
  let failures = 0
  let heartbeat = 15_000
  let state: StreamState = { state: 'connecting', since: around.now(), lastEventAt: null, retryAt: null }
  let cancelPut: (() => void) | undefined
  let cancelWatch: (() => void) | undefined
  let cancelRetry: (() => void) | undefined
  let cancelIdle: (() => void) | undefined

  function tell(next: StreamState): void {
    state = next
    for (const port of wanted.keys()) port.postMessage({ kind: 'state', state })
  }

  function subscriptions(): Subscription[] {
    const union = new Map<string, Subscription>()
    for (const list of wanted.values()) for (const [key, subscription] of list) union.set(key, subscription)
    return [...union.values()].map(({ since: _, ...rest }) => {
      const since = held.get(rest.key)
      return since === undefined ? rest : { ...rest, since }
    })
  }

  function connect(): void {
    cancelRetry?.()
    cancelRetry = undefined
    ready = false
    id = around.newId()
    if (state.state !== 'lost') tell({ ...state, state: 'connecting' })
    closeSource = around.openSource(around.streamUrl(id), { message: onMessage, error: lose })
    watch(firstHelloWithin)
  }

  function watch(milliseconds: number): void {
    cancelWatch?.()
    cancelWatch = around.after(milliseconds, lose)
  }

  function lose(): void {
    disconnect()
    const delay = backoff[Math.min(failures, backoff.length - 1)] ?? 8_000
    failures++
    tell({ state: 'lost', since: state.state === 'lost' ? state.since : around.now(), lastEventAt: state.lastEventAt, retryAt: around.now() + delay })
    cancelRetry = around.after(delay, connect)
  }

  function disconnect(): void {
    cancelWatch?.()
    cancelPut?.()
    cancelPut = undefined
    closeSource?.()
    closeSource = undefined
    ready = false
  }

  function onMessage(text: string): void {
    const envelope = readEnvelope(text)
    if (envelope === undefined) return
    const now = around.now()
    if (envelope.kind === 'hello') {
      if (typeof envelope.heartbeatSeconds === 'number') heartbeat = envelope.heartbeatSeconds * 1_000
      if (typeof envelope.id === 'string') id = envelope.id
      failures = 0
      ready = true
      schedulePut(0)
      tell({ state: 'open', since: now, lastEventAt: now, retryAt: null })
    } else if (typeof envelope.key === 'string') {
      if (envelope.kind === 'view' && typeof envelope.epoch === 'string' && typeof envelope.to === 'number') held.set(envelope.key, { epoch: envelope.epoch, n: envelope.to })
      for (const [port, list] of wanted) if (list.has(envelope.key)) port.postMessage({ kind: 'event', key: envelope.key, text })
    }
    if (envelope.kind !== 'hello' && now - (state.lastEventAt ?? 0) > 900) tell({ ...state, lastEventAt: now })
    watch(heartbeat * 2 + 2_000)
  }

  function schedulePut(delay: number): void {
    if (!ready || cancelPut) return
    cancelPut = around.after(delay, () => {
      cancelPut = undefined
      const at = id
      void around.put(around.streamUrl(at), JSON.stringify({ subscriptions: subscriptions() })).then((status) => {
        if (at === id && ready && (status < 200 || status >= 300)) lose()
      })
    })
  }

  function changed(): void {
    cancelIdle?.()
    cancelIdle = undefined
    const none = [...wanted.values()].every((list) => list.size === 0)
    if (none) {
      cancelIdle = around.after(idleAfter, () => { disconnect(); cancelRetry?.(); cancelRetry = undefined; held.clear(); tell({ state: 'connecting', since: around.now(), lastEventAt: null, retryAt: null }) })
    }
    if (!closeSource && !cancelRetry && !none) connect()
    else schedulePut(putDelay)
  }

  return {
    receive(port, message) {
      const known = wanted.get(port)
      const list = known ?? new Map<string, Subscription>()
      if (!known && message.kind !== 'bye') {
        wanted.set(port, list)
        port.postMessage({ kind: 'state', state })
      }
      switch (message.kind) {
        case 'subscribe': {
          const { key, since } = message.subscription
          const others = [...wanted].some(([other, theirs]) => other !== port && theirs.has(key))
          list.set(key, message.subscription)
          if (!others) held.set(key, since)
          return changed()
        }
        case 'unsubscribe':
          list.delete(message.key)
          return changed()
        case 'retry':
          if (state.state === 'lost') connect()
          return
        case 'bye':
          wanted.delete(port)
          return changed()
      }
    },
    close() {
      cancelIdle?.()
      cancelRetry?.()
      disconnect()
      wanted.clear()
    },
  }
}

const linesStart = '{"kind":"lines",'
const linesBody = ',"lines":['

/** The head of an event; undefined for what is no JSON object. Of log lines only the head is parsed: the tab reads the rest. */
function readEnvelope(text: string): Envelope | undefined {
  const body = text.startsWith(linesStart) ? text.indexOf(linesBody) : -1
  let value: unknown
  try {
    value = JSON.parse(body > 0 ? `${text.slice(0, body)}}` : text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const read = (key: string): unknown => Reflect.get(value, key)
  return { kind: read('kind'), key: read('key'), epoch: read('epoch'), to: read('to'), heartbeatSeconds: read('heartbeatSeconds'), id: read('id') }
}
