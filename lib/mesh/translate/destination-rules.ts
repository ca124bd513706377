import type { MeshConfig } from '../istio/mesh-config'
import { parseDestinationRule, type Subset } from '../istio/parse-destination-rule'
import type { Fields } from '../istio/read'
import { refOf, type KubeObject } from '../resource'
import type { Snapshot } from '../snapshot'
import type { Origin } from './compiled'
import { byCreation } from './creation-order'
import { isDerived, ruleOrigins } from './derived'
import { resolveShortName, subsetOf } from './host-name'
import type { MeshService } from './mesh-service'
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

/** Rules of one host that Pilot consolidated into one, the first decides about selector and exportTo. */
interface Consolidated {
  readonly objects: [KubeObject, ...KubeObject[]]
  readonly selector: Readonly<Record<string, string>> | undefined
  /** As written: an empty list is not the same as `*` when rules join. */
  readonly exportTo: ReadonlySet<string>
}

/** Consolidated rules by host, with the wild hosts apart: a service looks at its own host and at those. */
interface Pool {
  readonly byHost: Map<string, Consolidated[]>
  readonly wild: string[]
}

/** The rules of one namespace: for its own proxies, for those it exports to, and those it keeps to itself (Pilot asks for the last only in the root). */
interface NamespaceRules {
  readonly local: Pool
  readonly exported: Pool
  readonly own: Pool
}

interface Proxy {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
}

/** Indexes the DestinationRules visible to the proxy's namespace. */
export function indexDestinationRules(snapshot: Snapshot, config: MeshConfig, proxy: Proxy & { readonly derived?: readonly KubeObject[] }): DestinationRuleIndex {
  const objects = new Map<string, KubeObject[]>()
  for (const [namespace, names] of snapshot.objects.get('destinationrules.networking.istio.io') ?? []) objects.set(namespace, [...names.values()])
  for (const derived of proxy.derived ?? []) {
    const namespace = derived.metadata.namespace ?? ''
    objects.set(namespace, [...(objects.get(namespace) ?? []), derived])
  }
  const byNamespace = new Map([...objects].map(([namespace, list]) => [namespace, rulesOf(list, namespace, config)]))
  const exported = (namespace: string, hostname: string): readonly Consolidated[] =>
    mostSpecific(byNamespace.get(namespace)?.exported, hostname)?.filter(({ exportTo }) => exportTo.size === 0 || exportTo.has('*') || exportTo.has(proxy.namespace)) ?? []
  const candidates = ({ hostname, namespace }: MeshService): readonly Consolidated[] => {
    const near = byNamespace.get(proxy.namespace)
    const own = mostSpecific(proxy.namespace === config.rootNamespace ? near?.own : near?.local, hostname)
    if (own) return own
    const theirs = exported(namespace, hostname)
    return theirs.length > 0 ? theirs : exported(config.rootNamespace, hostname)
  }
  const memo = new WeakMap<MeshService, { readonly found: AppliedDestinationRule | undefined }>()
  return {
    forService(service) {
      const known = memo.get(service)
      if (known) return known.found
      const chosen = forWorkload(candidates(service), proxy)
      const found = chosen && merge(chosen.objects)
      memo.set(service, { found })
      return found
    },
  }
}

/** Istio's SidecarScope.DestinationRule: a rule that selects the workload, else the last one without a selector. */
function forWorkload(list: readonly Consolidated[], proxy: Proxy): Consolidated | undefined {
  const selected = list.find(({ selector, objects }) => selector !== undefined && objects[0].metadata.namespace === proxy.namespace && labelsContain(proxy.labels, selector))
  return selected ?? list.findLast(({ selector }) => selector === undefined)
}

/** Istio's setDestinationRules for one namespace: rules with a selector come first and are private. */
function rulesOf(objects: readonly KubeObject[], namespace: string, config: MeshConfig): NamespaceRules {
  const pool = (): Pool => ({ byHost: new Map(), wild: [] })
  const rules: NamespaceRules = { local: pool(), exported: pool(), own: pool() }
  const selects = (object: KubeObject): number => (parseDestinationRule(object).value.workloadSelector ? 0 : 1)
  for (const object of [...objects].sort((a, b) => selects(a) - selects(b) || byCreation(a, b))) {
    const spec = parseDestinationRule(object).value
    const selector = spec.workloadSelector
    const exportTo = new Set(selector ? ['.'] : spec.exportTo)
    const rule: Consolidated = { objects: [object], selector, exportTo }
    const host = resolveShortName(spec.host, namespace, config.domain)
    if (exportTo.size === 0 || ['*', '.', namespace].some((entry) => exportTo.has(entry))) consolidate(rules.local, host, rule)
    const kept = exportTo.size === 0 ? config.defaultDestinationRuleExportTo.includes('.') : exportTo.size === 1 && (exportTo.has('.') || exportTo.has(namespace))
    consolidate(kept ? rules.own : rules.exported, host, rule)
  }
  return rules
}

/** Istio's mergeDestinationRule: what is exported alike joins; what is exported further joins what is narrower, and may stand for itself too. */
function consolidate(pool: Pool, host: string, rule: Consolidated): void {
  const list = pool.byHost.get(host)
  if (!list) {
    pool.byHost.set(host, [copyOf(rule)])
    if (host.startsWith('*')) pool.wild.push(host)
    return
  }
  let apart = true
  for (const known of list) {
    apart = true
    const alike = sameSet(rule.exportTo, known.exportTo)
    if (!alike && !(known.exportTo.size > 0 && [...known.exportTo].every((entry) => rule.exportTo.has(entry)))) continue
    const [mine, theirs] = [rule.selector, known.selector]
    if (mine && theirs && !(labelsContain(mine, theirs) && labelsContain(theirs, mine))) continue
    if (alike || (mine === undefined) === (theirs === undefined)) apart = false
    known.objects.push(...rule.objects)
  }
  if (apart) list.push(copyOf(rule))
}

function copyOf(rule: Consolidated): Consolidated {
  return { ...rule, objects: [...rule.objects] }
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((entry) => b.has(entry))
}

/** Istio's MostSpecificHostMatch: the host itself, else the longest wild one that covers it. */
function mostSpecific(pool: Pool | undefined, hostname: string): readonly Consolidated[] | undefined {
  const exact = pool?.byHost.get(hostname)
  if (!pool || exact) return exact
  let best = ''
  for (const host of pool.wild) if (host.length > best.length && subsetOf(hostname, host)) best = host
  return best === '' ? undefined : pool.byHost.get(best)
}

const applied = new WeakMap<KubeObject, { readonly objects: readonly KubeObject[]; readonly rule: AppliedDestinationRule }>()

/** The same rules give the same rule again, so that what was made with it can be kept. */
function merge(objects: readonly [KubeObject, ...KubeObject[]]): AppliedDestinationRule {
  const [first] = objects
  const known = applied.get(first)
  if (known && known.objects.length === objects.length && known.objects.every((object, index) => object === objects[index])) return known.rule
  const subsets = new Map<string, Subset & { readonly owner: Origin['resource'] }>()
  for (const object of objects) {
    for (const subset of parseDestinationRule(object).value.subsets) if (!subsets.has(subset.name)) subsets.set(subset.name, { owner: refOf(object), ...subset })
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
