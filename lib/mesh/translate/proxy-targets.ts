import { compareBytes } from '@/lib/std/compare-bytes'
import { isJsonObject } from '@/lib/std/json'
import type { MeshConfig } from '../istio/mesh-config'
import type { GatewayWorkload } from '../gateway-workload'
import type { KubeObject } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'
import { labelsContain } from './labels'
import { servicesOf, type MeshService, type MeshServicePort } from './mesh-service'

/** One port of a Service that selects the gateway's pods, with the pod's port behind it (Istio's ServiceTarget). */
export interface ProxyTarget {
  readonly service: MeshService
  readonly port: MeshServicePort
  readonly targetPort: number
}

/** The Services in the gateway's namespace that select it, port by port, by creation time and hostname (SetServiceTargets); of a Service's ports that lead to one target with one protocol only the first (GetProxyServiceTargetsByPod). */
export function proxyTargets(snapshot: Snapshot, gateway: GatewayWorkload, config: MeshConfig): readonly ProxyTarget[] {
  const services = [...listObjects(snapshot, 'services', gateway.namespace)]
    .flatMap((object) => servicesOf(object, config))
    .filter((service) => service.selector !== undefined && Object.keys(service.selector).length > 0 && labelsContain(gateway.labels, service.selector))
    .sort((a, b) => compareBytes(a.object.metadata.creationTimestamp ?? '', b.object.metadata.creationTimestamp ?? '') || compareBytes(a.hostname, b.hostname))
  const named = containerPorts(snapshot, gateway)
  return services.flatMap((service) => {
    const taken = new Set<string>()
    return service.ports.flatMap((port) => {
      const targetPort = typeof port.targetPort === 'number' ? port.targetPort : named.get(port.targetPort)
      const key = `${targetPort ?? ''} ${port.protocol}`
      if (targetPort === undefined || taken.has(key)) return []
      taken.add(key)
      return [{ service, port, targetPort }]
    })
  })
}

/** The named container ports of the gateway's first pod. */
function containerPorts(snapshot: Snapshot, gateway: GatewayWorkload): ReadonlyMap<string, number> {
  const pod = [...listObjects(snapshot, 'pods', gateway.namespace)].find((candidate) => labelsContain(candidate.metadata.labels ?? {}, gateway.labels))
  return pod ? portsOf(pod) : new Map()
}

/** Name → number of a pod's container ports. */
export function portsOf(pod: KubeObject): ReadonlyMap<string, number> {
  const ports = new Map<string, number>()
  const spec = pod['spec']
  const containers = isJsonObject(spec) && Array.isArray(spec['containers']) ? spec['containers'] : []
  for (const container of containers) {
    const list = isJsonObject(container) && Array.isArray(container['ports']) ? container['ports'] : []
    for (const port of list) {
      if (!isJsonObject(port) || typeof port['name'] !== 'string' || typeof port['containerPort'] !== 'number') continue
      if (!ports.has(port['name'])) ports.set(port['name'], port['containerPort'])
    }
  }
  return ports
}
