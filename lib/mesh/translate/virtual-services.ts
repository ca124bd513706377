import type { MeshConfig } from '../istio/mesh-config'
import { parseVirtualService } from '../istio/parse-virtual-service'
import { refOf, type KubeObject } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'
import { byCreation } from './creation-order'
import { mergeDelegates } from './merge-delegates'
import { resolveGatewayName, resolveShortName } from './host-name'
import { exportSet } from './mesh-service'
import type { ResolvedVirtualService } from './resolved-virtual-service'

const memo = new WeakMap<KubeObject, { readonly config: MeshConfig; readonly resolved: ResolvedVirtualService }>()

/** Resolves one root VirtualService (memoised unless it delegates). */
function resolve(object: KubeObject, snapshot: Snapshot, config: MeshConfig): ResolvedVirtualService {
  const known = memo.get(object)
  if (known?.config === config) return known.resolved
  const spec = parseVirtualService(object).value
  const namespace = object.metadata.namespace ?? ''
  const owner = refOf(object)
  const delegates = spec.http.some((route) => route.delegate !== undefined)
  const resolved: ResolvedVirtualService = {
    name: object.metadata.name,
    namespace,
    resource: owner,
    object,
    hosts: spec.hosts.map((host) => resolveShortName(host, namespace, config.domain)),
    gateways: spec.gateways.length === 0 ? ['mesh'] : spec.gateways.map((gateway) => resolveGatewayName(gateway, namespace)),
    http: delegates ? mergeDelegates(snapshot, object, config) : spec.http.map((route) => ({ route, owner })),
    tls: spec.tls,
    tcp: spec.tcp,
    exportTo: exportSet(spec.exportTo, config.defaultVirtualServiceExportTo, namespace),
    semantics: 'istio',
  }
  if (!delegates) memo.set(object, { config, resolved })
  return resolved
}

/** The VirtualServices bound to a gateway name, in Pilot's order for a proxy's namespace (SPEC VS2). */
export interface VirtualServiceIndex {
  forGateway(gatewayName: string): readonly ResolvedVirtualService[]
}

/** Indexes all VirtualServices by gateway name: private to the proxy's namespace, exported to it, public; each by creation. */
export function indexVirtualServices(snapshot: Snapshot, config: MeshConfig, proxy: { readonly namespace: string; readonly derived: readonly ResolvedVirtualService[] }): VirtualServiceIndex {
  const all = [...[...listObjects(snapshot, 'virtualservices.networking.istio.io')].map((object) => resolve(object, snapshot, config)), ...proxy.derived]
    .filter((service) => service.hosts.length > 0)
    .sort((a, b) => byCreation(a.object, b.object))
  const tiers: readonly Map<string, ResolvedVirtualService[]>[] = [new Map(), new Map(), new Map()]
  for (const service of all) {
    const tier = tiers[tierOf(service, proxy.namespace)]
    if (!tier) continue
    for (const gateway of service.gateways) {
      const known = tier.get(gateway)
      if (known) known.push(service)
      else tier.set(gateway, [service])
    }
  }
  const memoised = new Map<string, readonly ResolvedVirtualService[]>()
  return {
    forGateway(gatewayName) {
      const known = memoised.get(gatewayName)
      if (known) return known
      const [own = [], exported = [], open = []] = tiers.map((tier) => tier.get(gatewayName) ?? [])
      const ahead = (service: ResolvedVirtualService): boolean => service.semantics === 'gateway-api' && service.namespace === proxy.namespace
      const found = [...own, ...exported, ...open.filter(ahead), ...open.filter((service) => !ahead(service))]
      memoised.set(gatewayName, found)
      return found
    },
  }
}

function tierOf(service: ResolvedVirtualService, namespace: string): number {
  if (service.exportTo.has('~')) return -1
  if (service.exportTo.has('*')) return 2
  if (!service.exportTo.has(namespace)) return -1
  return service.namespace === namespace && service.exportTo.size === 1 ? 0 : 1
}
