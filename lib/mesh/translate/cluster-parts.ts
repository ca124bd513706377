import type { MeshConfig } from '../istio/mesh-config'
import type { Snapshot } from '../snapshot'
import type { AppliedDestinationRule } from './destination-rules'
import type { Endpoint } from './endpoints'
import type { MeshService, MeshServicePort } from './mesh-service'

/** What one cluster is made of. `subset` '' is the service as a whole. */
export interface ClusterParts {
  readonly name: string
  readonly service: MeshService
  readonly port: MeshServicePort
  readonly subset: string
  readonly rule: AppliedDestinationRule | undefined
  /** The traffic policy that decides the TLS mode asks for PASSTHROUGH load balancing. */
  readonly passthrough: boolean
  /** A cluster behind an AUTO_PASSTHROUGH server: no TLS of its own. */
  readonly sniDnat: boolean
}

/** What clusters are built with. */
export interface ClusterContext {
  readonly snapshot: Snapshot
  readonly config: MeshConfig
  readonly features: Readonly<Record<string, string>>
  /** The gateway's own. */
  readonly labels: Readonly<Record<string, string>>
  /** All endpoints of a service's port, remembered for the compile. */
  endpointsOf(service: MeshService, port: MeshServicePort): readonly Endpoint[]
}

/** Whether a cluster resolves the host of each request as it comes: a wildcard host with DYNAMIC_DNS, but not behind an AUTO_PASSTHROUGH server (Istio's buildOutboundClusters, buildOutboundSniDnatClusters). */
export function isForwardProxy({ service, sniDnat }: Pick<ClusterParts, 'service' | 'sniDnat'>): boolean {
  return !sniDnat && service.resolution === 'dynamic-dns' && service.hostname.startsWith('*')
}
