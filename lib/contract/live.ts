import * as z from 'zod/mini'

const state = z.enum(['missing', 'different'])

/** Reply of GET …/pods/<ns>/<pod>/live: zod form of mesh/live LiveComparison, and when the Envoy was read (epoch ms). */
export const liveReplySchema = z.object({
  pod: z.object({ namespace: z.string(), name: z.string() }),
  readAt: z.number(),
  comparison: z.object({
    hosts: z.array(z.object({ id: z.string(), state, rules: z.array(z.object({ number: z.number(), state })) })),
    extra: z.array(z.object({ routeConfiguration: z.string(), name: z.string(), rules: z.number() })),
    clusters: z.array(z.object({ name: z.string(), state })),
  }),
})

/** See liveReplySchema. */
export type LiveReply = z.infer<typeof liveReplySchema>
