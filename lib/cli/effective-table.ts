import { deadRules } from '@/lib/mesh/analyse/dead-rules'
import type { Route, VirtualHost } from '@/lib/mesh/envoy/route'
import type { GatewayWorkload } from '@/lib/mesh/gateway-workload'
import { matchConditions, matchLabel } from '@/lib/mesh/graph/match-words'
import type { FieldPath, ResourceRef } from '@/lib/mesh/resource'
import { connectionManager, listenerAddress, tcpProxy } from '@/lib/mesh/simulate/listener-match'
import { listOf, numberOf, objectOf, stringOf, stringsOf } from '@/lib/mesh/simulate/read'
import type { Compiled } from '@/lib/mesh/translate/compiled'

/** Where a rule sends requests: `weight` of the sum of all weights. */
export interface EffectiveDestination {
  readonly cluster: string
  readonly weight: number
}

/** One rule in the order in which Envoy tries them, from 1. */
export interface EffectiveRule {
  readonly number: number
  /** Envoy's name of the route, '' when it has none. */
  readonly route: string
  /** The match in one line: `GET /api* x-beta=1`. */
  readonly match: string
  readonly action: 'route' | 'redirect' | 'direct-response' | 'other'
  /** A redirect's host and path, a direct response's status, a rewrite; '' for none. */
  readonly to: string
  readonly destinations: readonly EffectiveDestination[]
  readonly mirrors: readonly string[]
  readonly resource: ResourceRef | null
  readonly path: FieldPath | null
  /** The number of the rule that takes all its requests; null when it can be reached. */
  readonly deadBy: number | null
}

/** A virtual host of a route configuration with its rules. */
export interface EffectiveHost {
  readonly routeConfiguration: string
  readonly virtualHost: string
  readonly hosts: readonly string[]
  /** All plain text requests are redirected to https before any rule. */
  readonly httpsRedirect: boolean
  readonly rules: readonly EffectiveRule[]
}

/** A filter chain that passes bytes on: TCP, and TLS by server name. */
export interface EffectiveChain {
  readonly listener: string
  readonly filterChain: number
  readonly sni: readonly string[]
  readonly destinations: readonly EffectiveDestination[]
  readonly resource: ResourceRef | null
  readonly path: FieldPath | null
}

/** Everything that a gateway accepts and where it goes. */
export interface EffectiveTable {
  readonly gateway: GatewayWorkload
  /** Listeners with the route configuration of each chain that speaks HTTP. */
  readonly listeners: readonly { readonly name: string; readonly port: number; readonly routeConfigurations: readonly string[] }[]
  readonly http: readonly EffectiveHost[]
  readonly tcp: readonly EffectiveChain[]
}

/** The effective table of a gateway: hosts, matches in Envoy's order, destinations with weights, where each comes from. */
export function effectiveTable(compiled: Compiled): EffectiveTable {
  const dead = deadNumbers(compiled)
  return {
    gateway: compiled.gateway,
    listeners: compiled.listeners.map((listener) => ({
      name: listener.name, port: listenerAddress(listener).port,
      routeConfigurations: listOf(listener.filter_chains).flatMap((chain) => stringOf(objectOf(connectionManager(chain)?.rds).route_config_name) ?? []),
    })),
    http: compiled.routeConfigurations.flatMap((configuration) => configuration.virtual_hosts.map((host): EffectiveHost => ({
      routeConfiguration: configuration.name, virtualHost: host.name, hosts: host.domains, httpsRedirect: host.require_tls === 'ALL', rules: rulesOf(host, { compiled, configuration: configuration.name, dead }),
    }))),
    tcp: compiled.listeners.flatMap((listener) => listOf(listener.filter_chains).flatMap((chain, index): readonly EffectiveChain[] => {
      const proxy = tcpProxy(chain)
      const origin = compiled.provenance.filterChains.get(listener.name)?.[index]?.at(-1)
      return proxy === undefined ? [] : [{
        listener: listener.name, filterChain: index, sni: stringsOf(objectOf(objectOf(chain).filter_chain_match).server_names), destinations: destinationsOf(proxy), resource: origin?.resource ?? null, path: origin?.path ?? null,
      }]
    })),
  }
}

interface At {
  readonly compiled: Compiled
  readonly configuration: string
  readonly dead: ReadonlyMap<string, number>
}

function rulesOf(host: VirtualHost, { compiled, configuration, dead }: At): readonly EffectiveRule[] {
  const origins = compiled.provenance.routes.get(configuration)?.get(host.name) ?? []
  return (host.routes ?? []).map((route, index): EffectiveRule => {
    const origin = origins[index]
    return {
      number: index + 1, route: route.name ?? '', match: matchLabel(matchConditions(route.match)), ...actionOf(route),
      destinations: destinationsOf(objectOf(route.route)), mirrors: listOf(objectOf(route.route).request_mirror_policies).flatMap((mirror) => stringOf(objectOf(mirror).cluster) ?? []),
      resource: origin?.resource ?? null, path: origin?.path ?? null, deadBy: dead.get(`${host.domains[0] ?? host.name} ${index + 1} ${origin?.resource.namespace ?? ''}/${origin?.resource.name ?? ''} ${origin?.path ?? ''}`) ?? null,
    }
  })
}

function actionOf(route: Route): Pick<EffectiveRule, 'action' | 'to'> {
  const { redirect, direct_response: answer, route: action } = route
  if (redirect !== undefined) {
    const fields = objectOf(redirect)
    const scheme = fields.https_redirect === true ? 'https' : stringOf(fields.scheme_redirect)
    const place = `${stringOf(fields.host_redirect) ?? ''}${numberOf(fields.port_redirect) === undefined ? '' : `:${String(fields.port_redirect)}`}${stringOf(fields.path_redirect) ?? stringOf(fields.prefix_rewrite) ?? ''}`
    return { action: 'redirect', to: `${scheme === undefined ? '' : `${scheme}://`}${place}` }
  }
  if (answer !== undefined) return { action: 'direct-response', to: String(answer.status) }
  if (action === undefined) return { action: 'other', to: '' }
  const fields = objectOf(action)
  const regex = stringOf(objectOf(fields.regex_rewrite).substitution)
  return { action: 'route', to: [stringOf(fields.host_rewrite_literal), stringOf(fields.prefix_rewrite), regex === undefined ? undefined : `~${regex}`].filter((part) => part !== undefined).join('') }
}

function destinationsOf(action: object): readonly EffectiveDestination[] {
  const fields = objectOf(action)
  const cluster = stringOf(fields.cluster)
  if (cluster !== undefined) return [{ cluster, weight: 1 }]
  return listOf(objectOf(fields.weighted_clusters).clusters).map((entry) => ({ cluster: stringOf(objectOf(entry).name) ?? '', weight: numberOf(objectOf(entry).weight) ?? 0 }))
}

/** MER014 names the rule by host, number and origin; the same host may stand in several route configurations. */
function deadNumbers(compiled: Compiled): ReadonlyMap<string, number> {
  return new Map(deadRules(compiled).map(({ subject, path, params }) => [`${params['host'] ?? ''} ${params['rule'] ?? ''} ${subject.namespace}/${subject.name} ${path}`, Number(params['byRule'])]))
}
