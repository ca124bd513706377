import { compareBytes } from '@/lib/std/compare-bytes'
import { isJsonObject, type JsonObject } from '@/lib/std/json'
import { scopeOf, type Scope } from '../graph/map-scope'
import type { HostFacts } from '../graph/host-facts'
import { routeEdges } from '../graph/rule-edges'
import type { EnvoyConfiguration } from '../simulate/envoy-configuration'
import { listOf, objectOf, stringsOf } from '../simulate/read'
import type { Snapshot } from '../snapshot'
import type { Compiled } from '../translate/compiled'
import { canonical } from './canonical'
import { chainsOf, type LiveChain } from './live-chains'
import { liveCompiled } from './live-compiled'

/** How a declared thing stands in an Envoy. What is the same is not named. */
export type LiveState = 'missing' | 'different'

/** A host of the map that an Envoy has not, or has otherwise, with the rules that are meant; ids and numbers are the map's. */
export interface LiveHost {
  readonly id: string
  readonly state: LiveState
  readonly rules: readonly { readonly number: number; readonly state: LiveState }[]
  /** The Envoy's own rules, by their numbers there, that are not declared at that place. */
  readonly others: readonly number[]
}

/** A host that an Envoy has and nobody declares; the id is that of the map of what the Envoy has. */
export interface ExtraHost {
  readonly id: string
  readonly routeConfiguration: string
  readonly name: string
  readonly rules: number
}

/** What an Envoy has and lacks against the declared configuration of its gateway. */
export interface LiveComparison {
  readonly hosts: readonly LiveHost[]
  readonly extra: readonly ExtraHost[]
  /** Clusters that rules lead to and that are not there, or have other timeouts, limits or balancing. */
  readonly clusters: readonly { readonly name: string; readonly state: LiveState }[]
}

/** What of a route tells what becomes of a request; names, metadata and decorators do not. */
const told = ['match', 'route', 'redirect', 'direct_response', 'typed_per_filter_config', 'request_headers_to_add', 'request_headers_to_remove', 'response_headers_to_add', 'response_headers_to_remove'] as const

/** What of a virtual host, beside its routes, tells what becomes of a request. */
const toldOfHosts = ['typed_per_filter_config', 'request_headers_to_add', 'request_headers_to_remove', 'response_headers_to_add', 'response_headers_to_remove'] as const

/** What of a cluster tells how requests reach its endpoints. */
const toldOfClusters = ['type', 'connect_timeout', 'lb_policy', 'outlier_detection', 'circuit_breakers'] as const

/** Compares what is declared with what an Envoy has, host by host as the map shows them. */
export function compareLive(declared: { readonly snapshot: Snapshot; readonly compiled: Compiled }, live: EnvoyConfiguration): LiveComparison {
  const scope = scopeOf(declared.compiled, false, declared.snapshot)
  const [wanted, there] = [chainsOf(declared.compiled.listeners), chainsOf(live.listeners)]
  const asked = (chains: readonly LiveChain[], facts: HostFacts): boolean => chains.some(({ port, routes }) => port === facts.listenerPort && routes === facts.routeConfiguration)
  const hosts = scope.hosts.flatMap(({ id, facts }): readonly LiveHost[] => {
    const found = facts.virtualHost === null ? chainsState(facts, there) : virtualHostState(facts, asked(wanted, facts) && !asked(there, facts) ? undefined : live)
    return found === null ? [] : [{ id, ...found }]
  })
  const clusters = [...new Set(scope.hosts.flatMap(({ facts }) => clustersOf(facts)))].flatMap((name): LiveComparison['clusters'] => {
    const [ours, theirs] = [declared.compiled.cluster(name), live.cluster(name)]
    if (ours === undefined) return []
    if (theirs === undefined) return [{ name, state: 'missing' }]
    return meaning(ours, toldOfClusters) === meaning(theirs, toldOfClusters) ? [] : [{ name, state: 'different' }]
  })
  return { hosts, extra: extraHosts(scope, scopeOf(liveCompiled(live, declared.compiled), false, declared.snapshot)), clusters }
}

/** `live` undefined: no listener of the Envoy leads to the host's route configuration. */
function virtualHostState(facts: HostFacts, live: EnvoyConfiguration | undefined): Omit<LiveHost, 'id'> | null {
  const wanted = facts.virtualHost
  if (wanted === null) return null
  const found = virtualHosts(live?.routeConfiguration(facts.routeConfiguration)).find((one) => one['name'] === wanted.name)
  const routes = wanted.routes ?? []
  if (found === undefined) return { state: 'missing', rules: routes.map((_, index) => ({ number: index + 1, state: 'missing' })), others: [] }
  const there = listOf(found['routes']).map((route) => meaning(route, told))
  const known = new Set(there)
  const others = there.flatMap((meant, index) => (routes[index] !== undefined && meaning(routes[index], told) === meant ? [] : [index + 1]))
  const rules = routes.flatMap((route, index): LiveHost['rules'] => {
    const meant = meaning(route, told)
    if (there[index] === meant) return []
    if (known.has(meant)) return [{ number: index + 1, state: 'different' }]
    return [{ number: index + 1, state: there.length === routes.length ? 'different' : 'missing' }]
  })
  const same = rules.length === 0 && there.length === routes.length && (found['require_tls'] === 'NONE' ? undefined : found['require_tls']) === wanted.require_tls
    && canonical(inOrder(found['domains'])) === canonical(inOrder(wanted.domains)) && meaning(found, toldOfHosts) === meaning(wanted, toldOfHosts)
  return same ? null : { state: 'different', rules, others }
}

/** TCP and SNI: a chain of a listener on the port with one of the names, to the same destinations. */
function chainsState(facts: HostFacts, live: readonly LiveChain[]): Omit<LiveHost, 'id'> | null {
  const here = live.filter(({ port, to }) => port === facts.listenerPort && to !== undefined)
  const rules = facts.chains.flatMap((chain, index): LiveHost['rules'] => {
    const found = here.filter(({ names }) => (chain.names.length === 0 ? names.length === 0 : chain.names.some((name) => names.includes(name))))
    if (found.length === 0) return [{ number: index + 1, state: 'missing' }]
    return found.some(({ to }) => to === canonical(chain.to.map((edge) => ({ ...edge })))) ? [] : [{ number: index + 1, state: 'different' }]
  })
  const others = rules.flatMap(({ number, state }) => (state === 'different' ? [number] : []))
  return rules.length === 0 ? null : { state: rules.length === facts.chains.length && rules.every(({ state }) => state === 'missing') ? 'missing' : 'different', rules, others }
}

function extraHosts(declared: Scope, live: Scope): readonly ExtraHost[] {
  const hosts = new Map(declared.compiled.routeConfigurations.map((one) => [one.name, new Set(one.virtual_hosts.map(({ name }) => name))]))
  const others = new Set(declared.hosts.map(({ facts }) => placeOf(facts)))
  return live.hosts.flatMap(({ id, facts }): readonly ExtraHost[] => {
    const name = facts.virtualHost?.name ?? facts.name
    const known = facts.virtualHost === null ? others.has(placeOf(facts)) : hosts.get(facts.routeConfiguration)?.has(name) === true
    return known ? [] : [{ id, routeConfiguration: facts.routeConfiguration, name, rules: facts.ruleCount }]
  })
}

/** Tells rows without a virtual host apart: chains by port and name, redirects by port. */
function placeOf({ kind, note, listenerPort, name }: HostFacts): string {
  return note === 'redirect' ? `redirect ${listenerPort}` : `${kind} ${listenerPort} ${name}`
}

/** The clusters that a host's rules lead to and mirror to. */
function clustersOf(facts: HostFacts): readonly string[] {
  const routes = facts.virtualHost?.routes ?? []
  return [...facts.chains.flatMap((chain) => chain.to), ...routes.filter((route) => route.route !== undefined).flatMap(routeEdges)].map(({ to }) => to)
}

/** Domains stand in no order that matters. */
function inOrder(domains: unknown): string[] {
  return [...stringsOf(domains)].sort(compareBytes)
}

function virtualHosts(configuration: JsonObject | undefined): readonly JsonObject[] {
  return listOf(configuration?.['virtual_hosts']).filter(isJsonObject)
}

function meaning(value: unknown, of: readonly string[]): string {
  const fields = objectOf(value)
  return canonical(of.map((field) => fields[field] ?? null))
}
