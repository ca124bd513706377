import { randomUUID } from 'node:crypto'
import { isJsonObject, ownProperty } from '@/lib/std/json'
import { systemClock } from '@/lib/kube/clock'
import { reviewRules } from '@/lib/kube/rights'
import type { ReflectorState } from '@/lib/kube/reflector-state'
import type { KubeTransport } from '@/lib/kube/transport'
import type { KubeObject } from '@/lib/mesh/resource'
import { getObject, listObjects } from '@/lib/mesh/snapshot'
import { watchKind, type KindWatch } from './kind-watch'
import { createStateMaker, type SessionFacts } from './make-state'
import { createObjectStore } from './object-store'
import type { SessionState } from './session-state'
import { watchedKinds } from './watched-kinds'

/** One cluster, watched. */
export interface ClusterSession {
  readonly epoch: string
  /** The state now; the snapshot in it is cut at most every 33 ms. */
  state(): SessionState
  facts(): SessionFacts
  /** Whether the first lists are in (or will not come soon: forbidden, absent, failing for 10 s). */
  ready(): boolean
  stop(): Promise<void>
}

/** Which context is watched, and who hears of changes. */
export interface ClusterSessionOptions {
  readonly slug: string
  readonly context: string
  /** The context's own namespace, tried first where namespaces may not be listed. */
  readonly namespace: string
  readonly transport: KubeTransport
  /** A new state is there. */
  readonly onState: () => void
}

const cutEvery = 33
const factsEvery = 1_000
const rightsEvery = 60_000
/** Cluster-wide rules are asked for in a namespace that holds none of its own. */
const nowhere = 'meridian-cluster-wide'

/** Starts watching; ends with stop(). */
export function startClusterSession(options: ClusterSessionOptions): ClusterSession {
  const { slug, context, transport, onState } = options
  const epoch = randomUUID()
  const store = createObjectStore(epoch)
  const makeState = createStateMaker()
  const startedAt = Date.now()
  const stopping = new AbortController()
  let version: string | null = null
  let unreachableSince: number | null = null
  let facts: SessionFacts = { cluster: { slug, context, version, environment: null }, connection: 'connecting', unreachableSince, kinds: [] }
  let snapshot = store.cut()
  let factsAt = 0
  let timer: NodeJS.Timeout | undefined
  let cutAt = 0
  let dueAt = 0
  let busyFor = 0
  let signature = ''

  const cut = (): void => {
    timer = undefined
    const now = performance.now()
    snapshot = store.cut()
    renewFacts()
    onState()
    cutAt = performance.now()
    busyFor = cutAt - now
  }
  const schedule = (within: number): void => {
    if (stopping.signal.aborted) return
    const at = Math.max(performance.now() + within, cutAt + Math.max(cutEvery, busyFor))
    if (timer !== undefined && dueAt <= at) return
    clearTimeout(timer)
    dueAt = at
    timer = setTimeout(cut, at - performance.now())
  }

  const onChange = (what: 'objects' | 'state'): void => {
    if (what === 'objects') return schedule(0)
    const next = watches.flatMap((watch) => watch.reflectors()).map(signatureOf).join()
    if (next === signature) return schedule(factsEvery)
    const wasDown = facts.connection !== 'connected'
    signature = next
    if (wasDown && connectionNow() === 'connected') for (const watch of watches) if (watch.reflectors().some((one) => one.retryAt !== null && one.unreachable)) watch.wake()
    schedule(0)
  }

  const reflectorStates = (): readonly ReflectorState[] => watches.flatMap((watch) => watch.reflectors())
  const connectionNow = (): SessionFacts['connection'] => {
    const states = reflectorStates()
    if (states.some((one) => one.state === 'synced' || one.state === 'forbidden' || one.state === 'absent')) {
      return states.some((one) => one.unreachable) && !states.some((one) => one.state === 'synced') ? 'unreachable' : 'connected'
    }
    return states.some((one) => one.unreachable) ? 'unreachable' : 'connecting'
  }

  const renewFacts = (): void => {
    const connection = connectionNow()
    unreachableSince = connection === 'unreachable' ? (unreachableSince ?? Date.now()) : null
    const system = getObject(snapshot, 'namespaces', '', 'kube-system')
    const environment = system?.metadata.annotations?.['meridian.dev/environment'] ?? null
    factsAt = Date.now()
    facts = { cluster: { slug, context, version, environment }, connection, unreachableSince, kinds: watches.flatMap((watch) => watch.states()) }
    if (version === null && connection === 'connected') void readVersion()
  }

  let reading = false
  const readVersion = async (): Promise<void> => {
    if (reading) return
    reading = true
    try {
      const reply = await transport.json({ path: '/version', signal: stopping.signal })
      const text = isJsonObject(reply) ? ownProperty(reply, 'gitVersion') : undefined
      if (typeof text === 'string') { version = text; schedule(0) }
    } catch {
      await systemClock.sleep(30_000, stopping.signal)
    } finally {
      reading = false
    }
  }

  const onCrd = (object: KubeObject): void => {
    const watch = watches.find(({ kind }) => kind.key === object.metadata.name)
    if (watch?.reflectors()[0]?.state === 'absent') watch.wake()
  }
  const crdsKnown = (): boolean => watches.some(({ kind, reflectors }) => kind.key === 'customresourcedefinitions.apiextensions.k8s.io' && reflectors()[0]?.state === 'synced')
  let rightsKnown = false
  const probeEvery = (state: ReflectorState): number => (state.state === 'absent' ? crdsKnown() : rightsKnown) ? 600_000 : 60_000

  const watches: readonly KindWatch[] = watchedKinds.map(({ kind, only }) => watchKind({
    transport, kind, store, only, onChange, probeEvery,
    ...(kind.key === 'customresourcedefinitions.apiextensions.k8s.io' ? { onObject: onCrd } : {}),
  }))

  const reviewRights = async (): Promise<void> => {
    const wide = await reviewRules(transport, nowhere, stopping.signal)
    rightsKnown = !wide.incomplete
    for (const watch of watches) watch.rights('', wide)
    if (!watches.some((watch) => watch.kind.namespaced && watch.reflectors()[0]?.state === 'forbidden')) return
    const known = [...listObjects(snapshot, 'namespaces')].map((namespace) => namespace.metadata.name)
    for (const namespace of new Set([options.namespace, ...known])) {
      const rights = await reviewRules(transport, namespace, stopping.signal)
      for (const watch of watches) watch.rights(namespace, rights)
    }
  }
  const reviewLoop = async (): Promise<void> => {
    let settled = false
    while (!stopping.signal.aborted) {
      const starting = reflectorStates().some((one) => one.state === 'starting')
      if (!starting || settled) {
        settled = true
        await reviewRights().catch(() => undefined)
      }
      await systemClock.sleep(settled ? rightsEvery : 250, stopping.signal)
    }
  }
  void reviewLoop()

  return {
    epoch,
    state: () => makeState(snapshot, facts),
    facts: () => {
      if (Date.now() - factsAt > factsEvery) renewFacts()
      return facts
    },
    ready: () => Date.now() - startedAt > 10_000 || watches.every((watch) => watch.reflectors()[0]?.state !== 'starting'),
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await Promise.all([transport.close(), ...watches.map((watch) => watch.stop())])
    },
  }
}

function signatureOf(state: ReflectorState): string {
  return `${state.state}|${state.retryAt ?? ''}|${state.error ?? ''}|${String(state.unreachable)}`
}
