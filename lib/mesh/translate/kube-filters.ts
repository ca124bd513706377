import type { Json, JsonObject } from '@/lib/std/json'
import type { Fields } from '../istio/read'
import { backendOf, type RoutePlace } from './kube-backends'
import { corsOf } from './kube-cors'

type Headers = { request?: JsonObject; response?: JsonObject }

/** The filters of a rule as fields of an Istio HTTP route; undefined: istiod drops the whole route (convertHTTPRoute, convertGRPCRoute; SPEC GA5). */
export function ruleFilters(place: RoutePlace, filters: readonly Fields[]): JsonObject | undefined {
  const out: { [key: string]: Json } = {}
  const headers: Headers = {}
  const mirrors: Json[] = []
  for (const filter of filters) {
    if (headerFilter(place, filter, headers)) continue
    const type = filter.string('type')
    if (type === 'RequestMirror') {
      const mirror = mirrorOf(place, filter.object('requestMirror'))
      if (mirror === undefined) return undefined
      mirrors.push(...mirror)
    } else if (type === 'RequestRedirect' && place.kind === 'HTTPRoute') replace(out, 'redirect', redirectOf(filter.object('requestRedirect')))
    else if (type === 'URLRewrite' && place.kind === 'HTTPRoute') replace(out, 'rewrite', rewriteOf(filter.object('urlRewrite')))
    else if (type === 'CORS' && place.kind === 'HTTPRoute') replace(out, 'corsPolicy', corsOf(filter.object('cors')))
    else return refuse(place, filter)
  }
  return { ...out, ...headersOf(headers), ...(mirrors.length === 0 ? {} : { mirrors }) }
}

/** A later filter of a kind takes the earlier one's place, even when it says nothing. */
function replace(out: { [key: string]: Json }, field: 'redirect' | 'rewrite' | 'corsPolicy', made: JsonObject): void {
  Reflect.deleteProperty(out, field)
  Object.assign(out, made)
}

/** The filters of one backendRef: header operations only; undefined: the route is dropped. */
export function backendFilters(place: RoutePlace, filters: readonly Fields[]): JsonObject | undefined {
  const headers: Headers = {}
  for (const filter of filters) if (!headerFilter(place, filter, headers)) return refuse(place, filter)
  return headersOf(headers)
}

function refuse(place: RoutePlace, filter: Fields): undefined {
  place.report(filter.path, { code: 'MER064', severity: 'error', params: { filter: filter.string('type') ?? '' } })
  return undefined
}

function headersOf(headers: Headers): JsonObject {
  return Object.keys(headers).length === 0 ? {} : { headers: { ...headers } }
}

/** Whether the filter is one of header operations; a value with control characters is left to the caller to refuse. */
function headerFilter(place: RoutePlace, filter: Fields, headers: Headers): boolean {
  const [key, field] = filter.string('type') === 'RequestHeaderModifier' ? (['request', 'requestHeaderModifier'] as const) : (['response', 'responseHeaderModifier'] as const)
  if (key === 'response' && filter.string('type') !== 'ResponseHeaderModifier') return false
  const modifier = filter.object(field)
  if (!modifier) return true
  if ([...modifier.objects('set'), ...modifier.objects('add')].some((item) => !isHeaderValue(item.string('value') ?? ''))) return false
  headers[key] = { set: byName(modifier.objects('set')), add: byName(modifier.objects('add')), remove: modifier.strings('remove') }
  return true
}

/** Istio's headerListToMap: names in lower case, the first of a name counts. */
function byName(items: readonly Fields[]): JsonObject {
  const out = new Map<string, string>()
  for (const item of items) {
    const name = (item.string('name') ?? '').toLowerCase()
    if (!out.has(name)) out.set(name, item.string('value') ?? '')
  }
  return Object.fromEntries(out)
}

/** Istio's isValidHeaderValue. */
function isHeaderValue(value: string): boolean {
  return [...value].every((character) => character === '\t' || (character >= ' ' && character !== '\u007f'))
}

function redirectOf(redirect: Fields | undefined): JsonObject {
  if (!redirect) return {}
  const path = redirect.object('path')
  const [scheme, authority, port] = [redirect.string('scheme'), redirect.string('hostname'), redirect.int('port')]
  return {
    redirect: {
      redirectCode: redirect.int('statusCode') ?? 302,
      ...(authority === undefined ? {} : { authority }), ...(scheme === undefined ? {} : { scheme }),
      ...(port === undefined ? { derivePort: scheme === undefined ? 'FROM_REQUEST_PORT' : 'FROM_PROTOCOL_DEFAULT' } : { port }),
      ...(path?.string('type') === 'ReplaceFullPath' ? { uri: path.string('replaceFullPath') ?? '' } : {}),
      ...(path?.string('type') === 'ReplacePrefixMatch' ? { prefixRewrite: path.string('replacePrefixMatch') ?? '' } : {}),
    },
  }
}

function rewriteOf(filter: Fields | undefined): JsonObject {
  const path = filter?.object('path')
  const authority = filter?.string('hostname')
  const prefix = path?.string('replacePrefixMatch') ?? ''
  const rewrite: JsonObject = {
    ...(path?.string('type') === 'ReplacePrefixMatch' ? { uri: (prefix.endsWith('/') ? prefix.slice(0, -1) : prefix) || '/' } : {}),
    ...(path?.string('type') === 'ReplaceFullPath' ? { uriRegexRewrite: { match: '/.*', rewrite: path.string('replaceFullPath') ?? '' } } : {}),
    ...(authority === undefined || authority === '' ? {} : { authority }),
  }
  return Object.keys(rewrite).length === 0 ? {} : { rewrite }
}

/** A mirror whose backend is not there is left out of an HTTPRoute, and drops a whole GRPCRoute (createMirrorFilter). */
function mirrorOf(place: RoutePlace, filter: Fields | undefined): readonly JsonObject[] | undefined {
  const written = filter?.object('backendRef')
  if (!filter || !written) return []
  const backend = backendOf(place, written)
  if (backend.kind !== 'found') return place.kind === 'GRPCRoute' ? undefined : []
  const fraction = filter.object('fraction')
  const percent = fraction ? (100 * (fraction.number('numerator') ?? 0)) / (fraction.number('denominator') ?? 100) : filter.number('percent')
  return [{ destination: backend.destination, ...(percent === undefined ? {} : { percentage: { value: percent } }) }]
}
