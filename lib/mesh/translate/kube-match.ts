import type { JsonObject } from '@/lib/std/json'
import type { Fields } from '../istio/read'

/** One match of an HTTPRoute's rule (createURIMatch and its like). An absent match is the schema's default, the prefix `/`. */
export function httpMatch(match: Fields | undefined): JsonObject {
  const path = match?.object('path')
  const value = path?.string('value') ?? '/'
  const type = path?.string('type') ?? 'PathPrefix'
  const trimmed = value !== '/' && value.endsWith('/') ? value.slice(0, -1) : value
  const uri: JsonObject = type === 'Exact' ? { exact: value } : type === 'RegularExpression' ? { regex: value } : { prefix: trimmed }
  const method = match?.string('method')
  return { uri, headers: named(match, 'headers'), queryParams: named(match, 'queryParams'), ...(method === undefined ? {} : { method: { exact: method } }) }
}

/** One match of a GRPCRoute's rule: service and method are a path (createGRPCURIMatch; SPEC GA4). undefined: neither is there, istiod drops the object. */
export function grpcMatch(match: Fields): JsonObject | undefined {
  const headers = named(match, 'headers')
  const written = match.object('method')
  if (!written) return { headers }
  const [service, method] = [written.string('service'), written.string('method')]
  if (service === undefined && method === undefined) return undefined
  if (written.string('type') === 'RegularExpression') return { headers, uri: { regex: `/${service ?? '[^/]+'}/${method ?? '.+'}` } }
  if (method === undefined) return { headers, uri: { prefix: `/${service ?? ''}/` } }
  return { headers, uri: service === undefined ? { regex: `/[^/]+/${method}` } : { exact: `/${service}/${method}` } }
}

/** By name as written; the last of a name counts, as in Istio's map. */
function named(match: Fields | undefined, key: string): JsonObject {
  return Object.fromEntries((match?.objects(key) ?? []).map((item) => [item.string('name') ?? '', item.string('type') === 'RegularExpression' ? { regex: item.string('value') ?? '' } : { exact: item.string('value') ?? '' }]))
}
