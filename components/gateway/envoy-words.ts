import { at, objectsAt, textAt } from '@/lib/mesh/gateway-list/read-json'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'

/** What the wire gives as unknown JSON; anything but an object reads as an empty one. */
export function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

/** A count with its word: `1 route`, `3 routes`. */
export function countWords(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

/** `0.0.0.0:8080` of a listener's own configuration. */
export function listenerAddress(config: JsonObject): string {
  const port = at(config, 'address', 'socket_address', 'port_value')
  return `${textAt(config, 'address', 'socket_address', 'address') ?? ''}:${typeof port === 'number' ? port : ''}`
}

/** What a chain matches: server names, protocols; `any` where it takes all. */
export function chainWords(chain: JsonObject): string {
  const match = asObject(at(chain, 'filter_chain_match'))
  const parts = [...strings(match['server_names']), ...strings(match['application_protocols']), textAt(match, 'transport_protocol') ?? ''].filter((part) => part !== '')
  return parts.length === 0 ? 'any' : parts.join(' ')
}

/** The filters of a chain by their short names: `http_connection_manager`. */
export function filterWords(chain: JsonObject): string {
  return objectsAt(chain, 'filters').map((filter) => (textAt(filter, 'name') ?? '').split('.').at(-1) ?? '').join(', ')
}

/** A route's match in words, method first: `GET /cart*`. */
export function matchWords(route: JsonObject): string {
  const match = asObject(at(route, 'match'))
  const headers = objectsAt(match, 'headers')
  const method = headers.find((header) => textAt(header, 'name') === ':method')
  const others = headers.filter((header) => header !== method).map((header) => textAt(header, 'name') ?? '')
  const prefix = textAt(match, 'prefix') ?? textAt(match, 'path_separated_prefix')
  const path = prefix === undefined ? (textAt(match, 'path') ?? textAt(match, 'safe_regex', 'regex') ?? '') : `${prefix}*`
  return [textAt(asObject(method), 'string_match', 'exact') ?? '', path, ...others].filter((part) => part !== '').join(' ')
}

/** Where a route leads: its cluster, weighted clusters with their shares, a redirect, a direct response. */
export function actionWords(route: JsonObject): string {
  const one = textAt(route, 'route', 'cluster')
  if (one !== undefined) return one
  const weighted = objectsAt(route, 'route', 'weighted_clusters', 'clusters')
  if (weighted.length > 0) return weighted.map((entry) => `${String(entry['weight'] ?? 0)} ${textAt(entry, 'name') ?? ''}`).join(', ')
  if (at(route, 'redirect') !== undefined) return `redirect ${textAt(route, 'redirect', 'path_redirect') ?? textAt(route, 'redirect', 'host_redirect') ?? (at(route, 'redirect', 'https_redirect') === true ? 'to https' : '')}`
  const status = at(route, 'direct_response', 'status')
  return status === undefined ? '' : `answers ${String(status)}`
}

function strings(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}
