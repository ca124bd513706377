import type { ResourceRef } from '../resource'
import { routeEdges, bundleEdges } from './rule-edges'
import type { HostFacts } from './host-facts'
import type { RankedHost } from './host-order'
import { mapRules } from './map-rule'
import { serverId } from './map-server'
import type { MapCondition, MapEdge, MapHost, MapRule, MapTrouble } from './model'
import { concernsHost, problemsOf, problemsOfRule, ruleRoot, toFinding, troubleOf, type ProblemIndex } from './problem-index'

const bundleSize = 4
const ownersShown = 6

/** The objects that a host's rules come from, each once, in order of appearance. */
export function ownersOf(facts: HostFacts): readonly ResourceRef[] {
  const owners: ResourceRef[] = []
  let last: ResourceRef | undefined
  for (const { resource } of facts.origins) {
    if (resource === last) continue
    last = resource
    if (!owners.some((owner) => owner.name === resource.name && owner.namespace === resource.namespace && owner.kind === resource.kind)) owners.push(resource)
  }
  return owners
}

/** What is wrong with a host: the problems of its rules, and those of their objects that are not about another object's rules. */
export function hostTrouble(facts: HostFacts, problems: ProblemIndex): MapTrouble | null {
  if (problems.size === 0 || !facts.origins.some((origin) => problems.has(origin.resource.name))) return null
  const roots = new Set(facts.origins.map((origin) => ruleRoot(origin.path)))
  const found = ownersOf(facts).flatMap((owner) => problemsOf(problems, owner).filter((problem) => {
    const rule = ruleAt(problem.path)
    return (rule === null || roots.has(rule)) && (!facts.virtualHost || concernsHost(problem, facts.virtualHost.domains))
  }))
  return troubleOf(found)
}

/** `spec.http[2]` of any path inside that rule; null for a path that is in no rule. */
function ruleAt(path: string): string | null {
  const inRule = ['spec.http[', 'spec.tls[', 'spec.tcp['].some((list) => path.startsWith(list))
  return inRule ? path.slice(0, path.indexOf(']') + 1) : null
}

/** A host as the map carries it: its bundled edges while folded, its rules when open. */
export function mapHost(host: RankedHost, at: { readonly prefix: string; readonly open: boolean; readonly problems: ProblemIndex }): MapHost {
  const { facts } = host
  const edges = at.open ? [] : bundleEdges(facts.virtualHost?.routes?.map(routeEdges) ?? facts.chains.map((chain) => chain.to))
  return {
    id: host.id,
    gateway: host.gateway,
    name: facts.name,
    port: host.port,
    kind: facts.kind,
    servers: facts.servers.map((origin) => at.prefix + serverId(origin)),
    ruleCount: facts.ruleCount,
    owners: ownersOf(facts).slice(0, ownersShown),
    note: facts.note,
    trouble: host.trouble,
    rate: host.rate,
    to: edges.slice(0, bundleSize),
    toMore: Math.max(0, edges.length - bundleSize),
    rules: at.open ? rulesOf(facts, at.problems) : null,
  }
}

function rulesOf(facts: HostFacts, problems: ProblemIndex): readonly MapRule[] {
  if (facts.virtualHost) return mapRules(facts.virtualHost, facts.origins, problems)
  return facts.chains.map((chain, index): MapRule => ({
    number: index + 1,
    when: chain.names.slice(0, 1).map((name): MapCondition => ({ what: 'sni', name: '', op: 'is', value: name, not: false, anyCase: false })),
    marks: [],
    to: chain.to,
    resource: chain.origin?.resource ?? null,
    path: chain.origin?.path ?? '',
    dead: null,
    problems: chain.origin ? problemsOfRule(problems, chain.origin.resource, chain.origin.path).map(toFinding) : [],
  }))
}

/** The destinations that a host's edges lead to. */
export function destinationIds(host: MapHost): readonly string[] {
  const edges: readonly MapEdge[] = host.rules ? host.rules.flatMap((rule) => rule.to) : host.to
  return edges.map((edge) => edge.to)
}
