import type { Json, JsonObject } from '@/lib/std/json'
import { listOf, numberOf, objectOf, optionalObject, stringOf, typedConfig } from './read'

const wildcards: readonly string[] = ['0.0.0.0', '::', '']

/** The listener's address and port; for a pipe its path and port 0, for an internal listener nothing. */
export function listenerAddress(listener: unknown): { readonly address: string; readonly port: number } {
  const address = objectOf(objectOf(listener).address)
  const socket = objectOf(address.socket_address)
  return { address: stringOf(socket.address) ?? stringOf(objectOf(address.pipe).path) ?? '', port: numberOf(socket.port_value) ?? 0 }
}

/** ConnectionHandlerImpl::findActiveListenerByAddress: the exact address and port first, then a wildcard address. Gives the index. */
export function findListener(listeners: readonly unknown[], localAddress: string, port: number): number {
  const places = listeners.map(listenerAddress)
  const exact = places.findIndex((place) => place.port === port && place.address === localAddress)
  return exact >= 0 ? exact : places.findIndex((place) => place.port === port && wildcards.includes(place.address))
}

/** Whether the listener looks at the ClientHello; without it no server name and no ALPN is known before the chain is chosen. */
export function hasTlsInspector(listener: unknown): boolean {
  return listOf(objectOf(listener).listener_filters).some((filter) => stringOf(objectOf(filter).name) === 'envoy.filters.listener.tls_inspector' || typeIs(filter, 'TlsInspector'))
}

/** Whether the message inside a filter is of this type, by the end of its type URL. */
export function typeIs(filter: unknown, message: string): boolean {
  return (stringOf(typedConfig(filter)['@type']) ?? '').endsWith(`.${message}`)
}

/** The chain's HTTP connection manager, if it has one. */
export function connectionManager(chain: unknown): JsonObject | undefined {
  const filter = listOf(objectOf(chain).filters).find((item) => typeIs(item, 'HttpConnectionManager'))
  return filter === undefined ? undefined : optionalObject(objectOf(filter).typed_config)
}

/** The chain's tcp_proxy, if it has one. */
export function tcpProxy(chain: unknown): JsonObject | undefined {
  const filter = listOf(objectOf(chain).filters).find((item) => typeIs(item, 'TcpProxy'))
  return filter === undefined ? undefined : optionalObject(objectOf(filter).typed_config)
}

/** The chain's DownstreamTlsContext, if it terminates TLS. */
export function downstreamTls(chain: unknown): JsonObject | undefined {
  const socket = objectOf(chain).transport_socket
  return typeIs(socket, 'DownstreamTlsContext') ? optionalObject(objectOf(socket).typed_config) : undefined
}

/** Whether a UInt32/BoolValue wrapper is true; Envoy prints it plain. */
export function requiresClientCertificate(tls: JsonObject | undefined): boolean {
  return tls?.require_client_certificate === true
}

/** What a TLS context does with a client's certificate: does not ask for it, takes any, or checks it against an authority. */
export function validationOf(tls: JsonObject): 'unasked' | 'any' | 'checked' {
  const common = objectOf(tls.common_tls_context)
  const combined = objectOf(common.combined_validation_context)
  const given = optionalObject(common.validation_context) ?? optionalObject(combined.default_validation_context)
  const named = common.validation_context_sds_secret_config ?? combined.validation_context_sds_secret_config
  if (given === undefined && named === undefined) return requiresClientCertificate(tls) ? 'any' : 'unasked'
  return given?.trust_chain_verification === 'ACCEPT_UNTRUSTED' ? 'any' : 'checked'
}

/** Whether the listener reads a PROXY protocol header before anything else. */
export function readsProxyProtocol(listener: unknown): boolean {
  return listOf(objectOf(listener).listener_filters).some((filter) => stringOf(objectOf(filter).name) === 'envoy.filters.listener.proxy_protocol' || typeIs(filter, 'ProxyProtocol'))
}

/** The name a chain is known by: its own, or the listener's with its index. */
export function chainName(listenerName: string, chain: Json | undefined, index: number): string {
  return stringOf(objectOf(chain).name) || `${listenerName}#${String(index)}`
}
