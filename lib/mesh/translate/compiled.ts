import type { Cluster, ClusterLoadAssignment } from '../envoy/cluster'
import type { GatewayPatches } from '../envoy-filter/patch'
import type { Listener } from '../envoy/listener'
import type { RouteConfiguration } from '../envoy/route'
import type { GatewayWorkload } from '../gateway-workload'
import type { Problem } from '../problem'
import type { FieldPath, ResourceRef } from '../resource'
import type { Json } from '@/lib/std/json'

/** What steers a translation besides the objects. */
export interface CompileOptions {
  /** MeshConfig as in ConfigMap `istio`, already decoded from YAML; undefined: read from the snapshot's ConfigMap, else Istio's defaults. */
  readonly meshConfig?: Json
  /** The version whose rules are reproduced. @default '1.31' */
  readonly istioVersion?: string
  /** istiod's environment where it changes the translation; keys are Istio's variable names (closed list in SPEC.md). */
  readonly features?: { readonly [name: string]: string }
  /** Whether the snapshot holds the cluster's Secrets; a cluster session never reads them, so those that are named count as there. @default 'listed' */
  readonly secrets?: 'listed' | 'unseen'
}

/** Where one piece of Envoy configuration came from: the object that the user wrote, and the field in it. */
export interface Origin {
  readonly resource: ResourceRef
  readonly path: FieldPath
}

/** Where the parts of a compiled configuration came from; beside the configuration, never inside it. */
export interface Provenance {
  /** Listener name → filter chain index → origins (Gateway servers; for TLS and TCP chains the VirtualService too, last). */
  readonly filterChains: ReadonlyMap<string, readonly (readonly Origin[])[]>
  /** Route configuration name → virtual host name → the Gateway servers that open it. */
  readonly virtualHosts: ReadonlyMap<string, ReadonlyMap<string, readonly Origin[]>>
  /** Route configuration name → virtual host name → route index → the VirtualService match (`spec.http[2].match[0]`) or rule (`spec.http[2]`). */
  readonly routes: ReadonlyMap<string, ReadonlyMap<string, readonly Origin[]>>
  /** Cluster name → Service or ServiceEntry first, then the DestinationRules that shaped it. */
  readonly clusters: ReadonlyMap<string, readonly Origin[]>
}

/** The whole configuration of one gateway's Envoy, and what was found on the way. */
export interface Compiled {
  readonly gateway: GatewayWorkload
  readonly listeners: readonly Listener[]
  readonly routeConfigurations: readonly RouteConfiguration[]
  /** Materialised on demand, sorted by name as Pilot sends them. */
  clusters(): readonly Cluster[]
  /** One cluster by name, without making the others. */
  cluster(name: string): Cluster | undefined
  /** The endpoints of an EDS cluster, made on demand; undefined when the cluster is unknown. */
  endpoints(clusterName: string): ClusterLoadAssignment | undefined
  readonly provenance: Provenance
  readonly findings: readonly Problem[]
  /** EnvoyFilters' patches that reach the gateway: they are not in the configuration (SPEC EF1). */
  readonly patches: GatewayPatches
}
