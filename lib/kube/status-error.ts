import { AppError, type ErrorCode, type FieldCause } from '@/lib/contract/app-error'
import { isJsonObject, ownProperty, type Json, type JsonObject } from '@/lib/std/json'

/** A Kubernetes Status as far as it is used; every field may be missing in what a proxy or webhook made. */
export interface KubeStatus {
  readonly code: number
  readonly reason: string
  readonly message: string
  readonly causes: readonly FieldCause[]
  /** Seconds, from details.retryAfterSeconds. */
  readonly retryAfter: number | null
}

/** What was asked, for the missing right of a 403. */
export interface Attempt {
  readonly verb: string
  readonly resource: string
  readonly namespace: string
}

/** Reads the body of a failed reply; text that is no Status becomes its message (cut at 2,000 characters). */
export function readStatus(httpStatus: number, body: string): KubeStatus {
  const parsed = parse(body)
  if (!isJsonObject(parsed) || parsed['kind'] !== 'Status') return { code: httpStatus, reason: '', message: body.slice(0, 2_000).trim() || `HTTP ${httpStatus}`, causes: [], retryAfter: null }
  return statusOf(parsed, httpStatus)
}

/** Reads a Status object (of a reply, or of a watch's ERROR event). */
export function statusOf(status: JsonObject, fallbackCode = 500): KubeStatus {
  const details = ownProperty(status, 'details')
  const causes = isJsonObject(details) ? ownProperty(details, 'causes') : undefined
  const retry = isJsonObject(details) ? ownProperty(details, 'retryAfterSeconds') : undefined
  return {
    code: numberOf(ownProperty(status, 'code')) ?? fallbackCode,
    reason: text(ownProperty(status, 'reason')),
    message: text(ownProperty(status, 'message')) || `HTTP ${fallbackCode}`,
    causes: Array.isArray(causes) ? causes.filter(isJsonObject).map((cause: JsonObject) => ({ field: text(cause['field']), reason: text(cause['reason']), message: text(cause['message']) })) : [],
    retryAfter: numberOf(retry) ?? null,
  }
}

/** The AppError of a Status. */
export function statusError(status: KubeStatus, attempt?: Attempt): AppError {
  return new AppError(codeOf(status), status.message, {
    ...(attempt === undefined ? {} : { subject: attempt.namespace === '' ? attempt.resource : `${attempt.namespace}/${attempt.resource}` }),
    ...(status.causes.length === 0 ? {} : { causes: [...status.causes] }),
    ...(status.code === 403 && attempt !== undefined ? { missing: { ...attempt, verb: deniedVerb(status.message) ?? attempt.verb } } : {}),
    ...(status.retryAfter === null ? {} : { retryAfter: status.retryAfter }),
  })
}

/** How the API server puts a webhook's refusal, whatever the HTTP status (apiserver statuserror.go). */
export function isWebhookDenial(message: string): boolean {
  return message.startsWith('admission webhook "') && message.includes('denied the request')
}

/** The verb that the authoriser names: a WebSocket's port-forward is `get` or `create`, by the server's version. */
function deniedVerb(message: string): string | undefined {
  return /cannot ([a-z]+) resource/.exec(message)?.[1]
}

function codeOf(status: KubeStatus): ErrorCode {
  if (isWebhookDenial(status.message)) return 'denied-by-webhook'
  switch (status.code) {
    case 400: return 'bad-request'
    case 401: return 'unauthenticated'
    case 403: return 'forbidden'
    case 404: return 'not-found'
    case 409: return 'conflict'
    case 413: return 'too-large'
    case 415: return 'unsupported-media-type'
    case 422: return 'invalid'
    case 429: return 'rate-limited'
    case 408: case 504: return 'timeout'
    default: return status.code >= 500 ? 'cluster-unreachable' : 'internal'
  }
}

function parse(body: string): Json | undefined {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function numberOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}
