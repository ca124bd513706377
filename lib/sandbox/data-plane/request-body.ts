import type { Readable, Writable } from 'node:stream'

/** Bytes that are kept for another attempt (Envoy's default buffer limit); a longer body is sent once only. */
const KEEP = 1_048_576

/** A downstream request's body that several upstream attempts and mirrors can read. */
export interface RequestBody {
  /** Feeds a sink from the start of the body; undefined when its start is gone. Gives the way to stop feeding. */
  feed(sink: Writable): (() => void) | undefined
  /** Whether the whole body may still be sent again. */
  readonly repeatable: boolean
  readonly ended: boolean
  readonly bytes: number
  onEnd(listener: () => void): void
}

/** Reads a body once, keeping its beginning. Reading waits while the slowest sink does. */
export function createRequestBody(source: Readable): RequestBody {
  const kept: Buffer[] = []
  const sinks = new Set<Writable>()
  const listeners: (() => void)[] = []
  const state = { bytes: 0, ended: false, repeatable: true }
  source.on('data', (chunk: Buffer) => {
    state.bytes += chunk.length
    if (state.repeatable && state.bytes <= KEEP) kept.push(chunk)
    else {
      state.repeatable = false
      kept.length = 0
    }
    for (const sink of sinks) {
      if (sink.destroyed || sink.write(chunk)) continue
      source.pause()
      sink.once('drain', () => source.resume())
      sink.once('close', () => source.resume())
    }
  })
  source.on('end', () => {
    state.ended = true
    for (const sink of sinks) sink.end()
    for (const listener of listeners.splice(0)) listener()
  })
  source.on('error', () => undefined)
  return {
    feed: (sink) => {
      if (!state.repeatable) return undefined
      for (const chunk of kept) sink.write(chunk)
      if (state.ended) sink.end()
      else sinks.add(sink)
      return () => {
        sinks.delete(sink)
        source.resume()
      }
    },
    get repeatable() {
      return state.repeatable
    },
    get ended() {
      return state.ended
    },
    get bytes() {
      return state.bytes
    },
    onEnd: (listener) => {
      if (state.ended) listener()
      else listeners.push(listener)
    },
  }
}
