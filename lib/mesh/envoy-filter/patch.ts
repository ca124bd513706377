import type { JsonObject } from '@/lib/std/json'
import type { FieldPath, ResourceRef } from '../resource'

/** One entry of an EnvoyFilter's configPatches that may change a gateway's configuration; what it makes of it is not computed. */
export interface EnvoyFilterPatch {
  readonly source: ResourceRef
  readonly path: FieldPath
  /** `HTTP_FILTER`, `CLUSTER` … as written. */
  readonly applyTo: string
  /** INSERT_* on what has no order is ADD, as in Pilot. */
  readonly operation: string
  /** The entry's match: listener, routeConfiguration or cluster. */
  readonly match: JsonObject
  readonly value: JsonObject
}

/** The patches of a gateway with what their matches need besides Envoy's own configuration. */
export interface GatewayPatches {
  readonly patches: readonly EnvoyFilterPatch[]
  /** Port in a route configuration's name → the ports of the servers behind it. */
  readonly serverPorts: ReadonlyMap<number, ReadonlySet<number>>
}
