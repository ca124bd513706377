import { isJsonObject } from '@/lib/std/json'
import { gatewayKey, type GatewayWorkload } from '../gateway-workload'
import { refOf, type KubeObject } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'
import { protocolHue } from './map-destination'
import type { MapEntry, MapServer } from './model'

/** One server and the port of the pod that its listener is on. */
export interface ListeningServer {
  readonly server: MapServer
  readonly listenerPort: number
}

/**
 * The ports of the Services that select the gateway's pods, in the order of port numbers, 443 first, each with its servers. A listener
 * that no Service leads to becomes an entry of its own, so that it is seen.
 */
export function mapEntries(snapshot: Snapshot, gateway: GatewayWorkload, servers: readonly ListeningServer[]): readonly MapEntry[] {
  const entries: MapEntry[] = []
  const reached = new Set<string>()
  for (const service of servicesOf(snapshot, gateway)) {
    for (const port of portsOf(service)) {
      const behind = servers.filter(({ server, listenerPort }) => server.port === port.port || (port.targetPort === `${listenerPort}` && server.port === listenerPort))
      if (behind.length === 0 && port.name === 'status-port') continue
      behind.forEach(({ server }) => reached.add(server.id))
      entries.push({
        id: `${gatewayKey(gateway)}:${service.metadata.name}:${port.port}`,
        gateway: gatewayKey(gateway),
        ...port,
        protocol: behind[0]?.server.protocol ?? protocolHue(port.name),
        service: refOf(service),
        servers: behind.map(({ server }) => server.id),
      })
    }
  }
  return [...entries, ...bareEntries(gateway, servers.filter(({ server }) => !reached.has(server.id)))].sort(byPort)
}

function byPort(a: MapEntry, b: MapEntry): number {
  const rank = (entry: MapEntry): number => (entry.servers.length === 0 ? 2 : entry.protocol === 'https' || entry.protocol === 'tls' ? 0 : 1)
  return rank(a) - rank(b) || a.port - b.port
}

function bareEntries(gateway: GatewayWorkload, servers: readonly ListeningServer[]): readonly MapEntry[] {
  const ports = new Map<number, ListeningServer[]>()
  for (const listening of servers) ports.set(listening.listenerPort, [...(ports.get(listening.listenerPort) ?? []), listening])
  return [...ports].map(([port, behind]) => ({
    id: `${gatewayKey(gateway)}:pod:${port}`,
    gateway: gatewayKey(gateway),
    port,
    targetPort: `${port}`,
    nodePort: null,
    name: behind[0]?.server.name ?? '',
    protocol: behind[0]?.server.protocol ?? 'tcp',
    service: null,
    servers: behind.map(({ server }) => server.id),
  }))
}

/** The gateway that a map opens on when none is named: the first that is reached from outside (a LoadBalancer or NodePort Service), else the first. */
export function defaultGateway(snapshot: Snapshot, gateways: readonly GatewayWorkload[]): GatewayWorkload | undefined {
  return gateways.find((gateway) => servicesOf(snapshot, gateway).some(isExposed)) ?? gateways[0]
}

function isExposed(service: KubeObject): boolean {
  const spec = service['spec']
  return isJsonObject(spec) && (spec['type'] === 'LoadBalancer' || spec['type'] === 'NodePort')
}

function servicesOf(snapshot: Snapshot, gateway: GatewayWorkload): readonly KubeObject[] {
  return [...listObjects(snapshot, 'services', gateway.namespace)].filter((service) => {
    const spec = service['spec']
    const selector = isJsonObject(spec) && isJsonObject(spec['selector']) ? Object.entries(spec['selector']) : []
    return selector.length > 0 && selector.every(([label, value]) => gateway.labels[label] === value)
  })
}

function portsOf(service: KubeObject): readonly Pick<MapEntry, 'port' | 'targetPort' | 'nodePort' | 'name'>[] {
  const spec = service['spec']
  const ports = isJsonObject(spec) && Array.isArray(spec['ports']) ? spec['ports'] : []
  return ports.filter(isJsonObject).flatMap((port) => {
    const number = port['port']
    if (typeof number !== 'number') return []
    const target = port['targetPort']
    return [{
      port: number,
      targetPort: typeof target === 'number' || typeof target === 'string' ? `${target}` : `${number}`,
      nodePort: typeof port['nodePort'] === 'number' ? port['nodePort'] : null,
      name: typeof port['name'] === 'string' ? port['name'] : '',
    }]
  })
}
