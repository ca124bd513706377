import type { JsonObject } from '@/lib/std/json'
import { parseClusterName } from '../graph/cluster-name'
import { listOf, numberOf, objectOf, optionalObject, stringOf } from '../simulate/read'
import type { EnvoyFilterPatch, GatewayPatches } from './patch'

/** A field of a match counts where it is written: no text, or the very same. */
function says(match: JsonObject, field: string, value: string): boolean {
  const wanted = stringOf(match[field]) ?? ''
  return wanted === '' || wanted === value
}

function port(match: JsonObject, field: string): number {
  return numberOf(match[field]) ?? 0
}

/** listenerMatch of Istio's envoyfilter package: name and port. */
export function listenerMatches({ match }: EnvoyFilterPatch, listener: JsonObject): boolean {
  const wanted = objectOf(match.listener)
  const number = port(wanted, 'portNumber')
  return says(wanted, 'name', stringOf(listener.name) ?? '') && (number === 0 || number === numberOf(objectOf(objectOf(listener.address).socket_address).port_value))
}

/** filterChainMatch: name, SNI, transport and application protocols. */
export function chainMatches({ match }: EnvoyFilterPatch, chain: JsonObject): boolean {
  const wanted = optionalObject(objectOf(match.listener).filterChain)
  if (wanted === undefined) return true
  const own = objectOf(chain.filter_chain_match)
  const holds = (field: string, value: string): boolean => value === '' || listOf(own[field]).includes(value)
  const protocols = stringOf(wanted.applicationProtocols) ?? ''
  const destination = port(wanted, 'destinationPort')
  return says(wanted, 'name', stringOf(chain.name) ?? '') && holds('server_names', stringOf(wanted.sni) ?? '') && says(wanted, 'transportProtocol', stringOf(own.transport_protocol) ?? '')
    && protocols.split(',').every((protocol) => holds('application_protocols', protocol)) && (destination === 0 || destination === numberOf(own.destination_port))
}

/** networkFilterMatch and httpFilterMatch: whether the named filter of the chain is there; true where none is named. */
export function filterMatches({ match }: EnvoyFilterPatch, chain: JsonObject): boolean {
  const wanted = optionalObject(objectOf(objectOf(match.listener).filterChain).filter)
  if (wanted === undefined) return true
  const filter = listOf(chain.filters).map(objectOf).find(({ name }) => name === wanted.name)
  const inner = optionalObject(wanted.subFilter)
  if (filter === undefined || inner === undefined) return filter !== undefined
  return listOf(objectOf(filter.typed_config).http_filters).some((item) => objectOf(item).name === inner.name)
}

/** routeConfigurationMatch for a gateway: name, port (of a server), port name and Gateway, the last two for HTTPS only. */
export function routeConfigurationMatches({ match }: EnvoyFilterPatch, configuration: JsonObject, serverPorts: GatewayPatches['serverPorts']): boolean {
  const wanted = objectOf(match.routeConfiguration)
  const name = stringOf(configuration.name) ?? ''
  const parts = partsOf(name)
  const number = port(wanted, 'portNumber')
  return says(wanted, 'name', name) && says(wanted, 'portName', parts.portName) && says(wanted, 'gateway', parts.gateway) && (number === 0 || (serverPorts.get(parts.port)?.has(number) ?? parts.port === number))
}

/** Istio's ParseGatewayRDSRouteName. */
export function partsOf(routeName: string): { readonly port: number; readonly portName: string; readonly gateway: string } {
  const [scheme, number = '', portName = '', gateway = '', namespace = '', ...more] = routeName.split('.')
  if (scheme === 'http') return { port: integer(routeName.slice('http.'.length)), portName: '', gateway: '' }
  if (scheme !== 'https' || namespace === '' || more.length > 0) return { port: 0, portName: '', gateway: '' }
  return { port: integer(number), portName, gateway: `${namespace}/${gateway}` }
}

function integer(text: string): number {
  const value = Number(text)
  return Number.isInteger(value) && text !== '' ? value : 0
}

/** virtualHostMatch: name and one of its domains. */
export function virtualHostMatches({ match }: EnvoyFilterPatch, host: JsonObject): boolean {
  const wanted = objectOf(objectOf(match.routeConfiguration).vhost)
  const domain = stringOf(wanted.domainName) ?? ''
  return says(wanted, 'name', stringOf(host.name) ?? '') && (domain === '' || listOf(host.domains).includes(domain))
}

/** routeMatch: name and kind of action; undefined where the match names no route. */
export function routeMatches({ match }: EnvoyFilterPatch, route: JsonObject): boolean | undefined {
  const wanted = optionalObject(objectOf(objectOf(match.routeConfiguration).vhost).route)
  if (wanted === undefined) return undefined
  const action = route.route !== undefined ? 'ROUTE' : route.redirect !== undefined ? 'REDIRECT' : route.direct_response !== undefined ? 'DIRECT_RESPONSE' : ''
  const kind = stringOf(wanted.action) ?? 'ANY'
  return says(wanted, 'name', stringOf(route.name) ?? '') && (kind === 'ANY' || action === '' || kind === action)
}

/** clusterMatch: the name alone, else service, subset and port. */
export function clusterMatches({ match }: EnvoyFilterPatch, name: string): boolean {
  const wanted = objectOf(match.cluster)
  if ((stringOf(wanted.name) ?? '') !== '') return wanted.name === name
  const parts = parseClusterName(name)
  const number = port(wanted, 'portNumber')
  return says(wanted, 'subset', parts?.subset ?? '') && says(wanted, 'service', parts?.host ?? '') && (number === 0 || String(number) === parts?.port)
}
