import { parseDuration } from './duration'
import type { Fields } from './read'
import { durationError, isGoInteger, quoted } from './validate-names'
import type { Report } from './validation-report'

const conditions = new Set([
  '5xx', 'gateway-error', 'reset', 'reset-before-request', 'connect-failure', 'retriable-4xx', 'refused-stream', 'retriable-status-codes', 'retriable-headers', 'envoy-ratelimited',
  'http3-post-connect-failure', 'cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable',
])

/** The statuses that Go's http.StatusText has a text for. */
const statuses = new Set([
  100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418,
  421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
])

/** Rules of `retries` (validateHTTPRetry). */
export function validateRetries(retries: Fields | undefined, report: Report): void {
  if (!retries) return
  const [attempts, on] = [retries.int('attempts') ?? 0, retries.string('retryOn') ?? '']
  if (attempts < 0) report.error(`${retries.path}.attempts`, 'attempts is 0 or more')
  if (attempts === 0 && (retries.has('perTryTimeout') || on !== '' || retries.has('retryRemoteLocalities'))) report.error(`${retries.path}.attempts`, '0 attempts turn retries off: nothing else may be set beside')
  if (retries.has('perTryTimeout')) report.check(`${retries.path}.perTryTimeout`, durationError(parseDuration(retries.string('perTryTimeout'))))
  for (const condition of on === '' ? [] : on.split(',')) {
    const status = isGoInteger(condition) ? Number(condition) : 0
    if (!statuses.has(status) && !conditions.has(condition)) report.error(`${retries.path}.retryOn`, `${quoted(condition)} is no condition to retry on`)
  }
  if (retries.has('backoff')) report.check(`${retries.path}.backoff`, durationError(parseDuration(retries.string('backoff'))))
}
