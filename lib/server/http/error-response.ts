import { AppError, errorReplySchema, type ErrorCode } from '@/lib/contract/app-error'
import { errorBody } from '../cluster-session/encode'

/** The one place where an error's code becomes an HTTP status. */
const statusOf: Readonly<Record<ErrorCode, number>> = {
  'bad-request': 400, 'unauthenticated': 401, 'forbidden': 403, 'not-found': 404, 'conflict': 409, 'invalid': 422, 'denied-by-webhook': 422, 'too-large': 413,
  'unsupported-media-type': 415, 'rate-limited': 429, 'cluster-unreachable': 503, 'timeout': 504, 'outcome-unknown': 502, 'not-synced': 503, 'envoy-unreachable': 502, 'internal': 500,
}

/** What every API reply says: not to be kept, not to be changed on the way. */
export const apiHeaders = { 'content-type': 'application/json', 'cache-control': 'no-store, no-transform' } as const

/** The reply to an error (errorReplySchema). Bodies are data, never pages. */
export function errorResponse(error: unknown): Response {
  const body = errorReplySchema.parse({ error: errorBody(error) })
  const retry = body.error.retryAfter
  return new Response(JSON.stringify(body), { status: statusOf[body.error.code], headers: { ...apiHeaders, ...(retry === undefined ? {} : { 'retry-after': String(Math.ceil(retry)) }) } })
}

/** A reply with bytes that were encoded from a contract's schema. */
export function bytesResponse(bytes: Uint8Array<ArrayBuffer>): Response {
  return new Response(bytes, { headers: apiHeaders })
}

/** Runs a handler; whatever it throws becomes the error's reply. */
export async function answer(handler: () => Promise<Response> | Response): Promise<Response> {
  try {
    return await handler()
  } catch (error) {
    return errorResponse(error instanceof Error && error.name === 'AbortError' ? new AppError('timeout', 'The request was given up') : error)
  }
}
