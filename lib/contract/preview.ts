import * as z from 'zod/mini'
import { fieldCauseSchema } from './app-error'
import { gatewayKeySchema, kindKey, problemSchema } from './names'
import { hostTableSchema } from './views/table'

/** Body of POST /api/c/<cluster>/previews: drafts laid over the cluster, nothing is sent to it. `hash` names the drafts and comes back. */
export const previewRequestSchema = z.object({
  gateway: gatewayKeySchema,
  host: z.string().check(z.minLength(1), z.maxLength(300)),
  routeConfiguration: z.optional(z.string().check(z.maxLength(600))),
  hash: z.string().check(z.maxLength(64)),
  drafts: z.array(z.object({ kind: kindKey, object: z.record(z.string(), z.json()) })).check(z.minLength(1), z.maxLength(20)),
})

/** See previewRequestSchema. */
export type PreviewRequest = z.infer<typeof previewRequestSchema>

/** What the mesh would be with the drafts: the host's table, findings gained and solved, and what schema, CEL and Istio's validation say of each draft. */
export const previewReplySchema = z.object({
  hash: z.string(),
  table: z.nullable(hostTableSchema),
  gained: z.array(problemSchema),
  solved: z.array(problemSchema),
  /** Per draft, in the request's order. */
  issues: z.array(z.object({ errors: z.array(fieldCauseSchema), warnings: z.array(fieldCauseSchema) })),
  millis: z.number(),
})

/** See previewReplySchema. */
export type PreviewReply = z.infer<typeof previewReplySchema>
