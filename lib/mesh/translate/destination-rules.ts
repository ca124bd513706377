import type { MeshConfig } from '../istio/mesh-config'
import { parseDestinationRule, type Subset } from '../istio/parse-destination-rule'
import type { Fields } from '../istio/read'
import { refOf, type KubeObject } from '../resource'
import type { Snapshot } from '../snapshot'
import type { Origin } from './compiled'
import { byCreation } from './creation-order'
import { isDerived, ruleOrigins } from './derived'
import { resolveShortName, subsetOf } from './host-name'
import { exportedTo, exportSet, type MeshService } from './mesh-service'
import { labelsContain } from './labels'
import { overBackendPolicy } from './merge-traffic-policy'

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
  readonly exportTo: ReadonlySet<string>
  /** exportTo as written: an empty list is not the same as `*` when rules join. */
  readonly written: ReadonlySet<string>
}

/** The candidates of one namespace by host, with the wild hosts apart: a service looks at its own host and at those. */
interface NamespaceRules {
  readonly byHost: ReadonlyMap<string, readonly Candidate[]>
  readonly wild: readonly string[]
}

interface Proxy {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
}

type Visible = (candidate: Candidate) => boolean

const noRules: NamespaceRules = { byHost: new Map(), wild: [] }

/** Indexes the DestinationRules visible to the proxy's namespace. */
export function indexDestinationRules(snapshot: Snapshot, config: MeshConfig, proxy: Proxy & { readonly derived?: readonly KubeObject[] }): DestinationRuleIndex {
  const objects = new Map<string, KubeObject[]>()
  for (const [namespace, names] of snapshot.objects.get('destinationrules.networking.istio.io') ?? []) objects.set(namespace, [...names.values()])
  for (const derived of proxy.derived ?? []) {
    const namespace = derived.metadata.namespace ?? ''
    objects.set(namespace, [...(objects.get(namespace) ?? []), derived])
  }
  const byNamespace = new Map([...objects].map(([namespace, list]) => [namespace, rulesOf(list, { namespace, config, proxy })]))
  const of = (namespace: string): NamespaceRules => byNamespace.get(namespace) ?? noRules
  const exported: Visible = (candidate) => exportedTo(candidate.exportTo, proxy.namespace)
  const own: Visible = (candidate) => proxy.namespace !== config.rootNamespace || (candidate.exportTo.size === 1 && candidate.exportTo.has(proxy.namespace))
  const memo = new WeakMap<MeshService, { readonly found: AppliedDestinationRule | undefined }>()
  return {
    forService(service) {
      const known = memo.get(service)
      if (known) return known.found
      const { hostname } = service
      const found = mostSpecific(of(proxy.namespace), hostname, own) ?? mostSpecific(of(service.namespace), hostname, exported) ?? mostSpecific(of(config.rootNamespace), hostname, exported)
      memo.set(service, { found })
      return found
    },
  }
}

function rulesOf(objects: readonly KubeObject[], at: { readonly namespace: string; readonly config: MeshConfig; readonly proxy: Proxy }): NamespaceRules {
  const { namespace, config, proxy } = at
  const byHost = new Map<string, Candidate[]>()
  for (const object of [...objects].sort(byCreation)) {
    const spec = parseDestinationRule(object).value
    if (spec.workloadSelector && (namespace !== proxy.namespace || !labelsContain(proxy.labels, spec.workloadSelector))) continue
    const host = resolveShortName(spec.host, namespace, config.domain)
    const candidate = { object, exportTo: exportSet(spec.exportTo, config.defaultDestinationRuleExportTo, namespace), written: new Set(spec.exportTo) }
    const known = byHost.get(host)
    if (known) known.push(candidate)
    else byHost.set(host, [candidate])
  }
  return { byHost, wild: [...byHost.keys()].filter((host) => host.startsWith('*')) }
}

function mostSpecific({ byHost, wild }: NamespaceRules, hostname: string, visible: Visible): AppliedDestinationRule | undefined {
  const seen = (host: string): readonly Candidate[] => byHost.get(host)?.filter(visible) ?? []
  let candidates = seen(hostname)
  if (candidates.length === 0) {
    let best = ''
    for (const host of wild) {
      if (host.length <= best.length || !subsetOf(hostname, host)) continue
      const found = seen(host)
      if (found.length > 0) [best, candidates] = [host, found]
    }
  }
  const [first, ...others] = consolidate(candidates).at(-1) ?? []
  return first && merge([first.object, ...others.map((candidate) => candidate.object)])
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

const applied = new WeakMap<KubeObject, { readonly objects: readonly KubeObject[]; readonly rule: AppliedDestinationRule }>()

/** The same rules give the same rule again, so that what was made with it can be kept. */
function merge(objects: readonly [KubeObject, ...KubeObject[]]): AppliedDestinationRule {
  const [first] = objects
  const known = applied.get(first)
  if (known && known.objects.length === objects.length && known.objects.every((object, index) => object === objects[index])) return known.rule
  const subsets = new Map<string, Subset & { readonly owner: Origin['resource'] }>()
  for (const object of objects) {
    for (const subset of parseDestinationRule(object).value.subsets) if (!subsets.has(subset.name)) subsets.set(subset.name, { ...subset, owner: refOf(object) })
  }
  const rule: AppliedDestinationRule = {
    name: first.metadata.name,
    namespace: first.metadata.namespace ?? '',
    trafficPolicy: mergedPolicy(first, objects),
    subsets: [...subsets.values()],
    origins: objects.flatMap(ruleOrigins),
  }
  applied.set(first, { objects, rule })
  return rule
}

/** The oldest rule's policy; what istiod made of a backend policy lies under what users wrote. */
function mergedPolicy(first: KubeObject, objects: readonly KubeObject[]): Fields | undefined {
  const [oldest, ...later] = objects.map((object) => ({ policy: parseDestinationRule(object).value.trafficPolicy, derived: isDerived(object) }))
  return later.reduce((merged, { policy, derived }) => {
    if (derived === isDerived(first)) return merged ?? policy
    return derived ? overBackendPolicy(merged, policy) : overBackendPolicy(policy, merged)
  }, oldest?.policy)
}
