import type { JsonObject } from '@/lib/std/json'
import { fractionOf } from './fraction'
import { matchHeader } from './header-match'
import { durationOf, listOf, numberOf, objectOf, stringOf, stringsOf } from './read'
import type { Fraction, RequestFacts } from './request-facts'
import { headerValue } from './request-facts'

/** What a fault filter may do with a request; the fractions are still to be drawn. */
export interface FaultPlan {
  readonly delay: { readonly milliseconds: number; readonly fraction: Fraction } | undefined
  readonly abort: { readonly status: number; readonly grpcStatus: number | undefined; readonly fraction: Fraction } | undefined
}

/** FaultFilter::decodeHeaders: the plan of an HTTPFault, nothing where its upstream, nodes or headers do not fit the request. */
export function faultPlan(fault: JsonObject | undefined, facts: RequestFacts, cluster: string): FaultPlan {
  const none: FaultPlan = { delay: undefined, abort: undefined }
  if (fault === undefined) return none
  const upstream = stringOf(fault.upstream_cluster) ?? ''
  if (upstream !== '' && upstream !== cluster) return none
  const nodes = stringsOf(fault.downstream_nodes)
  if (nodes.length > 0 && !nodes.includes(headerValue(facts.headers, 'x-envoy-downstream-service-node') ?? '')) return none
  if (!listOf(fault.headers).every((matcher) => matchHeader(matcher, facts.headers))) return none
  return { delay: delayOf(objectOf(fault.delay), facts), abort: abortOf(objectOf(fault.abort), facts) }
}

function delayOf(delay: JsonObject, facts: RequestFacts): FaultPlan['delay'] {
  const fixed = durationOf(delay.fixed_delay)
  if (fixed !== undefined) return { milliseconds: fixed, fraction: fractionOf(delay.percentage) }
  const byHeader = delay.header_delay === undefined ? undefined : wholeNumber(headerValue(facts.headers, 'x-envoy-fault-delay-request'))
  return byHeader === undefined ? undefined : { milliseconds: byHeader, fraction: cutFraction(delay.percentage, facts, 'x-envoy-fault-delay-request-percentage') }
}

function abortOf(abort: JsonObject, facts: RequestFacts): FaultPlan['abort'] {
  const fraction = fractionOf(abort.percentage)
  const grpcStatus = numberOf(abort.grpc_status)
  if (grpcStatus !== undefined) return { status: 200, grpcStatus, fraction }
  const status = numberOf(abort.http_status)
  if (status !== undefined) return status === 0 ? undefined : { status, grpcStatus: undefined, fraction }
  if (abort.header_abort === undefined) return undefined
  const cut = cutFraction(abort.percentage, facts, 'x-envoy-fault-abort-request-percentage')
  const asked = wholeNumber(headerValue(facts.headers, 'x-envoy-fault-abort-request'))
  if (asked !== undefined && asked >= 200 && asked < 600) return { status: asked, grpcStatus: undefined, fraction: cut }
  const askedGrpc = wholeNumber(headerValue(facts.headers, 'x-envoy-fault-abort-grpc-request'))
  return askedGrpc === undefined ? undefined : { status: 200, grpcStatus: askedGrpc, fraction: cut }
}

/** The configured fraction, at most the numerator that a header asks for (HeaderPercentageProvider). */
function cutFraction(percentage: unknown, facts: RequestFacts, header: string): Fraction {
  const fraction = fractionOf(percentage)
  const asked = wholeNumber(headerValue(facts.headers, header))
  return asked === undefined ? fraction : { ...fraction, numerator: Math.min(asked, fraction.numerator) }
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && text !== '' && [...text].every((char) => char >= '0' && char <= '9') ? Number(text) : undefined
}
