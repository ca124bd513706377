import { AppError } from '@/lib/contract/app-error'
import type { Kind } from '@/lib/mesh/kinds'
import type { KubeObject } from '@/lib/mesh/resource'
import { createBackoff } from './backoff'
import { systemClock, type Clock } from './clock'
import { listObjects } from './list-objects'
import { startingState, type ReflectorState } from './reflector-state'
import type { KubeTransport } from './transport'
import { watchObjects, type WatchEnd } from './watch-objects'

/** Takes what a reflector reads. Calls come in order; `replace` is the whole content of the scope. */
export interface ObjectSink {
  replace(objects: readonly KubeObject[]): void
  upsert(object: KubeObject): void
  remove(object: KubeObject): void
}

/** What is reflected: one kind, cluster-wide or in one namespace. */
export interface ReflectorOptions {
  readonly transport: KubeTransport
  readonly kind: Kind
  /** '' for all namespaces. */
  readonly namespace: string
  readonly sink: ObjectSink
  readonly onState: (state: ReflectorState) => void
  readonly clock?: Clock
  /** How long an absent or forbidden kind waits before it is tried again, in ms. @default 60000 */
  readonly probeEvery?: () => number
  /** Something was skipped: an object without a name, a line that is no JSON. */
  readonly onSkipped?: (reason: string) => void
}

/** A running reflector. */
export interface Reflector {
  state(): ReflectorState
  /** Ends a pause now: the kind may have appeared, the right may have been given, the server may be back. */
  wake(): void
  /** Breaks the watch and lists again: the right may have been taken. */
  restart(): void
  /** Ends it; resolves when nothing of it is left. */
  stop(): Promise<void>
}

/** How often, and how far apart, a refusal of what was allowed before is asked again. */
const doubts = 2
const doubtFor = 2_000

/** client-go's reflector (R1–R10): lists, watches, and never ends by itself. */
export function startReflector(options: ReflectorOptions): Reflector {
  const { transport, kind, namespace, sink, clock = systemClock } = options
  const stopping = new AbortController()
  const backoff = createBackoff(clock)
  let state = startingState
  let pause = new AbortController()
  let attempt = new AbortController()
  let version = 0
  let resourceVersion: string | undefined
  let listFrom = '0'
  let watchList = true
  let relists = 0
  let refusals = 0

  const tell = (change: Partial<ReflectorState>): void => {
    state = { ...state, ...change }
    options.onState(state)
  }
  const synced = (): void => {
    refusals = 0
    tell({ state: 'synced', staleSince: null, retryAt: null, error: null, unreachable: false })
  }
  const wait = async (milliseconds: number): Promise<void> => {
    pause = new AbortController()
    await clock.sleep(milliseconds, AbortSignal.any([pause.signal, stopping.signal]))
    if (!stopping.signal.aborted) tell({ retryAt: null })
  }
  const address = (): { transport: KubeTransport; kind: Kind; version: string; namespace: string; signal: AbortSignal; clock: Clock } =>
    ({ transport, kind, version: kind.versions[version] ?? kind.versions[0], namespace, signal: AbortSignal.any([stopping.signal, attempt.signal]), clock })

  const handlers = {
    replace: (objects: readonly KubeObject[]): void => { sink.replace(objects); synced() },
    upsert: (object: KubeObject): void => { sink.upsert(object); tell({ lastEventAt: clock.now() }) },
    remove: (object: KubeObject): void => { sink.remove(object); tell({ lastEventAt: clock.now() }) },
    bookmark: (at: string): void => { resourceVersion = at; tell({ lastBookmarkAt: clock.now() }) },
    version: (at: string): void => { resourceVersion = at },
    skipped: (reason: string): void => options.onSkipped?.(reason),
    /** The server took the watch: what was stale follows again. */
    opened: (): void => { if (state.state === 'stale') synced() },
  }

  const afterFailure = async (error: unknown): Promise<void> => {
    if (stopping.signal.aborted || attempt.signal.aborted) return
    const failure = error instanceof AppError ? error : new AppError('cluster-unreachable', error instanceof Error ? error.message : String(error), { cause: error })
    if (failure.code === 'not-found' && version + 1 < kind.versions.length) { version++; return }
    if (failure.code === 'not-found' || failure.code === 'forbidden') {
      const had = state.state === 'synced' || state.state === 'stale'
      if (!had || ++refusals > doubts) return await rest(failure)
      // An API server that starts refuses what it will allow in a moment: what is shown is not thrown away for that.
      version = 0
      tell({ state: 'stale', staleSince: state.staleSince ?? clock.now(), retryAt: clock.now() + doubtFor, error: failure.message, unreachable: false })
      return await wait(doubtFor)
    }
    const unreachable = failure.code === 'cluster-unreachable' || failure.code === 'timeout'
    // The server answers again, if only to say that it is not ready: that is worth asking often.
    if (state.unreachable && !unreachable) backoff.healthy()
    const pauseFor = Math.max(backoff.next(), (failure.details.retryAfter ?? 0) * 1_000)
    tell({
      ...(state.state === 'starting' ? {} : { state: 'stale' as const, staleSince: state.staleSince ?? clock.now() }),
      retryAt: clock.now() + pauseFor, error: failure.message, unreachable,
    })
    await wait(pauseFor)
  }

  const rest = async (failure: AppError): Promise<void> => {
    version = 0
    resourceVersion = undefined
    sink.replace([])
    const every = options.probeEvery?.() ?? 60_000
    tell({ state: failure.code === 'forbidden' ? 'forbidden' : 'absent', staleSince: null, retryAt: clock.now() + every, error: failure.message, unreachable: false })
    await wait(every)
  }

  const afterWatch = async (end: WatchEnd): Promise<void> => {
    switch (end.kind) {
      case 'closed':
        if (end.healthy) { backoff.healthy(); relists = 0; return }
        return await afterFailure(new AppError('cluster-unreachable', 'The watch ended at once, without an event'))
      case 'relist':
        listFrom = end.expired ? '' : (resourceVersion ?? '')
        resourceVersion = undefined
        if (relists++ === 0) return
        return await afterFailure(new AppError('cluster-unreachable', end.reason))
      case 'no-watch-list':
        watchList = false
        return
      case 'failed':
        return await afterFailure(end.error)
    }
  }

  const step = async (): Promise<void> => {
    if (resourceVersion === undefined && !watchList) {
      const list = await listObjects({ ...address(), from: listFrom, skipped: handlers.skipped })
      if (list.kind === 'expired') { listFrom = ''; return }
      handlers.replace(list.objects)
      resourceVersion = list.resourceVersion
      listFrom = list.resourceVersion
    }
    await afterWatch(await watchObjects({ ...address(), from: resourceVersion, handlers }))
  }

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (attempt.signal.aborted) attempt = new AbortController()
      try {
        await step()
      } catch (error) {
        await afterFailure(error)
      }
    }
  }
  const running = run()

  return {
    state: () => state,
    wake: () => pause.abort(),
    restart() {
      resourceVersion = undefined
      attempt.abort()
      pause.abort()
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
