import { mapOver } from '@/lib/std/map-over'
import type { Cluster, ClusterLoadAssignment } from '../envoy/cluster'
import { formatDuration, parseDuration } from '../istio/duration'
import type { MeshConfig } from '../istio/mesh-config'
import type { Snapshot } from '../snapshot'
import { isForwardProxy, type ClusterContext, type ClusterParts } from './cluster-parts'
import { arrangement, buildCluster, clusterEndpoints, takesMutualTls } from './clusters'
import type { Origin } from './compiled'
import type { DestinationRuleIndex } from './destination-rules'
import { endpointsOf, type Endpoint } from './endpoints'
import { holdingIn, recordReads, type SnapshotReads } from './incremental/snapshot-reads'
import { sameValue } from './incremental/stage'
import { loadAssignment } from './load-assignment'
import type { MeshService, MeshServicePort, ServiceIndex } from './mesh-service'
import { effectivePolicy } from './traffic-policy'

/** The clusters of a gateway by name, made when asked for. */
export interface ClusterSource {
  all(): readonly Cluster[]
  one(name: string): Cluster | undefined
  endpoints(name: string): ClusterLoadAssignment | undefined
  readonly origins: ReadonlyMap<string, readonly Origin[]>
  /** What the next source keeps. */
  readonly memory: Memory
}

/** What a gateway's clusters come from. `sniDnat`: an AUTO_PASSTHROUGH server adds clusters of its own. */
export interface ClusterInput {
  readonly snapshot: Snapshot
  readonly config: MeshConfig
  readonly features: Readonly<Record<string, string>>
  /** The gateway's own. */
  readonly labels: Readonly<Record<string, string>>
  readonly services: ServiceIndex
  readonly rules: DestinationRuleIndex
  readonly sniDnat: boolean
}

/** A cluster with what it was made of. */
interface Made {
  readonly cluster: Cluster | undefined
  readonly service: MeshService
  readonly rule: ClusterParts['rule']
  readonly reads: SnapshotReads
}

type Index = Pick<ClusterInput, 'services' | 'rules' | 'sniDnat'>

interface Memory {
  readonly index: Index
  readonly config: MeshConfig
  readonly features: ClusterInput['features']
  /** Shared with the source before: an entry is taken only while what it was made of stands. */
  readonly made: Map<string, Made>
  readonly names: () => readonly string[]
  readonly origins: ReadonlyMap<string, readonly Origin[]>
}

/** Every visible service's port, and each subset of its DestinationRule (SPEC CL1). Clusters made before are kept while they stand. */
export function clusterSource(input: ClusterInput, previous?: Memory): ClusterSource {
  const { snapshot, config, features, labels, services, rules, sniDnat } = input
  const sameIndex = previous?.index.services === services && previous.index.rules === rules && previous.index.sniDnat === sniDnat
  const made = madeBefore(input, previous)
  let everything: readonly Cluster[] | undefined
  const blackHole: Cluster = { name: 'BlackHoleCluster', alt_stat_name: 'BlackHoleCluster;', type: 'STATIC', connect_timeout: formatDuration(parseDuration(config.fields.string('connectTimeout')) ?? 10e9) }
  const names = sameIndex ? previous.names : lazyNames({ services, rules, sniDnat })
  const origins = sameIndex ? previous.origins : lazyOrigins({ services, rules, sniDnat }, names)
  const partsOf = (name: string): ClusterParts | undefined => partsOfName(name, input)
  const stands = holdingIn(snapshot)
  const scopes = scopesOf(snapshot, { config, features, labels })
  const of = (parts: ClusterParts): Cluster | undefined => {
    const known = made.get(parts.name)
    if (known && known.service === parts.service && known.rule === parts.rule && stands(known.reads)) return known.cluster
    const { context, reads } = scopes(parts.service.namespace)
    const built = buildCluster(parts, context)
    const cluster = known && sameValue(known.cluster, built) ? known.cluster : built
    made.set(parts.name, { cluster, service: parts.service, rule: parts.rule, reads })
    return cluster
  }
  const all = (): readonly Cluster[] => {
    const found: Cluster[] = []
    for (const parts of allParts({ services, rules, sniDnat })) {
      const cluster = of(parts)
      if (cluster) found.push(cluster)
    }
    found.push(blackHole)
    return found
  }
  return {
    all: () => (everything ??= all()),
    one(name) {
      if (name === blackHole.name) return blackHole
      const parts = partsOf(name)
      return parts && of(parts)
    },
    endpoints(name) {
      const found = partsOf(name)
      if (!found) return undefined
      const { context } = scopes(found.service.namespace)
      return loadAssignment(name, clusterEndpoints(found, context), { features, source: 'eds', mutualOnly: found.sniDnat, takesMutualTls: takesMutualTls(found, context), arrange: arrangement(found, effectivePolicy(found, config), context) })
    },
    origins,
    memory: { index: { services, rules, sniDnat }, config, features, made, names, origins },
  }
}

/** What was made of the same mesh configuration, unless most of it is no longer there. */
function madeBefore(input: ClusterInput, previous: Memory | undefined): Map<string, Made> {
  const fits = previous?.config === input.config && previous.features === input.features
  return fits && previous.made.size < 10_000 + 4 * input.services.visible.length ? previous.made : new Map<string, Made>()
}

/** A snapshot for each namespace of services that notes what is read for its clusters, with the endpoints found. */
function scopesOf(snapshot: Snapshot, at: Pick<ClusterInput, 'config' | 'features' | 'labels'>): (namespace: string) => { readonly context: ClusterContext; readonly reads: SnapshotReads } {
  const scopes = new Map<string, { readonly context: ClusterContext; readonly reads: SnapshotReads }>()
  return (namespace) => {
    const known = scopes.get(namespace)
    if (known) return known
    const recorded = recordReads(snapshot)
    const endpoints = new Map<MeshServicePort, readonly Endpoint[]>()
    const context: ClusterContext = {
      ...at,
      snapshot: recorded.snapshot,
      endpointsOf(service, port) {
        const found = endpoints.get(port) ?? endpointsOf(recorded.snapshot, service, port)
        endpoints.set(port, found)
        return found
      },
    }
    const scope = { context, reads: recorded.reads }
    scopes.set(namespace, scope)
    return scope
  }
}

function partsOfName(name: string, { services, rules, sniDnat }: Index): ClusterParts | undefined {
  const read = readName(name)
  if (!read || (read.sniDnat && !sniDnat)) return undefined
  const service = services.lookup(read.host, '')
  const port = service?.ports.find((candidate) => candidate.port === read.port)
  return service && port && partsFor(service, port, { subset: read.subset, sniDnat: read.sniDnat, rules })
}

/** Apart, so that it holds on to no snapshot. */
function lazyNames({ services, rules, sniDnat }: Index): () => readonly string[] {
  return lazily(() => clusterNames({ services, rules, sniDnat }))
}

/** See lazyNames. */
function lazyOrigins(index: Index, names: () => readonly string[]): ReadonlyMap<string, readonly Origin[]> {
  return lazyMap((name) => {
    const found = partsOfName(name, index)
    return found && [found.service.origin, ...(found.rule?.origins ?? [])]
  }, names)
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

/** A map whose values are made when asked for. */
function lazyMap<V>(of: (name: string) => V | undefined, names: () => readonly string[]): ReadonlyMap<string, V> {
  const whole = lazily(() => new Map(names().flatMap((name) => {
    const value = of(name)
    return value === undefined ? [] : [[name, value] as const]
  })))
  return mapOver({ get: of, has: (name) => of(name) !== undefined, whole })
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
  if (isForwardProxy({ service, sniDnat: at.sniDnat }) && (at.subset !== '' || !['HTTP', 'HTTP2', 'GRPC', 'TLS'].includes(port.protocol))) return undefined
  const subset = at.subset === '' ? undefined : rule?.subsets.find((candidate) => candidate.name === at.subset)
  if (at.subset !== '' && !subset) return undefined
  const deciding = at.subset === '' ? rule?.trafficPolicy : subset?.trafficPolicy
  const name = at.sniDnat ? `outbound_.${port.port}_.${at.subset}_.${service.hostname}` : `outbound|${port.port}|${at.subset}|${service.hostname}`
  return { name, service, port, subset: at.subset, rule, passthrough: deciding?.object('loadBalancer')?.string('simple') === 'PASSTHROUGH', sniDnat: at.sniDnat }
}

/** In the order in which Pilot makes them, each name once: of a service's ports with one number the first counts. */
function* allParts({ services, rules, sniDnat }: Index): Generator<ClusterParts> {
  for (const dnat of sniDnat ? [false, true] : [false]) {
    for (const service of services.visible) {
      const subsets = rules.forService(service)?.subsets ?? []
      for (const [at, port] of service.ports.entries()) {
        if (service.ports.findIndex((other) => other.port === port.port) < at) continue
        for (const subset of ['', ...subsets.map((candidate) => candidate.name)]) {
          const parts = partsFor(service, port, { subset, sniDnat: dnat, rules })
          if (parts) yield parts
        }
      }
    }
  }
}

function clusterNames(index: Index): readonly string[] {
  return Array.from(allParts(index), ({ name }) => name)
}
