import type { MeshConfig } from '../istio/mesh-config'
import { parseDestinationRule, type Subset } from '../istio/parse-destination-rule'
import type { Fields } from '../istio/read'
import { refOf, type KubeObject } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'
import type { Origin } from './compiled'
import { byCreation } from './creation-order'
import { ruleOrigins } from './derived'
import { resolveShortName, subsetOf } from './host-name'
import { exportedTo, exportSet, type MeshService } from './mesh-service'
import { labelsContain } from './labels'

/** The DestinationRule in force for a service: rules of one host and namespace merged (oldest policy, union of subsets). */
export interface AppliedDestinationRule {
  readonly name: string
  readonly namespace: string
  readonly trafficPolicy: Fields | undefined
  readonly subsets: readonly (Subset & { readonly owner: Origin['resource'] })[]
  readonly origins: readonly Origin[]
}

/** Finds the DestinationRule of a service for one proxy (SPEC DR1, Istio's PushContext.destinationRule). */
export interface DestinationRuleIndex {
  forService(service: MeshService): AppliedDestinationRule | undefined
}

interface Candidate {
  readonly object: KubeObject
  readonly host: string
  readonly exportTo: ReadonlySet<string>
  /** exportTo as written: an empty list is not the same as `*` when rules join. */
  readonly written: ReadonlySet<string>
}

/** Indexes the DestinationRules visible to the proxy's namespace. */
export function indexDestinationRules(snapshot: Snapshot, config: MeshConfig, proxy: { readonly namespace: string; readonly labels: Readonly<Record<string, string>>; readonly derived?: readonly KubeObject[] }): DestinationRuleIndex {
  const byNamespace = new Map<string, Candidate[]>()
  for (const object of [...listObjects(snapshot, 'destinationrules.networking.istio.io'), ...(proxy.derived ?? [])].sort(byCreation)) {
    const spec = parseDestinationRule(object).value
    const namespace = object.metadata.namespace ?? ''
    if (spec.workloadSelector && (namespace !== proxy.namespace || !labelsContain(proxy.labels, spec.workloadSelector))) continue
    const candidate = { object, host: resolveShortName(spec.host, namespace, config.domain), exportTo: exportSet(spec.exportTo, config.defaultDestinationRuleExportTo, namespace), written: new Set(spec.exportTo) }
    const known = byNamespace.get(namespace)
    if (known) known.push(candidate)
    else byNamespace.set(namespace, [candidate])
  }
  const tiers = (service: MeshService): readonly (readonly Candidate[])[] => {
    const of = (namespace: string): readonly Candidate[] => byNamespace.get(namespace) ?? []
    const exported = (candidates: readonly Candidate[]): readonly Candidate[] => candidates.filter((candidate) => exportedTo(candidate.exportTo, proxy.namespace))
    const own = proxy.namespace === config.rootNamespace ? of(proxy.namespace).filter((candidate) => candidate.exportTo.size === 1 && candidate.exportTo.has(proxy.namespace)) : of(proxy.namespace)
    return [own, exported(of(service.namespace)), exported(of(config.rootNamespace))]
  }
  const memo = new Map<string, AppliedDestinationRule | undefined>()
  return {
    forService(service) {
      const key = `${service.namespace}/${service.hostname}`
      if (memo.has(key)) return memo.get(key)
      const found = tiers(service).map((tier) => mostSpecific(tier, service.hostname)).find((tier) => tier !== undefined)
      memo.set(key, found)
      return found
    },
  }
}

function mostSpecific(candidates: readonly Candidate[], hostname: string): AppliedDestinationRule | undefined {
  let best = candidates.some((candidate) => candidate.host === hostname) ? hostname : undefined
  if (best === undefined) {
    for (const { host } of candidates) if (host.startsWith('*') && subsetOf(hostname, host) && (best === undefined || host.length > best.length)) best = host
  }
  const chosen = best === undefined ? [] : consolidate(candidates.filter((candidate) => candidate.host === best))
  const last = chosen.at(-1)
  const first = last?.[0]
  return !last || !first ? undefined : merge(first.object, last.map((candidate) => candidate.object))
}

/** Rules of one host merge where they are exported alike; of several groups the last counts (Istio's mergeDestinationRule, SidecarScope.DestinationRule). */
function consolidate(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const groups: Candidate[][] = []
  for (const candidate of candidates) {
    const alike = groups.find((group) => group[0] !== undefined && sameSet(group[0].written, candidate.written))
    if (alike) alike.push(candidate)
    else groups.push([candidate])
  }
  return groups
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((entry) => b.has(entry))
}

function merge(first: KubeObject, objects: readonly KubeObject[]): AppliedDestinationRule {
  const subsets = new Map<string, Subset & { readonly owner: Origin['resource'] }>()
  for (const object of objects) {
    for (const subset of parseDestinationRule(object).value.subsets) if (!subsets.has(subset.name)) subsets.set(subset.name, { ...subset, owner: refOf(object) })
  }
  return {
    name: first.metadata.name,
    namespace: first.metadata.namespace ?? '',
    trafficPolicy: objects.map((object) => parseDestinationRule(object).value.trafficPolicy).find((policy) => policy !== undefined),
    subsets: [...subsets.values()],
    origins: objects.flatMap(ruleOrigins),
  }
}
