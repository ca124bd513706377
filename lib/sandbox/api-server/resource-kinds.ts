import { kinds, type Kind } from '@/lib/mesh/kinds'
import type { Schema } from '@/lib/mesh/schema/schema'
import { crdFile, type Crd } from '../crds/crd'

/** A column of `kubectl get`. */
export interface Column {
  readonly name: string
  readonly type: string
  readonly jsonPath: string
  readonly priority?: number
}

/** A kind as the sandbox serves it. */
export interface ServedKind {
  readonly kind: Kind
  readonly versions: readonly string[]
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly status: boolean
  readonly scale: boolean
  readonly columns: readonly Column[]
  /** undefined for built-in kinds: their small checks are in builtin-checks.ts. */
  readonly schema: Schema | undefined
}

const shortNames: Readonly<Record<string, readonly string[]>> = {
  namespaces: ['ns'], nodes: ['no'], services: ['svc'], pods: ['po'], configmaps: ['cm'], serviceaccounts: ['sa'], events: ['ev'],
  'deployments.apps': ['deploy'], 'replicasets.apps': ['rs'], 'ingresses.networking.k8s.io': ['ing'], 'customresourcedefinitions.apiextensions.k8s.io': ['crd', 'crds'],
}

const builtinColumns: Readonly<Record<string, readonly Column[]>> = {
  namespaces: [{ name: 'Status', type: 'string', jsonPath: '.status.phase' }],
  services: [{ name: 'Type', type: 'string', jsonPath: '.spec.type' }, { name: 'Cluster-IP', type: 'string', jsonPath: '.spec.clusterIP' }, { name: 'External-IP', type: 'string', jsonPath: '.spec.externalName' }, { name: 'Port(s)', type: 'string', jsonPath: '#ports' }],
  pods: [{ name: 'Ready', type: 'string', jsonPath: '#ready' }, { name: 'Status', type: 'string', jsonPath: '.status.phase' }, { name: 'Restarts', type: 'string', jsonPath: '#restarts' }],
  'deployments.apps': [{ name: 'Ready', type: 'string', jsonPath: '#replicas' }, { name: 'Up-to-date', type: 'integer', jsonPath: '.status.updatedReplicas' }, { name: 'Available', type: 'integer', jsonPath: '.status.availableReplicas' }],
  'replicasets.apps': [{ name: 'Desired', type: 'integer', jsonPath: '.spec.replicas' }, { name: 'Current', type: 'integer', jsonPath: '.status.replicas' }, { name: 'Ready', type: 'integer', jsonPath: '.status.readyReplicas' }],
  configmaps: [{ name: 'Data', type: 'integer', jsonPath: '#data' }],
  secrets: [{ name: 'Type', type: 'string', jsonPath: '.type' }, { name: 'Data', type: 'integer', jsonPath: '#data' }],
}

/** Everything the sandbox serves, by kind key. */
export const servedKinds: ReadonlyMap<string, ServedKind> = new Map(kinds.map((kind) => [kind.key, serve(kind)]))

function serve(kind: Kind): ServedKind {
  const crd = crdFile().crds.find((candidate) => candidate.name === kind.key)
  if (crd) return fromCrd(kind, crd)
  return {
    kind, versions: kind.versions, shortNames: shortNames[kind.key] ?? [], categories: ['pods', 'services', 'deployments.apps', 'replicasets.apps'].includes(kind.key) ? ['all'] : [],
    status: ['services', 'pods', 'namespaces', 'nodes', 'deployments.apps', 'replicasets.apps', 'ingresses.networking.k8s.io', 'customresourcedefinitions.apiextensions.k8s.io'].includes(kind.key),
    scale: kind.key === 'deployments.apps' || kind.key === 'replicasets.apps',
    columns: builtinColumns[kind.key] ?? [],
    schema: undefined,
  }
}

function fromCrd(kind: Kind, crd: Crd): ServedKind {
  const stored = crd.versions.find((version) => version.storage)
  const versions = [...crd.versions].sort((a, b) => rank(a.name) - rank(b.name)).map((version) => version.name)
  return {
    kind, versions, shortNames: crd.names.shortNames ?? [], categories: crd.names.categories ?? [], status: stored?.status ?? false, scale: false,
    columns: (stored?.columns ?? []).filter((column) => column.name !== 'Age').map(({ name, type, jsonPath, priority }) => ({ name, type, jsonPath, ...(priority === undefined ? {} : { priority }) })),
    schema: crdFile().schemas[stored?.schema ?? -1],
  }
}

function rank(version: string): number {
  return version === 'v1' ? 0 : version.includes('beta') ? 1 : 2
}

/** The CustomResourceDefinition objects of the served CRDs, for the store. */
export function crdObjects(): readonly { readonly name: string; readonly spec: Crd }[] {
  return crdFile().crds.filter((crd) => servedKinds.has(crd.name)).map((spec) => ({ name: spec.name, spec }))
}
