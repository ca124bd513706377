import type { JsonObject } from '@/lib/std/json'
import { fractionOf } from './fraction'
import { matchHeader } from './header-match'
import { durationOf, listOf, numberOf, objectOf, stringOf } from './read'
import type { Fraction, RequestFacts } from './request-facts'
import { headerValue } from './request-facts'

/** What a fault filter may do with a request; the fractions are still to be drawn. */
export interface FaultPlan {
  readonly delay: { readonly milliseconds: number; readonly fraction: Fraction } | undefined
  readonly abort: { readonly status: number; readonly grpcStatus: number | undefined; readonly fraction: Fraction } | undefined
}

/** FaultFilter::decodeHeaders: the plan of an HTTPFault, nothing where its upstream or headers do not fit the request. */
export function faultPlan(fault: JsonObject | undefined, facts: RequestFacts, cluster: string): FaultPlan {
  const none: FaultPlan = { delay: undefined, abort: undefined }
  if (fault === undefined) return none
  const upstream = stringOf(fault.upstream_cluster) ?? ''
  if (upstream !== '' && upstream !== cluster) return none
  if (!listOf(fault.headers).every((matcher) => matchHeader(matcher, facts.headers))) return none
  return { delay: delayOf(objectOf(fault.delay), facts), abort: abortOf(objectOf(fault.abort), facts) }
}

function delayOf(delay: JsonObject, facts: RequestFacts): FaultPlan['delay'] {
  const byHeader = delay.header_delay === undefined ? undefined : numberOf(headerValue(facts.headers, 'x-envoy-fault-delay-request'))
  const milliseconds = durationOf(delay.fixed_delay) ?? byHeader
  return milliseconds === undefined ? undefined : { milliseconds, fraction: fractionOf(delay.percentage) }
}

function abortOf(abort: JsonObject, facts: RequestFacts): FaultPlan['abort'] {
  const fraction = fractionOf(abort.percentage)
  const grpcStatus = numberOf(abort.grpc_status)
  if (grpcStatus !== undefined) return { status: 200, grpcStatus, fraction }
  const byHeader = abort.header_abort === undefined ? undefined : numberOf(headerValue(facts.headers, 'x-envoy-fault-abort-request'))
  const status = numberOf(abort.http_status) ?? byHeader
  return status === undefined || status === 0 ? undefined : { status, grpcStatus: undefined, fraction }
}
