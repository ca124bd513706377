import * as z from 'zod/mini'

/** The closed list of what can go wrong between a screen and the cluster; mapped to HTTP once (server/http/error-response). */
export const errorCodes = [
  'bad-request', 'unauthenticated', 'forbidden', 'not-found', 'conflict', 'invalid', 'denied-by-webhook', 'too-large',
  'unsupported-media-type', 'rate-limited', 'cluster-unreachable', 'timeout', 'outcome-unknown', 'not-synced', 'envoy-unreachable', 'internal',
] as const

/** See errorCodes. */
export type ErrorCode = (typeof errorCodes)[number]

/** One field's complaint, as the API server (or our own check) gives it. `field` is a path in the object, or ''. */
export const fieldCauseSchema = z.object({ field: z.string(), reason: z.string(), message: z.string() })

/** See fieldCauseSchema. */
export type FieldCause = z.infer<typeof fieldCauseSchema>

/** The body of every error reply: what failed, on what, and what to do. */
export const errorReplySchema = z.object({
  error: z.object({
    code: z.enum(errorCodes),
    message: z.string(),
    subject: z.optional(z.string()),
    causes: z.optional(z.array(fieldCauseSchema)),
    /** The missing right, for code forbidden. */
    missing: z.optional(z.object({ verb: z.string(), resource: z.string(), namespace: z.string() })),
    /** Seconds after which a retry makes sense. */
    retryAfter: z.optional(z.number()),
  }),
})

/** See errorReplySchema. */
export type ErrorReply = z.infer<typeof errorReplySchema>

/** An error with a code of the union; the only error class that crosses layers. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: Omit<ErrorReply['error'], 'code' | 'message'>

  constructor(code: ErrorCode, message: string, options: { cause?: unknown } & Omit<ErrorReply['error'], 'code' | 'message'> = {}) {
    const { cause, ...details } = options
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'AppError'
    this.code = code
    this.details = details
  }
}
