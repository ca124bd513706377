import type { MeshConfig } from '../istio/mesh-config'
import type { Snapshot } from '../snapshot'
import type { AppliedDestinationRule } from './destination-rules'
import type { MeshService, MeshServicePort } from './mesh-service'

/** What one cluster is made of. `subset` '' is the service as a whole. */
export interface ClusterParts {
  readonly name: string
  readonly service: MeshService
  readonly port: MeshServicePort
  readonly subset: string
  readonly rule: AppliedDestinationRule | undefined
}

/** What clusters are built with. */
export interface ClusterContext {
  readonly snapshot: Snapshot
  readonly config: MeshConfig
  readonly features: Readonly<Record<string, string>>
}
