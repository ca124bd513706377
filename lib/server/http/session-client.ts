import { Worker } from 'node:worker_threads'
import { AppError } from '@/lib/contract/app-error'
import type { FromSession, SessionCall, SessionStart, ToSession } from '../cluster-session/protocol'

/** What a session's worker tells without being asked. */
export type SessionEvent = Extract<FromSession, { kind: 'event' | 'lines' }>

/** The HTTP thread's end of one cluster's worker. */
export interface SessionClient {
  /** Asks; resolves to the encoded reply. @throws AppError */
  call(call: SessionCall, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>
  post(message: Extract<ToSession, { kind: 'subscribe' | 'unsubscribe' }>): void
  stop(): Promise<void>
}

/** Who hears of a session. */
export interface SessionListener {
  readonly onEvent: (event: SessionEvent) => void
  readonly onFacts: (environment: string | null) => void
  /** The worker ended, by stop() or by an error. */
  readonly onEnd: (error: Error | undefined) => void
}

interface Waiting {
  readonly resolve: (bytes: Uint8Array<ArrayBuffer>) => void
  readonly reject: (error: unknown) => void
}

/** Starts a cluster's worker from its bundle. */
export function startSession(workerFile: string, start: SessionStart, listener: SessionListener): SessionClient {
  const worker = new Worker(workerFile, { workerData: start, name: `session ${start.slug}`, resourceLimits: { maxOldGenerationSizeMb: 4_096 } })
  const waiting = new Map<number, Waiting>()
  let next = 1
  let failure: Error | undefined
  let ended = false
  const post = (message: ToSession): void => { if (!ended) worker.postMessage(message) }
  const settle = (id: number): Waiting | undefined => {
    const found = waiting.get(id)
    waiting.delete(id)
    return found
  }

  worker.on('message', (message: FromSession) => {
    switch (message.kind) {
      case 'reply': return settle(message.id)?.resolve(message.bytes)
      case 'failure': {
        const { code, message: text, ...details } = message.error
        return settle(message.id)?.reject(new AppError(code, text, details))
      }
      case 'event': case 'lines': return listener.onEvent(message)
      case 'facts': return listener.onFacts(message.environment)
    }
  })
  worker.on('error', (error) => { failure = error })
  worker.on('exit', () => {
    ended = true
    for (const id of [...waiting.keys()]) settle(id)?.reject(new AppError('internal', `The cluster's worker ended${failure ? `: ${failure.message}` : ''}. It is started again.`, { cause: failure }))
    listener.onEnd(failure)
  })

  return {
    post,
    call(call, signal) {
      if (ended) return Promise.reject(new AppError('internal', 'The cluster’s worker has ended. It is started again.'))
      return new Promise((resolve, reject) => {
        const id = next++
        const onAbort = (): void => {
          if (!settle(id)) return
          post({ kind: 'abort', id })
          reject(new AppError('timeout', 'The request was given up'))
        }
        const done = (): void => signal.removeEventListener('abort', onAbort)
        waiting.set(id, { resolve: (bytes) => { done(); resolve(bytes) }, reject: (error) => { done(); reject(error) } })
        if (signal.aborted) return onAbort()
        signal.addEventListener('abort', onAbort, { once: true })
        post({ kind: 'call', id, call })
      })
    },
    async stop() {
      if (ended) return
      const over = new Promise<void>((done) => worker.once('exit', () => done()))
      post({ kind: 'stop' })
      const late = setTimeout(() => void worker.terminate(), 7_000)
      await over
      clearTimeout(late)
    },
  }
}
