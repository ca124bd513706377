import type { Cluster, ClusterLoadAssignment } from '../envoy/cluster'
import { formatDuration, parseDuration } from '../istio/duration'
import type { ClusterContext, ClusterParts } from './cluster-parts'
import { buildCluster, clusterEndpoints } from './clusters'
import type { Origin } from './compiled'
import type { DestinationRuleIndex } from './destination-rules'
import { loadAssignment } from './endpoints'
import type { MeshService, MeshServicePort, ServiceIndex } from './mesh-service'

/** The clusters of a gateway by name, made when asked for. */
export interface ClusterSource {
  all(): readonly Cluster[]
  one(name: string): Cluster | undefined
  endpoints(name: string): ClusterLoadAssignment | undefined
  readonly origins: ReadonlyMap<string, readonly Origin[]>
}

/** What a gateway's clusters come from. `sniDnat`: an AUTO_PASSTHROUGH server adds clusters of its own. */
export interface ClusterInput {
  readonly services: ServiceIndex
  readonly rules: DestinationRuleIndex
  readonly context: ClusterContext
  readonly sniDnat: boolean
}

/** Every visible service's port, and each subset of its DestinationRule (SPEC CL1). */
export function clusterSource({ services, rules, context, sniDnat }: ClusterInput): ClusterSource {
  let names: readonly string[] | undefined
  let everything: readonly Cluster[] | undefined
  let known: ReadonlyMap<string, readonly Origin[]> | undefined
  const made = new Map<string, Cluster | undefined>()
  const blackHole: Cluster = { name: 'BlackHoleCluster', alt_stat_name: 'BlackHoleCluster;', type: 'STATIC', connect_timeout: formatDuration(parseDuration(context.config.fields.string('connectTimeout')) ?? 10e9) }
  const partsOf = (name: string): ClusterParts | undefined => {
    const read = readName(name)
    if (!read || (read.sniDnat && !sniDnat)) return undefined
    const service = services.lookup(read.host, '')
    const port = service?.ports.find((candidate) => candidate.port === read.port)
    return service && port && partsFor(service, port, { subset: read.subset, sniDnat: read.sniDnat, rules })
  }
  const one = (name: string): Cluster | undefined => {
    if (name === blackHole.name) return blackHole
    if (made.has(name)) return made.get(name)
    const found = partsOf(name)
    const cluster = found && buildCluster(found, context)
    made.set(name, cluster)
    return cluster
  }
  const allNames = (): readonly string[] => (names ??= clusterNames(services, rules, sniDnat))
  return {
    all: () => (everything ??= [...allNames(), blackHole.name].flatMap((name) => one(name) ?? [])),
    one,
    endpoints(name) {
      const found = partsOf(name)
      return found && loadAssignment(name, clusterEndpoints(found, context), { features: context.features, source: 'eds', mutualOnly: found.sniDnat })
    },
    get origins() {
      return (known ??= new Map(allNames().flatMap((name) => {
        const found = partsOf(name)
        return found ? [[name, [found.service.origin, ...(found.rule?.origins ?? [])]] as const] : []
      })))
    },
  }
}

function readName(name: string): { readonly port: number; readonly subset: string; readonly host: string; readonly sniDnat: boolean } | undefined {
  const sniDnat = name.startsWith('outbound_.')
  const [direction, port, subset, host] = name.split(sniDnat ? '_.' : '|', sniDnat ? 3 : 4)
  if (direction !== 'outbound' || port === undefined || subset === undefined) return undefined
  const rest = sniDnat ? name.slice(`outbound_.${port}_.${subset}_.`.length) : host
  return rest === undefined || rest === '' ? undefined : { port: Number(port), subset, host: rest, sniDnat }
}

function partsFor(service: MeshService, port: MeshServicePort, at: { readonly subset: string; readonly sniDnat: boolean; readonly rules: DestinationRuleIndex }): ClusterParts | undefined {
  if (service.resolution === 'alias' || port.protocol === 'UDP' || (at.sniDnat && service.meshExternal)) return undefined
  const rule = at.rules.forService(service)
  const wild = service.resolution === 'dynamic-dns' && service.hostname.startsWith('*')
  if (wild && (at.subset !== '' || !['HTTP', 'HTTP2', 'GRPC', 'TLS'].includes(port.protocol))) return undefined
  const subset = at.subset === '' ? undefined : rule?.subsets.find((candidate) => candidate.name === at.subset)
  if (at.subset !== '' && !subset) return undefined
  const deciding = at.subset === '' ? rule?.trafficPolicy : subset?.trafficPolicy
  const name = at.sniDnat ? `outbound_.${port.port}_.${at.subset}_.${service.hostname}` : `outbound|${port.port}|${at.subset}|${service.hostname}`
  return { name, service, port, subset: at.subset, rule, passthrough: deciding?.object('loadBalancer')?.string('simple') === 'PASSTHROUGH', sniDnat: at.sniDnat }
}

function clusterNames(services: ServiceIndex, rules: DestinationRuleIndex, sniDnat: boolean): readonly string[] {
  const names: string[] = []
  for (const dnat of sniDnat ? [false, true] : [false]) {
    for (const service of services.visible) {
      for (const port of service.ports) {
        for (const subset of ['', ...(rules.forService(service)?.subsets.map((candidate) => candidate.name) ?? [])]) {
          const parts = partsFor(service, port, { subset, sniDnat: dnat, rules })
          if (parts) names.push(parts.name)
        }
      }
    }
  }
  return [...new Set(names)]
}
