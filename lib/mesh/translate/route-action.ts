import { compareBytes } from '@/lib/std/compare-bytes'
import type { Json, JsonObject } from '@/lib/std/json'
import type { HeaderValueOption } from '../envoy/core'
import type { ClusterWeight, DirectResponseAction, RedirectAction, RequestMirrorPolicy, RouteAction } from '../envoy/route'
import { formatDuration } from '../istio/duration'
import type { Destination, Headers, HeaderOperations, HttpRedirect, HttpRetry, HttpRoute } from '../istio/virtual-service'
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

/** Istio's applyHTTPRouteDestination: where a rule sends, with timeout, retries, rewrites and mirrors. */
export function translateRouteAction(route: HttpRoute, virtualService: ResolvedVirtualService, context: RouteContext): RouteAction {
  const destinations = route.route.filter((entry) => entry.destination !== undefined)
  const timeout = formatDuration(route.timeout ?? 0)
  const retry = retryPolicy(route, virtualService, context)
  const mirrors = route.mirrors.filter((mirror) => mirror.percentage > 0).map((mirror): RequestMirrorPolicy => ({
    cluster: clusterNameOf(mirror.destination, virtualService, context),
    runtime_fraction: { default_value: perMillion(mirror.percentage) },
    trace_sampled: false,
    disable_shadow_host_suffix_append: true,
  }))
  return {
    ...targets(route, destinations, { virtualService, context }),
    ...rewrites(route, virtualService),
    ...authorityRewrite(route, destinations),
    timeout,
    ...(retry === undefined ? {} : { retry_policy: retry }),
    ...(mirrors.length === 0 ? {} : { request_mirror_policies: mirrors }),
    max_grpc_timeout: timeout,
  }
}

function targets(route: HttpRoute, destinations: HttpRoute['route'], at: { readonly virtualService: ResolvedVirtualService; readonly context: RouteContext }): RouteAction {
  const [single] = destinations
  if (destinations.length === 1 && single?.destination) {
    const cluster = clusterNameOf(single.destination, at.virtualService, at.context)
    const hash = at.context.hashPolicy(cluster)
    return { cluster, ...(hash === undefined ? {} : { hash_policy: hash }) }
  }
  const weighted = destinations.filter((entry) => entry.weight !== 0)
  const clusters = weighted.flatMap((entry): readonly ClusterWeight[] => {
    if (!entry.destination) return []
    const authority = authorityOf(entry.headers?.request)
    return [{
      name: clusterNameOf(entry.destination, at.virtualService, at.context),
      weight: entry.weight,
      ...headerOptions(entry.headers),
      ...(authority === undefined ? {} : { host_rewrite_literal: authority }),
    }]
  })
  const hashes = clusters.flatMap((cluster) => at.context.hashPolicy(cluster.name) ?? [])
  return { weighted_clusters: { clusters }, ...(hashes.length === 0 ? {} : { hash_policy: hashes }) }
}

function rewrites(route: HttpRoute, virtualService: ResolvedVirtualService): RouteAction {
  const { rewrite } = route
  if (!rewrite) return {}
  if (rewrite.uriRegexRewrite) return { regex_rewrite: { pattern: { regex: rewrite.uriRegexRewrite.match }, substitution: rewrite.uriRegexRewrite.rewrite } }
  if (rewrite.uri === '') return {}
  const [first] = route.match
  if (virtualService.semantics === 'gateway-api' && rewrite.uri === '/' && first?.uri?.kind === 'prefix') {
    return { regex_rewrite: { pattern: { regex: `^${first.uri.value}(/?)(.*)` }, substitution: '/\\2' } }
  }
  return { prefix_rewrite: rewrite.uri }
}

function authorityRewrite(route: HttpRoute, destinations: HttpRoute['route']): RouteAction {
  const written = route.rewrite?.authority
  const authority = written !== undefined && written !== '' ? written : (authorityOf(route.headers?.request) ?? (destinations.length === 1 ? authorityOf(destinations[0]?.headers?.request) : undefined))
  return authority === undefined ? {} : { host_rewrite_literal: authority }
}

function authorityOf(operations: HeaderOperations | undefined): string | undefined {
  if (!operations) return undefined
  for (const group of [operations.set, operations.add]) {
    for (const [key, value] of Object.entries(group)) if (isAuthority(key)) return value
  }
  return undefined
}

function isAuthority(key: string): boolean {
  const lower = key.toLowerCase()
  return lower === 'host' || lower === ':authority'
}

/** Header operations as Envoy's: each group sorted by key, set before add, pseudo headers left out (SPEC RA7). */
export function headerOptions(headers: Headers | undefined): { readonly [field: string]: readonly HeaderValueOption[] | readonly string[] } {
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

/** Istio's retry.ConvertPolicy over the rule's retries, the mesh's default or the built-in two attempts (SPEC RA5). */
function retryPolicy(route: HttpRoute, virtualService: ResolvedVirtualService, context: RouteContext): Json | undefined {
  const destinations = route.route.filter((entry) => entry.destination !== undefined)
  const [single] = destinations
  const hashed = destinations.length === 1 && single?.destination !== undefined && context.hashPolicy(clusterNameOf(single.destination, virtualService, context)) !== undefined
  const chosen = route.retries ?? context.defaultRetry
  if (!chosen) return { retry_on: defaultRetryOn, num_retries: 2, ...predicate(!hashed), host_selection_retry_max_attempts: '5' }
  if (chosen.attempts <= 0) return undefined
  return writtenRetry(chosen, hashed)
}

function writtenRetry(retry: HttpRetry, hashed: boolean): Json {
  const { retryOn, codes } = splitRetryOn(retry.retryOn)
  const previous = retry.retryIgnorePreviousHosts ?? !hashed
  return {
    retry_on: retryOn === '' ? defaultRetryOn : retryOn,
    num_retries: retry.attempts,
    ...(retry.perTryTimeout === undefined ? {} : { per_try_timeout: formatDuration(retry.perTryTimeout) }),
    ...(retry.retryRemoteLocalities === true ? { retry_priority: { name: 'envoy.retry_priorities.previous_priorities', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig', update_frequency: 2 } } } : {}),
    ...predicate(previous),
    host_selection_retry_max_attempts: '5',
    ...(codes.length === 0 ? {} : { retriable_status_codes: codes }),
    ...(retry.backoff === undefined ? {} : { retry_back_off: { base_interval: formatDuration(retry.backoff) } }),
  }
}

function predicate(previous: boolean): JsonObject {
  return previous ? { retry_host_predicate: [previousHosts] } : {}
}

/** Integers in retryOn become status codes; the keyword for them is added where it is missing. */
function splitRetryOn(text: string): { readonly retryOn: string; readonly codes: readonly number[] } {
  const words: string[] = []
  const codes: number[] = []
  for (const part of text.split(',').map((word) => word.trim())) {
    if (part === '') continue
    const code = Number(part)
    if (Number.isInteger(code)) codes.push(code)
    else words.push(part)
  }
  if (codes.length > 0 && !words.includes('retriable-status-codes')) words.push('retriable-status-codes')
  return { retryOn: words.join(','), codes }
}

/** A percentage as numerator of a million. */
export function perMillion(percentage: number): { readonly numerator?: number; readonly denominator: 'MILLION' } {
  const numerator = Math.trunc(Math.fround(percentage * 10_000))
  return { ...(numerator === 0 ? {} : { numerator }), denominator: 'MILLION' }
}

const codes: Readonly<Record<number, RedirectAction['response_code'] | null>> = { 0: null, 301: null, 302: 'FOUND', 303: 'SEE_OTHER', 307: 'TEMPORARY_REDIRECT', 308: 'PERMANENT_REDIRECT' }

/** Istio's ApplyRedirect; undefined for a code that Envoy has no name for (the route then has no action). */
export function translateRedirect(redirect: HttpRedirect, route: HttpRoute, at: { readonly semantics: ResolvedVirtualService['semantics']; readonly serverPort: number; readonly tls: boolean }): RedirectAction | undefined {
  const code = codes[redirect.redirectCode]
  if (code === undefined) return undefined
  const byPrefix = at.semantics === 'gateway-api' && route.match[0]?.uri?.kind === 'prefix' && redirect.uri.startsWith('%PREFIX()%')
  const scheme = redirect.scheme
  const from = redirect.port ?? (redirect.derivePort === 'FROM_REQUEST_PORT' ? at.serverPort : 0)
  const effective = scheme === '' ? (at.tls ? 'https' : 'http') : scheme
  const port = (from === 80 && effective === 'http') || (from === 443 && effective === 'https') ? 0 : from
  return {
    ...(redirect.authority === '' ? {} : { host_redirect: redirect.authority }),
    ...(redirect.uri === '' ? {} : byPrefix ? { prefix_rewrite: redirect.uri.slice('%PREFIX()%'.length) } : { path_redirect: redirect.uri }),
    ...(scheme === '' ? {} : { scheme_redirect: scheme }),
    ...(port === 0 ? {} : { port_redirect: port }),
    ...(code === null ? {} : { response_code: code }),
  }
}

/** Istio's ApplyDirectResponse. */
export function translateDirectResponse(direct: NonNullable<HttpRoute['directResponse']>): DirectResponseAction {
  const { body } = direct
  if (body?.string !== undefined) return { status: direct.status, body: { inline_string: body.string } }
  if (body?.bytes !== undefined) return { status: direct.status, body: { inline_bytes: body.bytes } }
  return { status: direct.status }
}
