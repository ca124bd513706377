import type { Json, JsonObject } from '@/lib/std/json'
import { parseDuration } from '../istio/duration'
import { readFields, type Fields } from '../istio/read'
import { getObject, listObjects, type Snapshot } from '../snapshot'

/** Where a rule of an HTTPRoute stands. */
export interface RulePlace {
  readonly snapshot: Snapshot
  readonly namespace: string
  /** The route's name of this rule in Envoy. */
  readonly name: string
}

/** One rule of an HTTPRoute with one of its matches as an Istio HTTP route (convertHTTPRoute); undefined: istiod drops the whole object. */
export function convertRule(place: RulePlace, rule: Fields, match: Fields | undefined): JsonObject | undefined {
  const filters = filtersOf(place, rule.objects('filters'))
  if (!filters) return undefined
  const common: JsonObject = { name: rule.string('name') ?? place.name, match: [matchOf(match)], ...filters, ...timesOf(rule) }
  const backends = rule.objects('backendRefs')
  const weights = backends.reduce((sum, backend) => sum + (backend.int('weight') ?? 1), 0)
  if (weights === 0 && filters['redirect'] === undefined) return { ...common, directResponse: { status: 500 } }
  const used = backends.filter((backend) => (backend.int('weight') ?? 1) !== 0)
  const route: Json[] = []
  for (const backend of used) {
    const destination = destinationOf(place, backend)
    const own = filtersOf(place, backend.objects('filters'))
    if (!destination || !own) return undefined
    route.push({ destination, ...(used.length === 1 ? {} : { weight: backend.int('weight') ?? 1 }), ...(own['headers'] === undefined ? {} : { headers: own['headers'] }) })
  }
  return { ...common, route }
}

function matchOf(match: Fields | undefined): JsonObject {
  const path = match?.object('path')
  const value = path?.string('value') ?? '/'
  const type = path?.string('type') ?? 'PathPrefix'
  const trimmed = value !== '/' && value.endsWith('/') ? value.slice(0, -1) : value
  const uri: JsonObject = type === 'Exact' ? { exact: value } : type === 'RegularExpression' ? { regex: value } : { prefix: trimmed }
  const values = (key: string): JsonObject => Object.fromEntries((match?.objects(key) ?? []).map((item) => [item.string('name') ?? '', item.string('type') === 'RegularExpression' ? { regex: item.string('value') ?? '' } : { exact: item.string('value') ?? '' }]))
  const method = match?.string('method')
  return { uri, headers: values('headers'), queryParams: values('queryParams'), ...(method === undefined ? {} : { method: { exact: method } }) }
}

function filtersOf(place: RulePlace, filters: readonly Fields[]): JsonObject | undefined {
  const out: { [key: string]: Json } = {}
  const headers: { [key: string]: Json } = {}
  const mirrors: Json[] = []
  for (const filter of filters) {
    switch (filter.string('type')) {
      case 'RequestHeaderModifier': headers['request'] = operationsOf(filter.object('requestHeaderModifier')); break
      case 'ResponseHeaderModifier': headers['response'] = operationsOf(filter.object('responseHeaderModifier')); break
      case 'RequestRedirect': out['redirect'] = redirectOf(filter.object('requestRedirect')); break
      case 'URLRewrite': Object.assign(out, rewriteOf(filter.object('urlRewrite'))); break
      case 'RequestMirror': mirrors.push(...mirrorOf(place, filter.object('requestMirror'))); break
      default: return undefined
    }
  }
  return { ...out, ...(Object.keys(headers).length === 0 ? {} : { headers }), ...(mirrors.length === 0 ? {} : { mirrors }) }
}

function operationsOf(modifier: Fields | undefined): JsonObject {
  const map = (key: string): JsonObject => Object.fromEntries((modifier?.objects(key) ?? []).map((item) => [item.string('name') ?? '', item.string('value') ?? '']))
  return { set: map('set'), add: map('add'), remove: modifier?.strings('remove') ?? [] }
}

function redirectOf(redirect: Fields | undefined): JsonObject {
  const path = redirect?.object('path')
  const [scheme, authority, port] = [redirect?.string('scheme'), redirect?.string('hostname'), redirect?.int('port')]
  return {
    redirectCode: redirect?.int('statusCode') ?? 302,
    ...(authority === undefined ? {} : { authority }), ...(scheme === undefined ? {} : { scheme }),
    ...(port === undefined ? { derivePort: scheme === undefined ? 'FROM_REQUEST_PORT' : 'FROM_PROTOCOL_DEFAULT' } : { port }),
    ...(path?.string('type') === 'ReplaceFullPath' ? { uri: path.string('replaceFullPath') ?? '' } : {}),
    ...(path?.string('type') === 'ReplacePrefixMatch' ? { prefixRewrite: path.string('replacePrefixMatch') ?? '' } : {}),
  }
}

function rewriteOf(filter: Fields | undefined): JsonObject {
  const path = filter?.object('path')
  const authority = filter?.string('hostname')
  const prefix = path?.string('replacePrefixMatch') ?? ''
  const rewrite: JsonObject = {
    ...(path?.string('type') === 'ReplacePrefixMatch' ? { uri: (prefix.endsWith('/') ? prefix.slice(0, -1) : prefix) || '/' } : {}),
    ...(path?.string('type') === 'ReplaceFullPath' ? { uriRegexRewrite: { match: '/.*', rewrite: path.string('replaceFullPath') ?? '' } } : {}),
    ...(authority === undefined ? {} : { authority }),
  }
  return Object.keys(rewrite).length === 0 ? {} : { rewrite }
}

/** A mirror whose backend istiod refuses or does not find is left out. */
function mirrorOf(place: RulePlace, filter: Fields | undefined): readonly JsonObject[] {
  const backend = filter?.object('backendRef')
  if (!filter || !backend || !exists(place, backend)) return []
  const destination = destinationOf(place, backend)
  if (!destination || Object.keys(destination).length === 0) return []
  const fraction = filter.object('fraction')
  const percent = fraction ? (100 * (fraction.number('numerator') ?? 0)) / (fraction.number('denominator') ?? 100) : filter.number('percent')
  return [{ destination, ...(percent === undefined ? {} : { percentage: { value: percent } }) }]
}

function exists(place: RulePlace, backend: Fields): boolean {
  return getObject(place.snapshot, 'services', backend.string('namespace') ?? place.namespace, backend.string('name') ?? '') !== undefined
}

/** Istio's buildDestination: `{}` for a backend that may not be referenced, undefined for one that cannot be. */
function destinationOf(place: RulePlace, backend: Fields): JsonObject | undefined {
  const namespace = backend.string('namespace') ?? place.namespace
  const name = backend.string('name') ?? ''
  if (namespace !== place.namespace && !granted(place, { namespace, name })) return {}
  if ((backend.string('kind') ?? 'Service') !== 'Service' || (backend.string('group') ?? '') !== '') return {}
  const port = backend.int('port')
  if (name.includes('.') || port === undefined) return undefined
  return { host: `${name}.${namespace}.svc.cluster.local`, port: { number: port } }
}

/** Whether a ReferenceGrant of the backend's namespace lets HTTPRoutes of this namespace use the Service. */
function granted(place: RulePlace, to: { readonly namespace: string; readonly name: string }): boolean {
  return [...listObjects(place.snapshot, 'referencegrants.gateway.networking.k8s.io', to.namespace)].some((grant) => {
    const spec = grantSpec(grant)
    return spec.from.some((from) => from.string('kind') === 'HTTPRoute' && from.string('namespace') === place.namespace)
      && spec.to.some((target) => target.string('kind') === 'Service' && (target.string('name') === undefined || target.string('name') === to.name))
  })
}

function timesOf(rule: Fields): JsonObject {
  const retry = rule.object('retry')
  const codes = retry?.raw['codes']
  const attempts = retry?.int('attempts') ?? 2
  const retryOn = ['connect-failure', 'refused-stream', 'unavailable', 'cancelled', ...(Array.isArray(codes) ? codes.map(String) : [])].join(',')
  const given = (key: string): string | undefined => {
    const text = rule.object('timeouts')?.string(key)
    return text !== undefined && (parseDuration(text) ?? 0) !== 0 ? text : undefined
  }
  const [request, backend] = [given('request'), given('backendRequest')]
  const timeout = retry ? request : backend ?? request
  const backoff = retry?.string('backoff')
  return {
    ...(timeout === undefined ? {} : { timeout }),
    ...(retry ? { retries: { attempts, retryOn: attempts === 0 ? '' : retryOn, ...(backend === undefined ? {} : { perTryTimeout: backend }), ...(backoff === undefined ? {} : { backoff }) } } : {}),
  }
}

function grantSpec(grant: { readonly [key: string]: Json | undefined }): { readonly from: readonly Fields[]; readonly to: readonly Fields[] } {
  const spec = readFields(grant['spec'], 'spec', [])
  return { from: spec.objects('from'), to: spec.objects('to') }
}
