import { durationOf, listOf, numberOf, objectOf, stringOf } from '@/lib/mesh/simulate/read'
import type { JsonObject } from '@/lib/std/json'
import type { Headers } from './headers'
import { valueOf } from './headers'
import type { UpstreamFailure } from './upstream-call'

/** A route's retry policy, read. */
export interface RetryPolicy {
  readonly on: ReadonlySet<string>
  readonly retries: number
  readonly perTryTimeout: number | undefined
  readonly statusCodes: readonly number[]
  readonly baseInterval: number
  readonly maximumInterval: number
  readonly avoidPrevious: boolean
}

/** The policy of a route, or its virtual host's; undefined: no retries. */
export function retryPolicyOf(action: JsonObject, virtualHost: JsonObject | undefined): RetryPolicy | undefined {
  const policy = action.retry_policy ?? virtualHost?.retry_policy
  if (policy === undefined) return undefined
  const p = objectOf(policy)
  const backOff = objectOf(p.retry_back_off)
  const base = durationOf(backOff.base_interval) ?? 25
  return {
    on: new Set((stringOf(p.retry_on) ?? '').split(',').map((item) => item.trim())),
    retries: numberOf(p.num_retries) ?? 1,
    perTryTimeout: durationOf(p.per_try_timeout),
    statusCodes: listOf(p.retriable_status_codes).flatMap((code) => (typeof code === 'number' ? [code] : [])),
    baseInterval: base,
    maximumInterval: durationOf(backOff.max_interval) ?? base * 10,
    avoidPrevious: listOf(p.retry_host_predicate).length > 0,
  }
}

const grpcStatuses: Readonly<Record<string, string>> = { cancelled: '1', 'deadline-exceeded': '4', internal: '13', 'resource-exhausted': '8', unavailable: '14' }

/** RetryStateImpl::wouldRetryFromHeaders. */
export function retriesResponse(policy: RetryPolicy, status: number, headers: Headers): boolean {
  const { on } = policy
  if (on.has('5xx') && status >= 500) return true
  if (on.has('gateway-error') && status >= 502 && status <= 504) return true
  if (on.has('retriable-4xx') && status === 409) return true
  if (on.has('retriable-status-codes') && policy.statusCodes.includes(status)) return true
  const grpc = valueOf(headers, 'grpc-status')
  return grpc !== undefined && Object.entries(grpcStatuses).some(([name, code]) => on.has(name) && code === grpc)
}

/** RetryStateImpl::wouldRetryFromReset; a per-try timeout counts as a reset that gateway-error and 5xx cover. */
export function retriesFailure(policy: RetryPolicy, kind: UpstreamFailure['kind'] | 'timeout'): boolean {
  const { on } = policy
  if (on.has('5xx') || on.has('gateway-error') || on.has('reset')) return true
  if (kind === 'connect') return on.has('connect-failure') || on.has('reset-before-request')
  return kind === 'remote-reset' && on.has('refused-stream')
}

/** Fully jittered exponential back-off before the n-th retry, in milliseconds. */
export function backOff(policy: RetryPolicy, attempt: number, random: () => number): number {
  const ceiling = Math.min(policy.baseInterval * (2 ** attempt - 1), policy.maximumInterval)
  return Math.floor(random() * Math.max(ceiling, 1))
}
