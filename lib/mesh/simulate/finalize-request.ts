import type { JsonObject } from '@/lib/std/json'
import { applyRequestLevel, inMutationOrder } from './header-operations'
import { durationOf, objectOf, stringOf } from './read'
import { rewriteAuthority, rewritePath } from './rewrite'
import { fillWith, headerOperator } from './substitution'

/** What a request's route is, level by level. */
export interface ChosenRoute {
  readonly table: JsonObject | undefined
  readonly virtualHost: JsonObject | undefined
  readonly route: JsonObject
  /** The entry of weighted_clusters that was drawn; empty without. */
  readonly cluster: JsonObject
  /** The host name of the upstream's endpoints, for auto_host_rewrite. */
  readonly hostname: string | undefined
}

/** What else decides about a request's final headers. */
export interface FinalizeOptions {
  /** Router.suppress_envoy_headers. */
  readonly plain: boolean
  /** Milliseconds for the whole answer, 0 for none. */
  readonly timeout: number
  /** The value of a command operator in header values and formats. */
  readonly operator: (name: string, argument: string) => string | undefined
}

/** Router::Filter::decodeHeaders up to the upstream: RouteEntryImplBase::finalizeRequestHeaders, in place. */
export function finalizeRequestHeaders(headers: Map<string, string[]>, chosen: ChosenRoute, options: FinalizeOptions): void {
  const { plain } = options
  const { table, virtualHost, route, cluster } = chosen
  const action = objectOf(route.route)
  const fill = (format: string) => fillWith(format, options.operator, '')
  const timeout = expectedTimeout(headers, chosen, options.timeout)
  for (const name of consumed) headers.delete(name)
  if (!plain && timeout > 0) headers.set('x-envoy-expected-rq-timeout-ms', [String(Math.round(timeout))])
  if (virtualHost?.include_request_attempt_count === true) headers.set('x-envoy-attempt-count', ['1'])
  for (const level of inMutationOrder([cluster, route, virtualHost, table], table)) {
    applyRequestLevel(headers, { add: level?.request_headers_to_add, remove: level?.request_headers_to_remove }, fill)
  }
  const path = headers.get(':path')?.[0] ?? '/'
  // A weighted cluster's host leaves no x-envoy-original-host.
  setHost(headers, stringOf(cluster.host_rewrite_literal), { plain: true, forwards: false })
  setHost(headers, rewriteAuthority(action, { path, hostname: chosen.hostname, header: (name) => headerOperator(headers, name), fill }), { plain, forwards: action.append_x_forwarded_host === true })
  const rewritten = rewritePath(route, action, path, fill)
  if (rewritten === undefined) return
  if (!plain) headers.set('x-envoy-original-path', [path])
  headers.set(':path', [rewritten])
}

/** What the router takes for itself of a caller inside (FilterUtility::finalTimeout, RetryStateImpl::create). */
const consumed = [
  'x-envoy-upstream-rq-timeout-ms', 'x-envoy-upstream-rq-per-try-timeout-ms', 'x-envoy-hedge-on-per-try-timeout', 'x-envoy-retry-on', 'x-envoy-retry-grpc-on', 'x-envoy-max-retries', 'x-envoy-retriable-header-names', 'x-envoy-retriable-status-codes',
]

/** FilterUtility::finalTimeout: what a try may take, where that is less than the whole; a caller inside may set both. */
function expectedTimeout(headers: ReadonlyMap<string, readonly string[]>, { route, virtualHost }: ChosenRoute, ofRoute: number): number {
  const retry = objectOf(objectOf(route.route).retry_policy ?? virtualHost?.retry_policy)
  const whole = wholeNumber(headers.get('x-envoy-upstream-rq-timeout-ms')?.[0]) ?? ofRoute
  const each = wholeNumber(headers.get('x-envoy-upstream-rq-per-try-timeout-ms')?.[0]) ?? durationOf(retry.per_try_timeout) ?? 0
  return each > 0 && (whole === 0 || each < whole) ? each : whole
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && text !== '' && [...text].every((char) => char >= '0' && char <= '9') ? Number(text) : undefined
}

function setHost(headers: Map<string, string[]>, host: string | undefined, { plain, forwards }: { readonly plain: boolean; readonly forwards: boolean }): void {
  if (host === undefined || host === '') return
  const before = headers.get(':authority')?.[0] ?? ''
  if (forwards) headers.set('x-forwarded-host', [[...headers.get('x-forwarded-host') ?? [], before].join(',')])
  if (!plain) headers.set('x-envoy-original-host', [before])
  headers.set(':authority', [host])
}
