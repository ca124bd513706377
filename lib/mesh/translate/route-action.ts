import { compareBytes } from '@/lib/std/compare-bytes'
import type { Json, JsonObject } from '@/lib/std/json'
import type { HeaderValueOption } from '../envoy/core'
import type { Fields } from '../istio/read'
import type { ClusterWeight, DirectResponseAction, RedirectAction, RequestMirrorPolicy, RouteAction, RouteMatch } from '../envoy/route'
import { formatDuration } from '../istio/duration'
import type { Destination, Headers, HeaderOperations, HttpRedirect, HttpRetry, HttpRoute, HttpRouteDestination } from '../istio/virtual-service'
import { destinationHash, hashPolicy } from './consistent-hash'
import { resolveShortName } from './host-name'
import type { ResolvedVirtualService } from './resolved-virtual-service'
import type { RouteContext } from './route-context'

/** Istio's GetDestinationCluster: `outbound|<port>|<subset>|<host>`; the port falls back to the only one of the service, then to the server's (SPEC RA2). */
export function clusterNameOf(destination: Destination, virtualService: ResolvedVirtualService, context: RouteContext): string {
  const host = virtualService.semantics === 'gateway-api' ? destination.host : resolveShortName(destination.host, virtualService.namespace, context.config.domain)
  if (host === '') return 'UnknownService'
  const service = context.services.lookup(host, virtualService.namespace)
  const only = service?.ports.length === 1 ? service.ports[0]?.port : undefined
  const port = destination.port ?? only ?? context.serverPort
  const name = service?.resolution === 'alias' ? service.externalName : host
  return `outbound|${port}|${destination.subset}|${name}`
}

/** Istio's applyHTTPRouteDestination: where a rule sends, with timeout, retries, rewrites and mirrors. `match` is the route's own. */
export function translateRouteAction(route: HttpRoute, match: RouteMatch, at: ActionContext): RouteAction {
  const timeout = route.timeout === undefined ? '0s' : formatDuration(route.timeout)
  const [single] = route.route
  const hash = route.route.length === 1 && single ? hashOf(single, at) : undefined
  const retry = retryPolicy(route, at, hash !== undefined)
  const mirrors = route.mirrors.length === 0 ? route.mirrors : route.mirrors.filter((mirror) => mirror.percentage > 0).map((mirror): RequestMirrorPolicy => ({
    cluster: clusterNameOf(mirror.destination, at.virtualService, at.context),
    runtime_fraction: { default_value: mirror.whole ? { numerator: mirror.percentage } : perMillion(mirror.percentage) },
    trace_sampled: false,
    disable_shadow_host_suffix_append: true,
  }))
  return Object.assign({}, targets(route, at, hash), rewrites(route, match, at), authorityRewrite(route), {
    timeout,
    ...(retry === undefined ? {} : { retry_policy: retry }),
    ...(mirrors.length === 0 ? {} : { request_mirror_policies: mirrors }),
    max_grpc_timeout: timeout,
  })
}

/** Whose rule it is, and for which server. */
export interface ActionContext {
  readonly virtualService: ResolvedVirtualService
  readonly context: RouteContext
}

const nowhere: Destination = { host: '', subset: '', port: undefined }

/** `hash` is the single destination's. */
function targets(route: HttpRoute, at: ActionContext, hash: Fields | undefined): RouteAction {
  const name = (entry: HttpRouteDestination): string => clusterNameOf(entry.destination ?? nowhere, at.virtualService, at.context)
  const hashes = (fields: readonly (Fields | undefined)[]): RouteAction => {
    const found = fields.flatMap((each) => hashPolicy(each) ?? [])
    return found.length === 0 ? {} : { hash_policy: found }
  }
  const [single] = route.route
  if (route.route.length === 1 && single) return { cluster: name(single), ...hashes([hash]) }
  const weighted = route.route.filter((entry) => entry.weight !== 0)
  const clusters = weighted.map((entry): ClusterWeight => {
    const authority = authorityOf(entry.headers?.request)
    return { name: name(entry), weight: entry.weight, ...headerOptions(entry.headers), ...(authority === '' ? {} : { host_rewrite_literal: authority }) }
  })
  return { weighted_clusters: { clusters }, ...hashes(weighted.map((entry) => hashOf(entry, at))) }
}

function hashOf(entry: HttpRouteDestination, at: ActionContext): Fields | undefined {
  const destination = entry.destination
  if (!destination) return undefined
  const service = at.context.services.lookup(at.virtualService.semantics === 'gateway-api' ? destination.host : resolveShortName(destination.host, at.virtualService.namespace, at.context.config.domain), '')
  return service && destinationHash(at.context.rules.forService(service), destination)
}

function rewrites(route: HttpRoute, match: RouteMatch, at: ActionContext): RouteAction {
  const { rewrite } = route
  if (!rewrite) return {}
  const forwarded: RouteAction = at.context.config.fields.object('defaultConfig')?.object('proxyHeaders')?.object('xForwardedHost')?.bool('enabled') === true ? { append_x_forwarded_host: true } : {}
  if (rewrite.uriRegexRewrite) return { ...forwarded, regex_rewrite: { pattern: { regex: rewrite.uriRegexRewrite.match }, substitution: rewrite.uriRegexRewrite.rewrite } }
  if (rewrite.uri === '') return forwarded
  if (at.virtualService.semantics === 'gateway-api' && rewrite.uri === '/') {
    return { ...forwarded, regex_rewrite: { pattern: { regex: `^${quoteMeta(match.path_separated_prefix ?? '')}(/?)(.*)` }, substitution: '/\\2' } }
  }
  return { ...forwarded, prefix_rewrite: rewrite.uri }
}

/** Go's regexp.QuoteMeta. */
function quoteMeta(text: string): string {
  return [...text].map((char) => ('\\.+*?()|[]{}^$'.includes(char) ? `\\${char}` : char)).join('')
}

function authorityRewrite(route: HttpRoute): RouteAction {
  const written = route.rewrite?.authority ?? ''
  const own = written === '' ? authorityOf(route.headers?.request) : written
  const [single] = route.route
  const authority = own === '' && route.route.length === 1 ? authorityOf(single?.headers?.request) : own
  return authority === '' ? {} : { host_rewrite_literal: authority }
}

/** '' for none: what sets the host, else what adds it. */
function authorityOf(operations: HeaderOperations | undefined): string {
  if (!operations) return ''
  for (const group of [operations.set, operations.add]) {
    const value = Object.entries(group).findLast(([key]) => isAuthority(key))?.[1] ?? ''
    if (value !== '') return value
  }
  return ''
}

function isAuthority(key: string): boolean {
  const lower = key.toLowerCase()
  return lower === 'host' || lower === ':authority'
}

const noOptions = {}

/** Header operations as Envoy's: each group sorted by key, set before add, pseudo headers left out (SPEC RA7). */
export function headerOptions(headers: Headers | undefined): { readonly [field: string]: readonly HeaderValueOption[] | readonly string[] } {
  if (!headers) return noOptions
  const request = optionsOf(headers?.request)
  const response = optionsOf(headers?.response)
  const drop = (operations: HeaderOperations | undefined): readonly string[] => operations?.remove.filter((name) => !name.startsWith(':') && !isAuthority(name)) ?? []
  const [requestDrop, responseDrop] = [drop(headers?.request), drop(headers?.response)]
  return {
    ...(request.length === 0 ? {} : { request_headers_to_add: request }),
    ...(requestDrop.length === 0 ? {} : { request_headers_to_remove: requestDrop }),
    ...(response.length === 0 ? {} : { response_headers_to_add: response }),
    ...(responseDrop.length === 0 ? {} : { response_headers_to_remove: responseDrop }),
  }
}

function optionsOf(operations: HeaderOperations | undefined): readonly HeaderValueOption[] {
  if (!operations) return []
  const group = (pairs: Readonly<Record<string, string>>, action: HeaderValueOption['append_action']): readonly HeaderValueOption[] =>
    Object.entries(pairs)
      .filter(([key]) => !key.startsWith(':') && !isAuthority(key))
      .sort(([a], [b]) => compareBytes(a, b))
      .map(([key, value]) => ({ header: { key, ...(value === '' ? {} : { value }) }, ...(action === 'APPEND_IF_EXISTS_OR_ADD' || action === undefined ? {} : { append_action: action }) }))
  return [...group(operations.set, 'OVERWRITE_IF_EXISTS_OR_ADD'), ...group(operations.add, 'APPEND_IF_EXISTS_OR_ADD')]
}

const previousHosts: JsonObject = { name: 'envoy.retry_host_predicates.previous_hosts', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate' } }
const defaultRetryOn = 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes'

function predicate(previous: boolean): JsonObject {
  return previous ? { retry_host_predicate: [previousHosts] } : {}
}

function builtIn(previous: boolean): Json {
  return { retry_on: defaultRetryOn, num_retries: 2, ...predicate(previous), host_selection_retry_max_attempts: '5' }
}

/** The built-in policy, the same object for every rule that has no other: for destinations by consistent hash, and for those a retry may leave. */
const defaultRetry = { hashed: builtIn(false), spread: builtIn(true) }

/** Istio's retry.ConvertPolicy over the rule's retries, the mesh's default or the built-in two attempts (SPEC RA5). */
function retryPolicy(route: HttpRoute, at: ActionContext, hashed: boolean): Json | undefined {
  const chosen = route.retries ?? at.context.defaultRetry
  if (!chosen) return hashed ? defaultRetry.hashed : defaultRetry.spread
  return chosen.attempts <= 0 ? undefined : writtenRetry(chosen, hashed)
}

function writtenRetry(retry: HttpRetry, hashed: boolean): Json {
  const { retryOn, codes } = retry.retryOn === '' ? { retryOn: defaultRetryOn, codes: [] } : splitRetryOn(retry.retryOn)
  return {
    ...(retryOn === '' ? {} : { retry_on: retryOn }),
    num_retries: retry.attempts,
    ...(retry.perTryTimeout === undefined ? {} : { per_try_timeout: formatDuration(retry.perTryTimeout) }),
    ...(retry.retryRemoteLocalities === true ? { retry_priority: { name: 'envoy.retry_priorities.previous_priorities', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig', update_frequency: 2 } } } : {}),
    ...predicate(retry.retryIgnorePreviousHosts ?? !hashed),
    host_selection_retry_max_attempts: '5',
    ...(codes.length === 0 ? {} : { retriable_status_codes: codes }),
    ...(retry.backoff === undefined ? {} : { retry_back_off: { base_interval: formatDuration(retry.backoff) } }),
  }
}

/** Status codes that Go has a text for, as ranges. */
const statusCodes: readonly (readonly [number, number])[] = [[100, 103], [200, 208], [226, 226], [300, 305], [307, 308], [400, 418], [421, 426], [428, 429], [431, 431], [451, 451], [500, 508], [510, 511]]

/** Status codes in retryOn are listed apart; the keyword for them is added where it is missing. */
function splitRetryOn(text: string): { readonly retryOn: string; readonly codes: readonly number[] } {
  const words: string[] = []
  const codes: number[] = []
  for (const part of text.split(',').map((word) => word.trim())) {
    const code = Number(part)
    if (part === '') continue
    if (statusCodes.some(([from, to]) => code >= from && code <= to) && Number.isInteger(code)) codes.push(code)
    else words.push(part)
  }
  const joined = words.join(',')
  return { retryOn: codes.length > 0 && !joined.includes('retriable-status-codes') ? `${joined},retriable-status-codes` : joined, codes }
}

/** A percentage as numerator of a million. */
export function perMillion(percentage: number): { readonly numerator?: number; readonly denominator: 'MILLION' } {
  const numerator = Math.trunc(percentage * 10_000)
  return { ...(numerator === 0 ? {} : { numerator }), denominator: 'MILLION' }
}

const codes: Readonly<Record<number, RedirectAction['response_code'] | null>> = { 0: null, 301: null, 302: 'FOUND', 303: 'SEE_OTHER', 307: 'TEMPORARY_REDIRECT', 308: 'PERMANENT_REDIRECT' }

/** Istio's ApplyRedirect; undefined for a code that Envoy has no name for (the route then has no action). */
export function translateRedirect(redirect: HttpRedirect, at: { readonly serverPort: number; readonly tls: boolean }): RedirectAction | undefined {
  const code = codes[redirect.redirectCode]
  if (code === undefined) return undefined
  const scheme = redirect.scheme
  const from = redirect.port ?? (redirect.derivePort === 'FROM_REQUEST_PORT' ? at.serverPort : 0)
  const effective = scheme === '' ? (at.tls ? 'https' : 'http') : scheme
  const port = (from === 80 && effective === 'http') || (from === 443 && effective === 'https') ? 0 : from
  return {
    ...(redirect.authority === '' ? {} : { host_redirect: redirect.authority }),
    ...(redirect.prefixRewrite !== '' ? { prefix_rewrite: redirect.prefixRewrite } : redirect.uri === '' ? {} : { path_redirect: redirect.uri }),
    ...(scheme === '' ? {} : { scheme_redirect: scheme }),
    ...(port === 0 ? {} : { port_redirect: port }),
    ...(code === null ? {} : { response_code: code }),
  }
}

/** Istio's ApplyDirectResponse. */
export function translateDirectResponse(direct: NonNullable<HttpRoute['directResponse']>): DirectResponseAction {
  const { body } = direct
  const status = direct.status === 0 ? {} : { status: direct.status }
  if (body?.string !== undefined) return { ...status, body: { inline_string: body.string } }
  if (body?.bytes !== undefined) return { ...status, body: { inline_bytes: body.bytes } }
  return status
}
