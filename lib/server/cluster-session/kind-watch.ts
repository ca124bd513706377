import type { KindState } from '@/lib/contract/cluster'
import { startReflector, type Reflector } from '@/lib/kube/reflector'
import { startingState, type ReflectorState } from '@/lib/kube/reflector-state'
import { mayReflect, type Rights } from '@/lib/kube/rights'
import type { KubeTransport } from '@/lib/kube/transport'
import type { Kind, KindKey } from '@/lib/mesh/kinds'
import type { KubeObject } from '@/lib/mesh/resource'
import type { ObjectStore } from './object-store'

/** What a kind's watch needs of its session. */
export interface KindWatchOptions {
  readonly transport: KubeTransport
  readonly kind: Kind & { readonly key: KindKey }
  readonly store: ObjectStore
  /** Watch only this namespace, whatever the rights ('' for all). */
  readonly only: string
  /** Objects or state changed. */
  readonly onChange: (what: 'objects' | 'state') => void
  /** The kind's own objects, as they come (for the session's use of CRDs and namespaces). */
  readonly onObject?: (object: KubeObject) => void
  readonly probeEvery: (state: ReflectorState) => number
}

/** One kind, cluster-wide; where that is forbidden, in each namespace in which it is allowed. */
export interface KindWatch {
  readonly kind: Kind
  states(): readonly KindState[]
  /** The reflectors' own states, the cluster-wide one first. */
  reflectors(): readonly ReflectorState[]
  /** Ends the pauses of what waits. */
  wake(): void
  /** Takes the rights in a namespace ('' for cluster-wide ones) as they are now. */
  rights(namespace: string, rights: Rights): void
  stop(): Promise<void>
}

/** Starts watching a kind. */
export function watchKind(options: KindWatchOptions): KindWatch {
  const { transport, kind, store, only, onChange } = options
  const perNamespace = new Map<string, { readonly reflector: Reflector; state: ReflectorState }>()
  let wideState = startingState
  const stops: Promise<void>[] = []

  const sinkFor = (namespace: string): { replace(objects: readonly KubeObject[]): void; upsert(object: KubeObject): void; remove(object: KubeObject): void } => ({
    replace(objects) {
      if (namespace === only && objects.length === 0 && perNamespace.size > 0) return
      store.replace(kind.key, namespace, objects)
      for (const object of objects) options.onObject?.(object)
      onChange('objects')
    },
    upsert(object) {
      store.upsert(kind.key, object)
      options.onObject?.(object)
      onChange('objects')
    },
    remove(object) {
      store.remove(kind.key, object)
      onChange('objects')
    },
  })

  const leave = (namespace: string): void => {
    const entry = perNamespace.get(namespace)
    if (!entry) return
    perNamespace.delete(namespace)
    stops.push(entry.reflector.stop())
    store.replace(kind.key, namespace, [])
    onChange('objects')
  }

  const enter = (namespace: string): void => {
    if (perNamespace.has(namespace)) return
    const reflector = startReflector({
      transport, kind, namespace, sink: sinkFor(namespace), probeEvery: () => 600_000,
      onState: (state) => {
        const entry = perNamespace.get(namespace)
        if (!entry) return
        entry.state = state
        onChange('state')
      },
    })
    perNamespace.set(namespace, { reflector, state: reflector.state() })
  }

  const wide = startReflector({
    transport, kind, namespace: only, sink: sinkFor(only), probeEvery: () => options.probeEvery(wideState),
    onState: (state) => {
      wideState = state
      if (state.state === 'synced') for (const namespace of [...perNamespace.keys()]) leave(namespace)
      onChange('state')
    },
  })

  return {
    kind,
    states: () => [kindState(kind, only, wideState, perNamespace.size > 0 ? 0 : store.count(kind.key, only)),
      ...[...perNamespace].map(([namespace, { state }]) => kindState(kind, namespace, state, store.count(kind.key, namespace)))],
    reflectors: () => [wideState, ...[...perNamespace.values()].map(({ state }) => state)],
    wake() {
      wide.wake()
      for (const { reflector } of perNamespace.values()) reflector.wake()
    },
    rights(namespace, rights) {
      const may = mayReflect(rights, kind)
      if (namespace === '') {
        if (may && wideState.state === 'forbidden') wide.wake()
        if (!may && !rights.incomplete && only === '' && (wideState.state === 'synced' || wideState.state === 'stale')) wide.restart()
        return
      }
      if (!kind.namespaced || only !== '') return
      if (may && wideState.state === 'forbidden') enter(namespace)
      else if (!may && !rights.incomplete) leave(namespace)
    },
    async stop() {
      await Promise.all([wide.stop(), ...[...perNamespace.values()].map(({ reflector }) => reflector.stop()), ...stops])
    },
  }
}

function kindState(kind: Kind, scope: string, state: ReflectorState, objects: number): KindState {
  return {
    key: kind.key, scope: scope === '' ? 'all' : scope, state: state.state, objects,
    lastEventAt: state.lastEventAt, staleSince: state.staleSince, retryAt: state.retryAt, error: state.error,
  }
}
