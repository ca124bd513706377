import type { DestinationRuleIndex } from './destination-rules'
import { subsetOf } from './host-name'
import type { L4Chain } from './l4-routes'
import { tcpProxyFilters } from './tcp-proxy'
import type { MergedServer } from './merge-gateways'
import type { ServiceIndex } from './mesh-service'
import { sniHosts } from './route-configurations'

/** AUTO_PASSTHROUGH: a chain for each visible internal service's port and subset, by the SNI that sidecars send (SPEC L43). */
export function autoPassthroughChains(server: MergedServer, services: ServiceIndex, rules: DestinationRuleIndex): readonly L4Chain[] {
  const hosts = sniHosts(server)
  return services.visible
    .filter((service) => !service.meshExternal && hosts.some((host) => subsetOf(service.hostname, host)))
    .flatMap((service) => service.ports.filter((port) => port.protocol !== 'UDP').flatMap((port) => {
      const rule = rules.forService(service)
      return ['', ...(rule?.subsets.map((subset) => subset.name) ?? [])].map((subset): L4Chain => {
        const cluster = `outbound_.${port.port}_.${subset}_.${service.hostname}`
        return { serverNames: [cluster], filters: tcpProxyFilters({ protocol: port.protocol, statPrefix: cluster, target: { cluster }, rule, subset, tunnels: false }), port: port.port, origin: service.origin }
      })
    }))
}
