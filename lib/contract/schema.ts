import * as z from 'zod/mini'

/** Reply of GET /api/c/<cluster>/schemas/<kind>: the structural schema (OpenAPI v3, references resolved) of the version that is served first. */
export const schemaReplySchema = z.object({ kind: z.string(), version: z.string(), schema: z.record(z.string(), z.json()) })

/** See schemaReplySchema. */
export type SchemaReply = z.infer<typeof schemaReplySchema>
