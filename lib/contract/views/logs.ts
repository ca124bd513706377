import * as z from 'zod/mini'
import { gatewayKeySchema } from '../names'
import { defineView } from '../view'

/**
 * One log line as it goes over the wire: pod (`namespace/name`), time (RFC 3339 with nine digits of fraction, orderable
 * as text), text. The text is as the container wrote it: control characters are the reader's to remove.
 */
export const logLineSchema = z.tuple([z.string(), z.string(), z.string()])

/** See logLineSchema. */
export type LogLine = z.infer<typeof logLineSchema>

/** Something that happened to a pod's log, in its place among the lines. `missing` for `forbidden`. */
export const logMarkerSchema = z.object({
  marker: z.enum(['joined', 'gone', 'resumed', 'waiting', 'forbidden', 'failed']),
  pod: z.string(),
  at: z.string(),
  message: z.string(),
  missing: z.optional(z.object({ verb: z.string(), resource: z.string(), namespace: z.string() })),
})

/** See logMarkerSchema. */
export type LogMarker = z.infer<typeof logMarkerSchema>

/** One item of a `lines` event of view `logs`. */
export const logItemSchema = z.union([logLineSchema, logMarkerSchema])

/**
 * View `logs`, a view of lines: GET gives only which pods are followed, lines come as `lines` events of the stream
 * (useLines). All pods of a gateway, istiod's with `istiod=true`, or single pods; the last `tail` lines of each first.
 * Pods that come later are joined by themselves.
 */
export const logsView = defineView({
  name: 'logs',
  params: z.object({
    gateway: z.optional(gatewayKeySchema),
    istiod: z.optional(z.literal('true')),
    pod: z.optional(z.union([z.pipe(gatewayKeySchema, z.transform((one) => [one])), z.array(gatewayKeySchema).check(z.maxLength(50))])),
    tail: z.optional(z.string().check(z.regex(/^[1-9][0-9]{0,4}$/, 'must be a number of lines'))),
  }),
  data: z.object({ pods: z.array(z.object({ pod: z.string(), container: z.string(), gateway: z.nullable(z.string()) })) }),
})
