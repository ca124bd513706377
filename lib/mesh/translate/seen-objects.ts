import { kinds, type KindKey } from '../kinds'
import type { MeshConfig } from '../istio/mesh-config'
import { labelOf, readLabelSelector } from '../kube/label-selector'
import { nameLabel, namespaceLabels } from '../kube/namespace-labels'
import type { KubeObject } from '../resource'
import { listObjects, type ObjectsByNamespace, type Snapshot } from '../snapshot'

const revisionLabel = 'istio.io/rev'

/** The revision of the istiod that a gateway's pods are connected to: the injector writes it on them. */
export function istiodRevision(labels: Readonly<Record<string, string>>): string {
  return labelOf(labels, revisionLabel) || 'default'
}

/**
 * The objects that a gateway's istiod looks at: those of the namespaces that `discoverySelectors` select, and of Istio's
 * kinds and the Gateway API those without a revision or with istiod's own (SPEC SEE1, SEE2). Maps of which nothing is
 * left out keep their identity, and the rest is the same object for the same input.
 */
export function seenObjects(snapshot: Snapshot, config: MeshConfig, revision: string): Snapshot {
  const view: View = { namespaces: discoveredNamespaces(snapshot, config), revision }
  let objects: Map<KindKey, ObjectsByNamespace> | undefined
  for (const [key, all] of snapshot.objects) {
    const seen = seenOfKind(key, all, view)
    if (seen !== all) objects = (objects ?? new Map(snapshot.objects)).set(key, seen)
  }
  return objects === undefined ? snapshot : { revision: snapshot.revision, objects }
}

/** What one istiod looks at. */
interface View {
  /** Undefined for all. */
  readonly namespaces: ReadonlySet<string> | undefined
  readonly revision: string
}

/** The namespaces that istiod looks at; undefined for all: without selectors, with one that Kubernetes refuses, and where no Namespace was read (discoveryNamespacesFilter.selectorsChanged). One that is not among those read has only its name. */
function discoveredNamespaces(snapshot: Snapshot, config: MeshConfig): ReadonlySet<string> | undefined {
  const written = config.fields.objects('discoverySelectors')
  if (written.length === 0) return undefined
  const selectors = written.map(readLabelSelector).filter((selector) => selector !== undefined)
  const known = [...listObjects(snapshot, 'namespaces')]
  if (selectors.length < written.length || known.length === 0) return undefined
  const labels = new Map(known.map((namespace) => [namespace.metadata.name, namespaceLabels(namespace)]))
  for (const byNamespace of snapshot.objects.values()) for (const name of byNamespace.keys()) if (!labels.has(name)) labels.set(name, { [nameLabel]: name })
  return new Set([...labels].filter(([, own]) => selectors.some((selects) => selects(own))).map(([name]) => name))
}

const byRevision: ReadonlySet<string> = new Set(kinds.filter(({ group }) => group.endsWith('.istio.io') || group === 'gateway.networking.k8s.io').map(({ key }) => key))
const namespaced: ReadonlySet<string> = new Set(kinds.filter((kind) => kind.namespaced).map(({ key }) => key))

const kindMemo = new WeakMap<ObjectsByNamespace, Map<string, ObjectsByNamespace>>()
const nameMemo = new WeakMap<ObjectsByName, Map<string, ObjectsByName>>()
type ObjectsByName = ReadonlyMap<string, KubeObject>

function seenOfKind(key: KindKey, all: ObjectsByNamespace, { namespaces, revision }: View): ObjectsByNamespace {
  const hides = namespaces !== undefined && namespaced.has(key)
  const revised = byRevision.has(key)
  if (!hides && !revised) return all
  return memoised(kindMemo, all, `${revised ? revision : ''} ${hides ? [...namespaces].join(' ') : '*'}`, () => {
    const kept = [...all].filter(([namespace]) => !hides || namespaces.has(namespace)).map(([namespace, names]) => [namespace, revised ? ofRevision(names, revision) : names] as const)
    return kept.length === all.size && kept.every(([namespace, names]) => all.get(namespace) === names) ? all : new Map(kept)
  })
}

/** The objects of a revision and those of none (config.LabelsInRevision). */
function ofRevision(names: ObjectsByName, revision: string): ObjectsByName {
  return memoised(nameMemo, names, revision, () => {
    const isOther = ({ metadata }: KubeObject): boolean => (labelOf(metadata.labels ?? {}, revisionLabel) ?? revision) !== revision
    const others = [...names.values()].filter(isOther)
    return others.length === 0 ? names : new Map([...names].filter(([, object]) => !isOther(object)))
  })
}

function memoised<T extends object>(memo: WeakMap<T, Map<string, T>>, input: T, key: string, make: () => T): T {
  const known = memo.get(input) ?? new Map<string, T>()
  memo.set(input, known)
  const found = known.get(key) ?? make()
  known.set(key, found)
  return found
}
