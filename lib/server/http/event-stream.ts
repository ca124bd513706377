import type { SessionEvent } from './session-client'
import { errorBody } from '../cluster-session/encode'

/** One browser's event stream, as server-sent events with sequence numbers and a heartbeat. */
export interface EventStream {
  readonly body: ReadableStream<Uint8Array>
  /** Passes an event on; false when the client does not read fast enough: the event is left out, the view to be sent whole once it does. */
  event(key: string, event: Extract<SessionEvent, { kind: 'event' }>): boolean
  /** Passes log lines on, or counts them as dropped. */
  lines(key: string, event: Extract<SessionEvent, { kind: 'lines' }>): void
  fail(key: string, error: unknown): void
  /** Calls once when the client reads again; one call a key. */
  whenDrained(key: string, action: () => void): void
  onClosed(listener: () => void): void
  close(): void
}

/** So often that a person sees at once that nothing is heard any more, and the client within 6 s. */
const heartbeatSeconds = 2
/** Bytes that may wait for a client before events are left out. */
const highWater = 4 * 1024 * 1024
const encoder = new TextEncoder()
const [dataPrefix, newline] = [encoder.encode('data: '), encoder.encode('\n\n')]

/** Opens one; says hello at once. */
export function openEventStream(id: string): EventStream {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  let sequence = 0
  let closed = false
  const dropped = new Map<string, number>()
  const drained = new Map<string, () => void>()
  const listeners: (() => void)[] = []

  const close = (): void => {
    if (closed) return
    closed = true
    clearInterval(heartbeat)
    try {
      controller?.close()
    } catch {
      // The client has gone before us.
    }
    for (const listener of listeners) listener()
  }
  const write = (parts: readonly Uint8Array[]): void => {
    if (closed || !controller) return
    try {
      controller.enqueue(concat([dataPrefix, ...parts, newline]))
    } catch {
      close()
    }
  }
  const head = (members: { readonly [name: string]: string | number }): Uint8Array => encoder.encode(`${JSON.stringify(members).slice(0, -1)},`)
  const full = (): boolean => (controller?.desiredSize ?? 0) <= 0

  const body = new ReadableStream<Uint8Array>({
    start(own) { controller = own },
    pull() {
      for (const [key, action] of [...drained]) {
        drained.delete(key)
        action()
      }
    },
    cancel: close,
  }, new ByteLengthQueuingStrategy({ highWaterMark: highWater }))
  write([encoder.encode(JSON.stringify({ kind: 'hello', id, heartbeatSeconds }))])
  const heartbeat = setInterval(() => write([encoder.encode(JSON.stringify({ kind: 'heartbeat', seq: ++sequence }))]), heartbeatSeconds * 1_000)
  heartbeat.unref()

  return {
    body,
    event(key, { event, tail }) {
      if (full() || drained.has(key)) return false
      write([head({ kind: event, seq: ++sequence, key }), tail])
      return true
    },
    lines(key, { lines, count, dropped: before }) {
      const lost = (dropped.get(key) ?? 0) + before
      if (full()) {
        dropped.set(key, lost + count)
        return
      }
      dropped.delete(key)
      write([head({ kind: 'lines', seq: ++sequence, key, dropped: lost, count }), encoder.encode('"lines":'), lines, encoder.encode('}')])
    },
    fail: (key, error) => write([encoder.encode(JSON.stringify({ kind: 'error', seq: ++sequence, key, error: errorBody(error) }))]),
    whenDrained: (key, action) => { drained.set(key, action) },
    onClosed: (listener) => { listeners.push(listener) },
    close,
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  let size = 0
  for (const part of parts) size += part.length
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
