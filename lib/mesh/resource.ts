import type { JsonObject } from '@/lib/std/json'

/** Names one object of the cluster. `namespace` is empty for cluster-scoped kinds, `group` for the core group. */
export interface ResourceRef {
  readonly group: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** A path inside an object as a person writes it: `spec.http[2].match[0].uri`. */
export type FieldPath = string

/** The metadata that every object carries; all other keys are kept as they came. */
export interface ObjectMeta extends JsonObject {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  /** RFC 3339, seconds. Objects from files may have none. */
  readonly creationTimestamp?: string
  readonly labels?: { readonly [key: string]: string }
  readonly annotations?: { readonly [key: string]: string }
}

/** A Kubernetes object as the API server sent it (or a projection of it): only its head has been checked. */
export interface KubeObject extends JsonObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
}

/** An object's own text of itself, for sentences and keys: `Gateway istio-system/default-gateway`. */
export function formatRef(ref: ResourceRef): string {
  return ref.namespace === '' ? `${ref.kind} ${ref.name}` : `${ref.kind} ${ref.namespace}/${ref.name}`
}

/** The reference to an object; its group is the part of apiVersion before the slash. */
export function refOf(object: KubeObject): ResourceRef {
  const slash = object.apiVersion.indexOf('/')
  return {
    group: slash < 0 ? '' : object.apiVersion.slice(0, slash),
    kind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
  }
}

/** Whether two references name the same object. */
export function sameRef(a: ResourceRef, b: ResourceRef): boolean {
  return a.group === b.group && a.kind === b.kind && a.namespace === b.namespace && a.name === b.name
}
