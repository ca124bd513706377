import type { Fields } from '../istio/read'
import type { ClusterParts } from './cluster-parts'
import type { MeshConfig } from '../istio/mesh-config'

/** The blocks of the traffic policy in force for a subset and port (istio-policies E8). */
export interface EffectivePolicy {
  readonly pool: Fields | undefined
  readonly loadBalancer: Fields | undefined
  readonly outlier: Fields | undefined
  readonly tls: Fields | undefined
  readonly proxyProtocol: Fields | undefined
  readonly retryBudget: Fields | undefined
}

/**
 * A port entry replaces the whole top-level policy; a subset's block replaces its parent's block, its port entry all
 * four; the mesh's default fills a missing connection pool or outlier detection (Istio's MergeTrafficPolicy, SPEC CL8).
 */
export function effectivePolicy(parts: ClusterParts, config: MeshConfig): EffectivePolicy {
  const parent = withDefaults(blocks(parts.rule?.trafficPolicy, parts.port.port), config)
  const subset = parts.subset === '' ? undefined : parts.rule?.subsets.find((candidate) => candidate.name === parts.subset)?.trafficPolicy
  if (!subset) return parent
  const own = blocks(subset, parts.port.port)
  if (portEntry(subset, parts.port.port)) return { ...own, proxyProtocol: parent.proxyProtocol, retryBudget: parent.retryBudget }
  return {
    pool: own.pool ?? parent.pool, loadBalancer: own.loadBalancer ?? parent.loadBalancer, outlier: own.outlier ?? parent.outlier, tls: own.tls ?? parent.tls,
    proxyProtocol: own.proxyProtocol ?? parent.proxyProtocol, retryBudget: own.retryBudget ?? parent.retryBudget,
  }
}

function withDefaults(policy: EffectivePolicy, config: MeshConfig): EffectivePolicy {
  const fallback = config.fields.object('defaultTrafficPolicy')
  if (!fallback) return policy
  return { ...policy, pool: policy.pool ?? fallback.object('connectionPool'), outlier: policy.outlier ?? fallback.object('outlierDetection') }
}

function portEntry(policy: Fields, port: number): Fields | undefined {
  return policy.objects('portLevelSettings').find((entry) => entry.object('port')?.int('number') === port)
}

function blocks(policy: Fields | undefined, port: number): EffectivePolicy {
  const entry = policy && portEntry(policy, port)
  const source = entry ?? policy
  return {
    pool: source?.object('connectionPool'),
    loadBalancer: source?.object('loadBalancer'),
    outlier: source?.object('outlierDetection'),
    tls: source?.object('tls'),
    proxyProtocol: entry ? undefined : policy?.object('proxyProtocol'),
    retryBudget: entry ? undefined : policy?.object('retryBudget'),
  }
}
