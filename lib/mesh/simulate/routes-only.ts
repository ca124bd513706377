import type { JsonObject } from '@/lib/std/json'
import type { EnvoyConfiguration } from './envoy-configuration'
import type { SimulatedRequest } from './explanation'
import type { HttpPlace } from './http-place'
import { stringOf } from './read'
import type { Draft } from './trace'
import { addStep, note } from './trace'
import { findVirtualHost } from './virtual-host'

/**
 * Where a request goes in when nothing is known of listeners: a connection manager without filters on a route configuration
 * whose name holds the port (`http.8080`, `https.443.name.ns`), or any; the first of them that knows the authority.
 * Undefined where there is none, or the request is raw TCP.
 */
export function routesOnly(configuration: EnvoyConfiguration, request: SimulatedRequest, draft: Draft): HttpPlace | undefined {
  if (configuration.lacksListeners !== true || request.protocol === 'tcp') return undefined
  const tables = configuration.routeConfigurationNames().flatMap((name): JsonObject[] => {
    const table = configuration.routeConfiguration(name)
    return table === undefined ? [] : [table]
  })
  const ofPort = tables.filter((table) => (stringOf(table.name) ?? '').replaceAll('|', '.').split('.').includes(String(request.port)))
  const candidates = ofPort.length > 0 ? ofPort : tables
  const table = candidates.find((candidate) => findVirtualHost(candidate, request.authority) !== undefined) ?? candidates[0]
  if (table === undefined) return undefined
  draft.conditions.add('listener')
  addStep(draft, 'listener', null, { notes: [note('no-listeners-known', { routeConfiguration: stringOf(table.name) ?? '' })] })
  const address = { remoteAddress: request.peerAddress, directRemoteAddress: request.peerAddress, localAddress: request.localAddress ?? '0.0.0.0', localPort: request.port }
  return {
    draft, hcm: { route_config: table },
    connection: {
      ...address, connectionAddress: request.peerAddress, tls: request.tls !== 'off', protocol: request.protocol === 'http2' ? 'HTTP/2' : 'HTTP/1.1', sni: (request.sni ?? '').toLowerCase(),
      clientCertificate: request.tls === 'mutual', certificateValidated: request.tls === 'mutual' && request.clientCertificate !== 'untrusted', clientNames: request.clientNames,
    },
  }
}
