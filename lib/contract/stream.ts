import * as z from 'zod/mini'
import { revisionSchema } from './names'

/** One view of one cluster as a stream carries it. `key` is the client's own id for it and comes back in each event. */
export const subscriptionSchema = z.object({
  key: z.string().check(z.maxLength(500)),
  cluster: z.string(),
  view: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.array(z.string()).check(z.maxLength(500))])),
  /** The revision that the client holds; absent: it holds nothing. */
  since: z.optional(revisionSchema),
})

/** See subscriptionSchema. */
export type Subscription = z.infer<typeof subscriptionSchema>

/** Body of PUT /api/streams/<id>: the whole list of what the stream carries from now on. */
export const streamRequestSchema = z.object({ subscriptions: z.array(subscriptionSchema).check(z.maxLength(64)) })

/** JSON Patch (RFC 6902) without move, copy and test. */
export const patchOperationSchema = z.union([
  z.object({ op: z.enum(['add', 'replace']), path: z.string(), value: z.json() }),
  z.object({ op: z.literal('remove'), path: z.string() }),
])

/**
 * One message of GET /api/streams/<id> (an EventSource). `view`: the client applies `patch` if it holds `from`,
 * takes `data` whole when it is there, else fetches the view again. `lines`: log lines, with the exact number that
 * was dropped before them (`count` is how many there are, for who must drop them unread). `error`: this subscription cannot be served, with the reason.
 */
export const streamEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello'), id: z.string(), heartbeatSeconds: z.number() }),
  z.object({ kind: z.literal('heartbeat'), seq: z.number() }),
  z.object({
    kind: z.literal('view'), seq: z.number(), key: z.string(), epoch: z.string(), from: z.nullable(z.number()), to: z.number(),
    patch: z.optional(z.array(patchOperationSchema)), data: z.optional(z.json()),
  }),
  z.object({ kind: z.literal('lines'), seq: z.number(), key: z.string(), lines: z.array(z.json()), dropped: z.number(), count: z.optional(z.number()) }),
  z.object({ kind: z.literal('error'), seq: z.number(), key: z.string(), error: z.json() }),
])

/** See streamEventSchema. */
export type StreamEvent = z.infer<typeof streamEventSchema>

/** Reply of GET /api/c/<cluster>/views/<view>: the view's data at a revision; `data` is parsed by the view's own schema. */
export const viewReplySchema = z.object({ revision: revisionSchema, data: z.json() })
