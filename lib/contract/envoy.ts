import * as z from 'zod/mini'

/** Log levels of an Envoy's loggers. `raisedUntil` is when those that Meridian raised are put back, epoch ms. */
export const loggingReplySchema = z.object({
  loggers: z.array(z.object({ name: z.string(), level: z.string() })),
  raisedUntil: z.nullable(z.number()),
})

/** Body of POST logging: levels by logger; `*` for all. They are put back after 10 minutes, at exit, or at the next start. */
export const loggingRequestSchema = z.object({
  levels: z.record(z.string().check(z.regex(/^(\*|[a-z0-9_]{1,64})$/)), z.enum(['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'])),
})
