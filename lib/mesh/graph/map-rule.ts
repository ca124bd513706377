import { isJsonObject, type Json } from '@/lib/std/json'
import type { Route, VirtualHost } from '../envoy/route'
import type { Origin } from '../translate/compiled'
import { routeEdges } from './rule-edges'
import { matchConditions } from './match-words'
import type { MapMark, MapRule } from './model'
import { concernsHost, problemsOfRule, toFinding, type ProblemIndex } from './problem-index'

/** Codes that say a rule is never reached. MER014 names the rule that takes its requests: params `by` and `byPath`. */
const deadCodes: ReadonlySet<string> = new Set(['MER014', 'IST0130'])

/** The rules of a virtual host in Envoy's order, with where each came from and what is wrong with it. */
export function mapRules(virtualHost: VirtualHost, origins: readonly Origin[], problems: ProblemIndex): readonly MapRule[] {
  const routes = virtualHost.routes ?? []
  return routes.map((route, index): MapRule => {
    const origin = origins[index]
    const found = origin ? problemsOfRule(problems, origin.resource, origin.path).filter((problem) => concernsHost(problem, virtualHost.domains)) : []
    const dead = found.find((problem) => deadCodes.has(problem.code))
    return {
      number: index + 1,
      when: matchConditions(route.match),
      marks: routeMarks(route),
      to: routeEdges(route),
      resource: origin?.resource ?? null,
      path: origin?.path ?? '',
      dead: dead ? { by: winnerOf(dead.params, origins, index), code: dead.code } : null,
      problems: found.map(toFinding),
    }
  })
}

function winnerOf(params: { readonly [name: string]: string }, origins: readonly Origin[], before: number): number | null {
  const at = origins.findIndex((origin, index) => index < before && `${origin.resource.namespace}/${origin.resource.name}` === params['by'] && origin.path === params['byPath'])
  return at < 0 ? null : at + 1
}

function routeMarks(route: Route): readonly MapMark[] {
  return [...rewriteMarks(route), ...timeMarks(route), ...faultMarks(route.typed_per_filter_config?.['envoy.filters.http.fault']), ...otherMarks(route)]
}

function rewriteMarks(route: Route): readonly MapMark[] {
  const action = route.route
  const parts = [
    action?.host_rewrite_literal,
    action?.prefix_rewrite,
    action?.regex_rewrite ? `~${action.regex_rewrite.pattern.regex} → ${action.regex_rewrite.substitution}` : undefined,
  ].filter((part) => part !== undefined)
  return parts.length === 0 ? [] : [{ kind: 'rewrite', value: parts.join('') }]
}

/** Istio sets `0s` where no timeout is asked for, and two retries everywhere; only what differs from that is a mark. */
function timeMarks(route: Route): readonly MapMark[] {
  const marks: MapMark[] = []
  const timeout = route.route?.timeout
  if (timeout !== undefined && timeout !== '0s') marks.push({ kind: 'timeout', value: spacedDuration(timeout) })
  const policy = route.route?.retry_policy
  if (isJsonObject(policy)) {
    const retries = policy['num_retries']
    if (retries !== 2 || policy['per_try_timeout'] !== undefined) marks.push({ kind: 'retry', value: typeof retries === 'number' ? `${retries}` : '1' })
  }
  return marks
}

/** `3 s`, `250 ms`: a protojson duration with the unit that a person would take. */
export function spacedDuration(duration: string): string {
  const seconds = Number.parseFloat(duration)
  if (Number.isNaN(seconds)) return duration
  if (seconds > 0 && seconds < 1) return `${Math.round(seconds * 1000)} ms`
  if (seconds >= 60 && seconds % 60 === 0) return `${seconds / 60} min`
  return `${seconds} s`
}

function faultMarks(config: { readonly [field: string]: Json | undefined } | undefined): readonly MapMark[] {
  if (!config) return []
  const delay = config['delay']
  const abort = config['abort']
  const words: string[] = []
  if (isJsonObject(delay)) words.push(`delay ${typeof delay['fixed_delay'] === 'string' ? spacedDuration(delay['fixed_delay']) : ''}${percent(delay)}`)
  if (isJsonObject(abort)) words.push(`abort ${typeof abort['http_status'] === 'number' ? abort['http_status'] : 'gRPC'}${percent(abort)}`)
  return words.length === 0 ? [] : [{ kind: 'fault', value: words.join(', ') }]
}

function percent(fault: { readonly [field: string]: Json | undefined }): string {
  const percentage = fault['percentage']
  if (!isJsonObject(percentage) || typeof percentage['numerator'] !== 'number') return ''
  const of = percentage['denominator'] === 'MILLION' ? 10_000 : percentage['denominator'] === 'TEN_THOUSAND' ? 100 : 1
  return ` ${percentage['numerator'] / of} %`
}

function otherMarks(route: Route): readonly MapMark[] {
  const marks: MapMark[] = []
  if (route.typed_per_filter_config?.['envoy.filters.http.cors'] !== undefined) marks.push({ kind: 'cors', value: 'CORS' })
  const operations = [route.request_headers_to_add, route.request_headers_to_remove, route.response_headers_to_add, route.response_headers_to_remove]
    .reduce((sum, list) => sum + (list?.length ?? 0), 0)
  if (operations > 0) marks.push({ kind: 'headers', value: `${operations} header ${operations === 1 ? 'change' : 'changes'}` })
  return marks
}
