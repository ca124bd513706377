import type { KindKey } from '../kinds'
import type { FieldPath, ResourceRef } from '../resource'

/** One Envoy route of the host and the field it came from, or an entry of an owner that Istio sends nothing for. */
export interface TableRule {
  /** In evaluation order, from 1; null for an entry that Envoy does not get. */
  readonly number: number | null
  readonly owner: ResourceRef | null
  readonly path: FieldPath
  /** The index in the owner's `spec.http`, and in that entry's `match`; null where the path has none. */
  readonly http: number | null
  readonly match: number | null
  /** Envoy's route name, '' when it has none. */
  readonly routeName: string
  /** The match in one line, as the map writes it, and where it goes. */
  readonly words: string
  readonly target: string
  /** Whether it takes every request; Istio sorts these last. */
  readonly catchAll: boolean
  /** Never reached: the number of the rule that takes its requests. */
  readonly deadBy: number | null
  /** Envoy's own words for where it goes: clusters with weights, `redirect`, `direct-response`. */
  readonly to: readonly { readonly cluster: string; readonly weight: number }[]
}

/** An object that owns rules of the host, in the order in which its rules come. */
export interface TableObject {
  readonly ref: ResourceRef
  readonly kindKey: KindKey
  /** RFC 3339; null when the object says none. */
  readonly createdAt: string | null
  /** The version that the cluster holds now; an open draft of another one is stale. */
  readonly resourceVersion: string | null
  /** Whether its rules can be edited here (VirtualServices; others are shown locked). */
  readonly editable: boolean
}
