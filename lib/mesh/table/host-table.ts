import { compareBytes } from '@/lib/std/compare-bytes'
import type { Route, RouteConfiguration, VirtualHost } from '../envoy/route'
import { clusterLabel, parseClusterName } from '../graph/cluster-name'
import { matchConditions, matchLabel } from '../graph/match-words'
import { kindOf } from '../kinds'
import type { Problem } from '../problem'
import { sameRef, type FieldPath } from '../resource'
import { getObject, type Snapshot } from '../snapshot'
import type { Compiled, Origin } from '../translate/compiled'
import { isCatchAllMatch } from '../translate/route-match'
import type { TableObject, TableRule } from './table-rule'
import { unsentRules } from './unsent-rules'

/** The real table of a host on one gateway: all rules in the order in which Envoy tries them, whoever owns them. */
export interface HostTable {
  readonly gateway: string
  readonly host: string
  readonly routeConfiguration: string
  readonly virtualHost: string
  readonly requireTls: boolean
  /** All route configurations of the gateway that know the host, the chosen one among them. */
  readonly alternatives: readonly { readonly routeConfiguration: string; readonly rules: number }[]
  readonly rules: readonly TableRule[]
  readonly objects: readonly TableObject[]
  readonly problems: readonly Problem[]
}

/** What a table is made from; `routeConfiguration` null takes the one with the most rules. */
export interface HostTableInput {
  readonly snapshot: Snapshot
  readonly compiled: Compiled
  readonly gateway: string
  readonly host: string
  readonly routeConfiguration: string | null
  readonly problems: readonly Problem[]
}

/** The table of a host, or undefined when no route configuration of the gateway has this domain. */
export function hostTable(input: HostTableInput): HostTable | undefined {
  const candidates = input.compiled.routeConfigurations.flatMap((configuration) => {
    const virtualHost = configuration.virtual_hosts.find((candidate) => candidate.domains.includes(input.host))
    return virtualHost ? [{ configuration, virtualHost }] : []
  })
  const byRules = [...candidates].sort((a, b) => routesOf(b.virtualHost).length - routesOf(a.virtualHost).length || compareBytes(b.configuration.name, a.configuration.name))
  const chosen = byRules.find(({ configuration }) => configuration.name === input.routeConfiguration) ?? byRules[0]
  if (!chosen) return undefined
  const { configuration, virtualHost } = chosen
  const origins = input.compiled.provenance.routes.get(configuration.name)?.get(virtualHost.name) ?? []
  const sent = tableRules(configuration, virtualHost, { origins, problems: input.problems })
  const objects = tableObjects(input.snapshot, sent)
  const rules = unsentRules(input.snapshot, objects, sent)
  return {
    gateway: input.gateway,
    host: input.host,
    routeConfiguration: configuration.name,
    virtualHost: virtualHost.name,
    requireTls: virtualHost.require_tls === 'ALL',
    alternatives: byRules.map((candidate) => ({ routeConfiguration: candidate.configuration.name, rules: routesOf(candidate.virtualHost).length })),
    rules,
    objects,
    problems: input.problems.filter((problem) => objects.some((object) => sameRef(object.ref, problem.subject))),
  }
}

function routesOf(virtualHost: VirtualHost): readonly Route[] {
  return virtualHost.routes ?? []
}

function tableRules(configuration: RouteConfiguration, virtualHost: VirtualHost, known: { readonly origins: readonly Origin[]; readonly problems: readonly Problem[] }): readonly TableRule[] {
  const rules = routesOf(virtualHost).map((route, index): TableRule => {
    const origin = known.origins[index]
    return {
      number: index + 1,
      owner: origin?.resource ?? null,
      path: origin?.path ?? '',
      http: stepAfter(origin?.path ?? '', 'http['),
      match: stepAfter(origin?.path ?? '', 'match['),
      routeName: route.name ?? '',
      words: matchLabel(matchConditions(route.match)),
      target: targetOf(route),
      catchAll: isCatchAllMatch(route.match),
      deadBy: null,
      to: clustersOf(route),
    }
  })
  return rules.map((rule) => ({ ...rule, deadBy: deadBy(rule, rules, known.problems) }))
}

/** MER014's params name the winning rule by owner and path, so that its number here can be looked up. */
function deadBy(rule: TableRule, rules: readonly TableRule[], problems: readonly Problem[]): number | null {
  const owner = rule.owner
  if (!owner) return null
  const found = problems.find((problem) => problem.code === 'MER014' && sameRef(problem.subject, owner) && (problem.path === rule.path || rule.path.startsWith(`${problem.path}.`)))
  if (!found) return null
  const winner = rules.find((other) => before(other, rule) && other.owner !== null && `${other.owner.namespace}/${other.owner.name}` === found.params['by'] && other.path === found.params['byPath'])
  return winner?.number ?? rules.find((other) => before(other, rule))?.number ?? null
}

function before(one: TableRule, other: TableRule): boolean {
  return one.number !== null && other.number !== null && one.number < other.number
}

function clustersOf(route: Route): TableRule['to'] {
  const weighted = route.route?.weighted_clusters?.clusters
  if (weighted) return weighted.map((cluster) => ({ cluster: cluster.name, weight: cluster.weight ?? 0 }))
  if (route.route?.cluster !== undefined) return [{ cluster: route.route.cluster, weight: 100 }]
  return []
}

function targetOf(route: Route): string {
  if (route.redirect) return `redirect → ${route.redirect.host_redirect ?? ''}${route.redirect.path_redirect ?? ''}`
  if (route.direct_response) return `answers ${route.direct_response.status ?? 0}`
  return clustersOf(route).map(({ cluster }) => label(cluster)).join(', ')
}

function label(cluster: string): string {
  const parts = parseClusterName(cluster)
  return parts ? clusterLabel(parts) : cluster
}

function stepAfter(path: FieldPath, marker: string): number | null {
  const start = path.indexOf(marker)
  if (start < 0) return null
  const index = Number.parseInt(path.slice(start + marker.length), 10)
  return Number.isNaN(index) ? null : index
}

function tableObjects(snapshot: Snapshot, rules: readonly TableRule[]): readonly TableObject[] {
  const seen: TableObject[] = []
  for (const { owner } of rules) {
    if (!owner || seen.some((object) => sameRef(object.ref, owner))) continue
    const kind = kindOf(owner.group, owner.kind)
    if (!kind) continue
    const stored = getObject(snapshot, kind.key, owner.namespace, owner.name)
    seen.push({ ref: owner, kindKey: kind.key, createdAt: stored?.metadata.creationTimestamp ?? null, resourceVersion: stored?.metadata.resourceVersion ?? null, editable: kind.key === 'virtualservices.networking.istio.io' && stored !== undefined })
  }
  return seen
}
