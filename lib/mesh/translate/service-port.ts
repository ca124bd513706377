import { gatewayKey, type GatewayWorkload } from '../gateway-workload'
import { parseService } from '../kube/parse-service'
import type { KubeObject } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'
import { byCreation } from './creation-order'
import { labelsContain } from './labels'
import { portsOf } from './proxy-targets'

/** Where a port of the gateway's Service leads. */
export type PodPort =
  /** No Service of the input selects the gateway: the port is the pod's. */
  | { readonly kind: 'as-is'; readonly port: number }
  | { readonly kind: 'mapped'; readonly port: number; readonly service: string }
  /** The Services have no such port: nothing answers. */
  | { readonly kind: 'closed'; readonly services: readonly string[] }

/** The pod's port behind a Service port: that of the oldest Service that selects the gateway and has the port. */
export function podPort(snapshot: Snapshot, gateway: GatewayWorkload, port: number): PodPort {
  const services = [...listObjects(snapshot, 'services', gateway.namespace)].filter((service) => selects(service, gateway)).sort(byCreation)
  if (services.length === 0) return { kind: 'as-is', port }
  for (const service of services) {
    const found = parseService(service).value.ports.find((candidate) => candidate.port === port && candidate.protocol !== 'UDP')
    if (found === undefined) continue
    const target = typeof found.targetPort === 'number' ? found.targetPort : namedPort(snapshot, gateway, found.targetPort)
    return { kind: 'mapped', port: target ?? port, service: gatewayKey({ namespace: gateway.namespace, name: service.metadata.name }) }
  }
  return { kind: 'closed', services: services.map((service) => gatewayKey({ namespace: gateway.namespace, name: service.metadata.name })) }
}

function selects(service: KubeObject, gateway: GatewayWorkload): boolean {
  const { selector } = parseService(service).value
  return selector !== undefined && Object.keys(selector).length > 0 && labelsContain(gateway.labels, selector)
}

function namedPort(snapshot: Snapshot, gateway: GatewayWorkload, name: string): number | undefined {
  const pod = [...listObjects(snapshot, 'pods', gateway.namespace)].find((candidate) => labelsContain(candidate.metadata.labels ?? {}, gateway.labels))
  return pod && portsOf(pod).get(name)
}
