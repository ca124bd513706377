import * as z from 'zod/mini'
import { fieldCauseSchema } from './app-error'
import { kindKey, namespaceName, objectName } from './names'

/**
 * Body of POST /api/c/<cluster>/edits. `patch`: one JSON Patch guarded by the resourceVersion that was read.
 * `create` and `replace` send a whole object (replace carries its resourceVersion). `dryRun` changes nothing.
 */
export const editRequestSchema = z.object({
  kind: kindKey,
  namespace: namespaceName,
  name: objectName,
  dryRun: z.boolean(),
  change: z.discriminatedUnion('verb', [
    z.object({
      verb: z.literal('patch'),
      resourceVersion: z.string().check(z.minLength(1)),
      operations: z.array(z.union([z.object({ op: z.enum(['add', 'replace']), path: z.string(), value: z.json() }), z.object({ op: z.literal('remove'), path: z.string() })])).check(z.minLength(1), z.maxLength(9_999)),
    }),
    z.object({ verb: z.literal('replace'), resourceVersion: z.string().check(z.minLength(1)), object: z.record(z.string(), z.json()) }),
    z.object({ verb: z.literal('create'), object: z.record(z.string(), z.json()) }),
    z.object({ verb: z.literal('delete'), resourceVersion: z.string().check(z.minLength(1)) }),
  ]),
})

/** See editRequestSchema. */
export type EditRequest = z.infer<typeof editRequestSchema>

/**
 * Reply of an edit. `accepted`: the object as the server made it (of a dry run: as it would). `rejected`: the server's
 * or the webhook's complaints, each at its field. `conflict`: someone changed it; both versions, to be merged.
 */
export const editReplySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('accepted'), object: z.record(z.string(), z.json()), resourceVersion: z.string(), warnings: z.array(z.string()), millis: z.number() }),
  z.object({ kind: z.literal('rejected'), by: z.enum(['api-server', 'webhook']), message: z.string(), causes: z.array(fieldCauseSchema), warnings: z.array(z.string()) }),
  z.object({ kind: z.literal('conflict'), message: z.string(), current: z.nullable(z.record(z.string(), z.json())) }),
])

/** See editReplySchema. */
export type EditReply = z.infer<typeof editReplySchema>

/** Reply of GET object: the whole object as stored, for the editor and the object page. */
export const objectReplySchema = z.object({ object: z.record(z.string(), z.json()), resourceVersion: z.string() })

/** See objectReplySchema. */
export type ObjectReply = z.infer<typeof objectReplySchema>
