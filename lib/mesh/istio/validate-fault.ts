import { parseDuration } from './duration'
import type { Fields } from './read'
import { durationError, quoted } from './validate-names'
import { errorsOnly, type Report } from './validation-report'

const grpcStatuses = new Set([
  'OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED',
])

/** Rules of `fault` (validateHTTPFaultInjection). */
export function validateFault(fault: Fields | undefined, outer: Report): void {
  if (!fault) return
  const report = errorsOnly(outer)
  const [abort, delay] = [fault.object('abort'), fault.object('delay')]
  if (!abort && !delay) report.error(fault.path, 'a fault has an abort or a delay')
  if (abort) validateAbort(abort, report)
  if (delay) validateDelay(delay, report)
}

function validateAbort(abort: Fields, report: Report): void {
  validatePercentage(abort.object('percentage'), report)
  const set = ['httpStatus', 'grpcStatus', 'http2Error'].findLast((key) => abort.has(key))
  if (set === 'http2Error') report.error(`${abort.path}.http2Error`, 'Istio does not make HTTP/2 errors')
  if (set === 'httpStatus') report.check(`${abort.path}.httpStatus`, statusError(abort.int('httpStatus') ?? 0))
  const grpc = abort.string('grpcStatus') ?? ''
  if (set === 'grpcStatus' && !grpcStatuses.has(grpc)) report.error(`${abort.path}.grpcStatus`, `${quoted(grpc)} is no gRPC status: NOT_FOUND, for example, is one`)
}

function validateDelay(delay: Fields, report: Report): void {
  validatePercentage(delay.object('percentage'), report)
  const set = ['fixedDelay', 'exponentialDelay'].findLast((key) => delay.has(key))
  if (set !== undefined) report.check(`${delay.path}.${set}`, durationError(parseDuration(delay.string(set))))
  if (set === 'exponentialDelay') report.error(`${delay.path}.exponentialDelay`, 'Istio does not make exponential delays')
}

function validatePercentage(percentage: Fields | undefined, report: Report): void {
  const value = percentage?.number('value') ?? 0
  if (percentage && (value < 0 || value > 100 || (value > 0 && value < 0.0001))) report.error(`${percentage.path}.value`, `${value} % is neither 0 nor between 0.0001 and 100`)
}

/** What is wrong with an HTTP status (validateHTTPStatus; 600 passes, as in Istio). */
export function statusError(status: number): string | undefined {
  return status < 200 || status > 600 ? `status ${status} is outside 200..599` : undefined
}
