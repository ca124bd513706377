import type { MeshConfig } from '../istio/mesh-config'
import type { HttpRetry } from '../istio/virtual-service'
import type { DestinationRuleIndex } from './destination-rules'
import type { ServiceIndex } from './mesh-service'

/** What routes are built with: the proxy's view of services, the server they are built for, the mesh's defaults. */
export interface RouteContext {
  readonly config: MeshConfig
  readonly services: ServiceIndex
  readonly rules: DestinationRuleIndex
  /** The Gateway server's own port number. */
  readonly serverPort: number
  readonly tls: boolean
  /** `namespace/name` of the Gateway. */
  readonly gatewayName: string
  readonly proxy: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> }
  readonly defaultRetry: HttpRetry | undefined
}
