import { compareBytes } from '@/lib/std/compare-bytes'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import type { FilterChain, Listener } from '../envoy/listener'
import type { Route, RouteConfiguration, VirtualHost } from '../envoy/route'
import { routeConfigName } from '../graph/host-facts'
import { matchConditions, matchLabel } from '../graph/match-words'
import type { EnvoyConfiguration } from '../simulate/envoy-configuration'
import { metadataOrigin } from '../simulate/policy-origin'
import { listenerAddress } from '../simulate/listener-match'
import { listOf, objectOf, optionalObject, stringOf, stringsOf } from '../simulate/read'
import type { Compiled, Origin, Provenance } from '../translate/compiled'
import { readVirtualHost } from './read-route'

const made = new WeakMap<EnvoyConfiguration, { readonly declared: Compiled; readonly live: Compiled }>()

/**
 * What an Envoy has, in the form of a compiled configuration, so that the map draws it as it draws what is declared. Where it came
 * from is taken from the declared one where both say the same; else from what Istio writes into a route's metadata.
 */
export function liveCompiled(configuration: EnvoyConfiguration, declared: Compiled): Compiled {
  const known = made.get(configuration)
  if (known?.declared === declared) return known.live
  const live = makeLive(configuration, declared)
  made.set(configuration, { declared, live })
  return live
}

function makeLive(configuration: EnvoyConfiguration, declared: Compiled): Compiled {
  const listeners = configuration.listeners.flatMap(readListener)
  const asked = new Set(listeners.flatMap((listener) => listener.filter_chains.flatMap((chain) => routeConfigName(chain) ?? [])))
  const routeConfigurations = configuration.routeConfigurationNames().filter((name) => asked.has(name)).map((name): RouteConfiguration => ({
    name, virtual_hosts: listOf(configuration.routeConfiguration(name)?.['virtual_hosts']).filter(isJsonObject).map(readVirtualHost),
  }))
  return {
    gateway: declared.gateway, listeners, routeConfigurations, findings: [], patches: { patches: [], serverPorts: new Map() },
    clusters: () => [], cluster: (name) => (configuration.cluster(name) === undefined ? undefined : { name }), endpoints: configuration.endpoints,
    provenance: { ...declared.provenance, filterChains: new Map(listeners.map((listener) => [listener.name, listener.filter_chains.map((chain) => chainOrigins(chain, listener, declared))])), routes: routeOrigins(routeConfigurations, declared) },
  }
}

/** Istio's own listeners for probes and statistics have inline routes; they are no part of a gateway. */
function readListener(value: JsonObject): readonly Listener[] {
  const { address, port } = listenerAddress(value)
  const pipe = stringOf(objectOf(objectOf(value['address'])['pipe'])['path'])
  const chains = [...listOf(value['filter_chains']), value['default_filter_chain']].filter(isJsonObject).map(readChain).filter((chain) => chain.filters.length > 0 && !isInline(chain))
  if (chains.length === 0) return []
  return [{ name: stringOf(value['name']) ?? '', address: pipe === undefined ? { socket_address: { address, port_value: port } } : { pipe: { path: pipe } }, filter_chains: chains }]
}

function isInline(chain: FilterChain): boolean {
  return chain.filters.some(({ typed_config: config }) => config !== undefined && isJsonObject(config['route_config']))
}

function readChain(chain: JsonObject): FilterChain {
  const names = stringsOf(objectOf(chain['filter_chain_match'])['server_names'])
  return {
    filters: listOf(chain['filters']).map(readFilter), ...(names.length === 0 ? {} : { filter_chain_match: { server_names: names } }),
    ...(optionalObject(chain['transport_socket']) === undefined ? {} : { transport_socket: { name: stringOf(objectOf(chain['transport_socket'])['name']) ?? '' } }),
  }
}

/** A network filter of an Envoy. */
export function readFilter(value: Json): FilterChain['filters'][number] {
  const filter = objectOf(value)
  const config = objectOf(filter['typed_config'])
  return { name: stringOf(filter['name']) ?? '', typed_config: { ...config, '@type': stringOf(config['@type']) ?? '' } }
}

/** The origins of the declared chain of the same listener, with the same names; of the same route configuration where there is no such one. */
function chainOrigins(chain: FilterChain, listener: Listener, declared: Compiled): readonly Origin[] {
  const routes = routeConfigName(chain)
  for (const other of declared.listeners.filter((one) => listenerAddress(one).port === listenerAddress(listener).port)) {
    const at = other.filter_chains.findIndex((candidate) => namesOf(candidate) === namesOf(chain) && routeConfigName(candidate) === routes)
    if (at >= 0) return declared.provenance.filterChains.get(other.name)?.[at] ?? []
  }
  return []
}

function namesOf(chain: FilterChain): string {
  return [...(chain.filter_chain_match?.server_names ?? [])].sort(compareBytes).join(' ')
}

function routeOrigins(configurations: readonly RouteConfiguration[], declared: Compiled): Provenance['routes'] {
  return new Map(configurations.map(({ name, virtual_hosts: hosts }) => {
    const wanted = new Map(declared.routeConfigurations.find((one) => one.name === name)?.virtual_hosts.map((host) => [host.name, host]))
    return [name, new Map(hosts.map((host) => [host.name, originsOf(host, wanted.get(host.name), declared.provenance.routes.get(name)?.get(host.name) ?? [])]))]
  }))
}

/** A route's origin is that of the declared route with the same match; else the object alone. Those after one of no known object are left out. */
function originsOf(host: VirtualHost, wanted: VirtualHost | undefined, declared: readonly Origin[]): readonly Origin[] {
  const labels = (wanted?.routes ?? []).map(labelOf)
  const origins = (host.routes ?? []).map((route, index): Origin | undefined => {
    const label = labelOf(route)
    const found = declared[labels[index] === label ? index : labels.indexOf(label)]
    if (found !== undefined) return found
    const resource = metadataOrigin(stringOf(objectOf(objectOf(objectOf(route.metadata)['filter_metadata'])['istio'])['config']))
    return resource && { resource, path: '' }
  })
  const end = origins.indexOf(undefined)
  return origins.slice(0, end < 0 ? origins.length : end).filter((origin) => origin !== undefined)
}

function labelOf(route: Route): string {
  return matchLabel(matchConditions(route.match))
}
