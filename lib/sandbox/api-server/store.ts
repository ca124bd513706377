import { randomUUID } from 'node:crypto'
import { compareBytes } from '@/lib/std/compare-bytes'
import type { JsonObject } from '@/lib/std/json'
import type { Kind } from '@/lib/mesh/kinds'
import type { KubeObject } from '@/lib/mesh/resource'
import { alreadyExists, conflict, notFound, type ErrorSubject } from './kube-error'
import type { Clock } from './ports'

/** One change of one object; `revision` orders all changes of the store. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly key: string
  readonly object: KubeObject
  readonly revision: number
}

/** The objects of the sandbox, with a history for watches. Everything in it is immutable; identity changes with content. */
export interface ObjectStore {
  revision(): number
  get(kind: Kind, namespace: string, name: string): KubeObject | undefined
  /** Sorted by namespace and name. */
  list(kind: Kind, namespace?: string): readonly KubeObject[]
  create(kind: Kind, object: KubeObject): KubeObject
  /** Replaces an object; throws 409 when the given resourceVersion is not the stored one. An unchanged object makes no event. */
  update(kind: Kind, object: KubeObject, options?: { readonly bumpGeneration?: boolean }): KubeObject
  delete(kind: Kind, namespace: string, name: string): KubeObject
  /** Events after a revision, or undefined when they are no longer kept (410). */
  since(key: string, revision: number): readonly StoreEvent[] | undefined
  /** Calls `listener` for each event from now on; returns the way to stop. */
  subscribe(listener: (event: StoreEvent) => void): () => void
  /** Forgets the history up to now, so that older watches get 410. */
  compact(): void
}

const kept = 10_000

/** An empty store. */
export function createStore(clock: Clock): ObjectStore {
  const objects = new Map<string, Map<string, KubeObject>>()
  const history = new Map<string, StoreEvent[]>()
  const compacted = new Map<string, number>()
  const listeners = new Set<(event: StoreEvent) => void>()
  let revision = 1000
  let floor = 0

  const of = (kind: Kind): Map<string, KubeObject> => {
    const known = objects.get(kind.key)
    if (known) return known
    const made = new Map<string, KubeObject>()
    objects.set(kind.key, made)
    return made
  }
  const emit = (type: StoreEvent['type'], kind: Kind, object: KubeObject): void => {
    const event: StoreEvent = { type, key: kind.key, object, revision }
    const events = history.get(kind.key) ?? []
    history.set(kind.key, events)
    events.push(event)
    if (events.length > kept) {
      const dropped = events.splice(0, kept / 2)
      compacted.set(kind.key, dropped.at(-1)?.revision ?? 0)
    }
    for (const listener of [...listeners]) listener(event)
  }
  const stamp = (kind: Kind, object: KubeObject, metadata: JsonObject): KubeObject => {
    revision += 1
    return { ...object, apiVersion: object.apiVersion, kind: kind.kind, metadata: { ...object.metadata, ...metadata, resourceVersion: String(revision) } }
  }

  return {
    revision: () => revision,
    get: (kind, namespace, name) => objects.get(kind.key)?.get(keyOf(namespace, name)),
    list(kind, namespace) {
      const all = [...(objects.get(kind.key)?.values() ?? [])].filter((object) => namespace === undefined || (object.metadata.namespace ?? '') === namespace)
      return all.sort((a, b) => compareBytes(keyOf(a.metadata.namespace ?? '', a.metadata.name), keyOf(b.metadata.namespace ?? '', b.metadata.name)))
    },
    create(kind, object) {
      const namespace = object.metadata.namespace ?? ''
      const key = keyOf(namespace, object.metadata.name)
      if (of(kind).has(key)) throw alreadyExists(subjectOf(kind, object.metadata.name))
      const made = stamp(kind, object, {
        uid: object.metadata.uid ?? randomUUID(),
        creationTimestamp: object.metadata.creationTimestamp ?? clock.now().toISOString().replace(/\.\d+Z$/, 'Z'),
        ...(withoutGeneration.has(kind.key) ? {} : { generation: 1 }),
      })
      of(kind).set(key, made)
      emit('ADDED', kind, made)
      return made
    },
    update(kind, object, options = {}) {
      const namespace = object.metadata.namespace ?? ''
      const key = keyOf(namespace, object.metadata.name)
      const known = of(kind).get(key)
      if (!known) throw notFound(subjectOf(kind, object.metadata.name))
      if (object.metadata.resourceVersion !== undefined && object.metadata.resourceVersion !== known.metadata.resourceVersion) throw conflict(subjectOf(kind, object.metadata.name))
      if (sameContent(known, object)) return known
      const generation = Number(known.metadata['generation'] ?? 0) + (options.bumpGeneration === true ? 1 : 0)
      const made = stamp(kind, object, {
        uid: known.metadata.uid ?? '', creationTimestamp: known.metadata.creationTimestamp ?? '',
        ...(withoutGeneration.has(kind.key) ? {} : { generation }),
      })
      of(kind).set(key, made)
      emit('MODIFIED', kind, made)
      return made
    },
    delete(kind, namespace, name) {
      const known = of(kind).get(keyOf(namespace, name))
      if (!known) throw notFound(subjectOf(kind, name))
      of(kind).delete(keyOf(namespace, name))
      const last = stamp(kind, known, {})
      emit('DELETED', kind, last)
      return known
    },
    since(key, from) {
      if (from < Math.max(floor, compacted.get(key) ?? 0)) return undefined
      return (history.get(key) ?? []).filter((event) => event.revision > from)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    compact() {
      floor = revision
      history.clear()
    },
  }
}

const withoutGeneration: ReadonlySet<string> = new Set(['services', 'configmaps', 'secrets', 'serviceaccounts', 'namespaces', 'nodes', 'events', 'endpointslices.discovery.k8s.io', 'leases.coordination.k8s.io'])

/** The name errors give an object of a kind. */
export function subjectOf(kind: Kind, name: string): ErrorSubject {
  return { plural: kind.plural, group: kind.group, kind: kind.kind, name }
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`
}

function sameContent(a: KubeObject, b: KubeObject): boolean {
  const strip = (object: KubeObject): string => JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: '', managedFields: timeless(object.metadata['managedFields']) } })
  return a === b || strip(a) === strip(b)
}

function timeless(managed: unknown): unknown {
  return Array.isArray(managed) ? managed.map((entry: unknown) => (typeof entry === 'object' && entry !== null ? { ...entry, time: '' } : entry)) : managed
}
