import * as z from 'zod/mini'

/** Reply of GET /api/clusters. `environment` is annotation meridian.dev/environment of namespace kube-system, once read. */
export const clustersReplySchema = z.object({
  current: z.nullable(z.string()),
  clusters: z.array(z.object({ slug: z.string(), context: z.string(), server: z.string(), environment: z.nullable(z.string()) })),
})

/** See clustersReplySchema. */
export type ClustersReply = z.infer<typeof clustersReplySchema>

/** State of one kind's reflector (kubernetes.md R10), visible to the person. Times are epoch milliseconds. */
export const kindStateSchema = z.object({
  key: z.string(),
  /** `all` namespaces, or one. */
  scope: z.string(),
  state: z.enum(['starting', 'synced', 'stale', 'forbidden', 'absent']),
  objects: z.number(),
  lastEventAt: z.nullable(z.number()),
  staleSince: z.nullable(z.number()),
  retryAt: z.nullable(z.number()),
  error: z.nullable(z.string()),
})

/** See kindStateSchema. */
export type KindState = z.infer<typeof kindStateSchema>
