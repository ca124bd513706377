import type { Kind, KindKey } from '@/lib/mesh/kinds'
import type { KubeObject } from '@/lib/mesh/resource'
import { isJsonObject, ownProperty, type Json, type JsonObject } from '@/lib/std/json'

/** Makes of a raw object what is kept of it; undefined when nothing is, or when it has no name. */
export type Projection = (raw: JsonObject) => KubeObject | undefined

/**
 * What is kept of each kind (architecture.md, Snapshot): Istio's, Gateway API's and Ingress objects whole but for
 * last-applied and the fields of managedFields; Services, slices, pods, deployments and CRDs as narrow records. Secrets never.
 * List items of built-in kinds carry no apiVersion and kind: they are filled in.
 */
export function projectionOf(kind: Kind, version: string): Projection {
  const apiVersion = kind.group === '' ? version : `${kind.group}/${version}`
  const interned = new Map<string, Json>()
  const intern = (value: Json | undefined): Json | undefined => {
    if (value === undefined) return undefined
    const key = JSON.stringify(value)
    const found = interned.get(key)
    if (found !== undefined) return found
    if (interned.size > 20_000) interned.clear()
    interned.set(key, value)
    return value
  }
  const narrow = narrowings[kind.key]
  return (raw) => {
    const metadata = ownProperty(raw, 'metadata')
    if (!isJsonObject(metadata) || typeof metadata['name'] !== 'string' || metadata['name'] === '') return undefined
    const name = metadata['name']
    if (narrow === undefined) {
      const { managedFields, annotations, ...rest } = metadata
      return { ...raw, apiVersion, kind: kind.kind, metadata: { ...rest, name, ...withoutLastApplied(annotations), ...whoChanged(managedFields) } }
    }
    const parts = narrow(raw, intern)
    if (parts === undefined) return undefined
    return { apiVersion, kind: kind.kind, metadata: { ...narrowMetadata(metadata, intern), name }, ...parts }
  }
}

/** Whether only a narrow record is kept of a kind's objects, without managedFields. */
export function isNarrow(kind: Kind & { readonly key: string }): boolean {
  return Object.hasOwn(narrowings, kind.key)
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

function withoutLastApplied(annotations: Json | undefined): JsonObject {
  if (!isJsonObject(annotations)) return {}
  const { [lastApplied]: _, ...kept } = annotations
  return Object.keys(kept).length === 0 ? {} : { annotations: kept }
}

/** Who changed it when, without the fields: what managedFields costs is the fields. */
function whoChanged(managedFields: Json | undefined): JsonObject {
  if (!Array.isArray(managedFields)) return {}
  return { managedFields: managedFields.filter(isJsonObject).map((entry: JsonObject) => pick(entry, ['manager', 'operation', 'time', 'subresource'])) }
}

type Intern = (value: Json | undefined) => Json | undefined

function narrowMetadata(metadata: JsonObject, intern: Intern): JsonObject {
  const annotations = withoutLastApplied(metadata['annotations'])['annotations']
  return defined({
    namespace: metadata['namespace'], uid: metadata['uid'], resourceVersion: metadata['resourceVersion'], creationTimestamp: metadata['creationTimestamp'],
    deletionTimestamp: metadata['deletionTimestamp'], labels: intern(metadata['labels']), annotations: intern(annotations), ownerReferences: intern(metadata['ownerReferences']),
  })
}

const narrowings: { readonly [Key in KindKey]?: (raw: JsonObject, intern: Intern) => JsonObject | undefined } = {
  pods: (raw, intern) => {
    const [spec, status] = [inner(raw, 'spec'), inner(raw, 'status')]
    return {
      spec: defined({ ...pick(spec, ['nodeName', 'serviceAccountName', 'hostNetwork']), containers: intern(containersOf(spec)) }),
      status: defined({ ...pick(status, ['phase', 'podIP', 'startTime', 'reason']), podIPs: listOf(status, 'podIPs').length > 1 ? status['podIPs'] : undefined, conditions: intern(readyOf(status)), containerStatuses: containerStatusesOf(status, intern) }),
    }
  },
  services: (raw) => ({ spec: inner(raw, 'spec'), status: pick(inner(raw, 'status'), ['loadBalancer']) }),
  'endpointslices.discovery.k8s.io': slice,
  'deployments.apps': (raw) => ({
    spec: pick(inner(raw, 'spec'), ['replicas', 'selector']),
    status: pick(inner(raw, 'status'), ['replicas', 'readyReplicas', 'updatedReplicas', 'availableReplicas', 'observedGeneration']),
  }),
  namespaces: (raw) => ({ status: pick(inner(raw, 'status'), ['phase']) }),
  configmaps: (raw) => ({ data: pick(inner(raw, 'data'), ['mesh', 'meshNetworks']) }),
  'customresourcedefinitions.apiextensions.k8s.io': (raw) => {
    const spec = inner(raw, 'spec')
    const versions = listOf(spec, 'versions').filter(isJsonObject).map((version) => pick(version, ['name', 'served', 'storage']))
    return { spec: { ...pick(spec, ['group', 'names', 'scope']), versions } }
  },
  secrets: () => undefined,
}

function slice(raw: JsonObject, intern: Intern): JsonObject {
  const endpoints = listOf(raw, 'endpoints').filter(isJsonObject).map((endpoint) => defined({
    addresses: endpoint['addresses'], conditions: intern(endpoint['conditions']), targetRef: pickInner(endpoint, 'targetRef', ['kind', 'namespace', 'name']),
    nodeName: endpoint['nodeName'], zone: endpoint['zone'],
  }))
  return defined({ addressType: raw['addressType'], ports: intern(raw['ports']), endpoints })
}

function containersOf(spec: JsonObject): Json {
  return listOf(spec, 'containers').filter(isJsonObject).map((container) => defined({ ...pick(container, ['name', 'image', 'ports']), resources: pickInner(container, 'resources', ['limits']) }))
}

function readyOf(status: JsonObject): Json {
  return listOf(status, 'conditions').filter(isJsonObject).filter((condition) => condition['type'] === 'Ready').map((condition) => pick(condition, ['type', 'status']))
}

function containerStatusesOf(status: JsonObject, intern: Intern): Json | undefined {
  const statuses = listOf(status, 'containerStatuses').filter(isJsonObject).map((one) => {
    const state = inner(one, 'state')
    return defined({ ...pick(one, ['name', 'ready', 'restartCount']), waiting: pickInner(state, 'waiting', ['reason']), terminated: pickInner(state, 'terminated', ['reason', 'exitCode']) })
  })
  return intern(statuses)
}

function inner(object: JsonObject, key: string): JsonObject {
  const value = ownProperty(object, key)
  return isJsonObject(value) ? value : {}
}

function listOf(object: JsonObject, key: string): readonly Json[] {
  const value = ownProperty(object, key)
  return Array.isArray(value) ? value : []
}

function pick(object: JsonObject, keys: readonly string[]): JsonObject {
  const picked: Record<string, Json> = {}
  for (const key of keys) {
    const value = ownProperty(object, key)
    if (value !== undefined) picked[key] = value
  }
  return picked
}

function pickInner(object: JsonObject, key: string, keys: readonly string[]): JsonObject | undefined {
  const value = ownProperty(object, key)
  return isJsonObject(value) ? pick(value, keys) : undefined
}

function defined(object: JsonObject): JsonObject {
  const kept: Record<string, Json> = {}
  for (const key of Object.keys(object)) {
    const value = object[key]
    if (value !== undefined) kept[key] = value
  }
  return kept
}
