import type { JsonObject } from '@/lib/std/json'
import { parseDuration } from '../istio/duration'
import type { Fields } from '../istio/read'
import { destinationsOf, weightOf, type RoutePlace } from './kube-backends'
import { backendFilters, ruleFilters } from './kube-filters'

/** What all matches of a rule of an HTTPRoute or GRPCRoute share, as an Istio HTTP route; undefined: istiod drops the whole object (convertHTTPRoute, convertGRPCRoute). */
export function convertRule(place: RoutePlace, rule: Fields, index: number): JsonObject | undefined {
  const filters = ruleFilters(place, rule.objects('filters'))
  if (!filters) return undefined
  const common: JsonObject = { name: rule.string('name') ?? `${place.namespace}.${place.name}.${index}`, ...filters, ...(place.kind === 'HTTPRoute' ? timesOf(rule) : {}) }
  const backends = rule.objects('backendRefs')
  const weights = backends.reduce((sum, backend) => sum + weightOf(backend), 0)
  if (weights === 0 && filters['redirect'] === undefined) {
    place.report(rule.path, { code: 'MER065', severity: 'warning', params: { reason: backends.length === 0 ? 'none' : 'weights' } })
    return { ...common, directResponse: { status: 500 } }
  }
  const route = destinationsOf(place, backends, (backend) => backendFilters(place, backend.objects('filters')))
  return route && { ...common, route }
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
