import * as z from 'zod/mini'
import { problemSchema } from './names'
import { mapGraphSchema, mapView } from './views/map'

const state = z.enum(['missing', 'different'])

/**
 * Query of GET …/pods/<ns>/<pod>/live: that of view `map` without the gateway. `graph` asks for the map of all that the Envoy has,
 * or (`extra`, the default) only of the hosts in it that nobody declares.
 */
export const liveParamsSchema = z.extend(z.omit(mapView.params, { gateway: true }), { graph: z.optional(z.enum(['live', 'extra'])) })

/** Reply of GET …/pods/<ns>/<pod>/live: zod form of mesh/live LiveComparison, when the Envoy was read (epoch ms), and the map that was asked for. */
export const liveReplySchema = z.object({
  pod: z.object({ namespace: z.string(), name: z.string() }),
  readAt: z.number(),
  comparison: z.object({
    hosts: z.array(z.object({ id: z.string(), state, rules: z.array(z.object({ number: z.number(), state })), others: z.array(z.number()) })),
    extra: z.array(z.object({ id: z.string(), routeConfiguration: z.string(), name: z.string(), rules: z.number() })),
    clusters: z.array(z.object({ name: z.string(), state })),
  }),
  graph: mapGraphSchema,
  /** What the loaded certificates mean for the servers that terminate TLS, by the map's ids; days may be negative, null: none is for their hosts. */
  certificates: z.array(z.object({ server: z.string(), daysLeft: z.nullable(z.number()), problems: z.array(z.omit(problemSchema, { subject: true })) })),
})

/** See liveReplySchema. */
export type LiveReply = z.infer<typeof liveReplySchema>
