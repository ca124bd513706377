import { AppError, type FieldCause } from '@/lib/contract/app-error'
import { previewReplySchema, type PreviewReply, type PreviewRequest } from '@/lib/contract/preview'
import { projectionOf } from '@/lib/kube/project'
import { kinds } from '@/lib/mesh/kinds'
import type { Problem } from '@/lib/mesh/problem'
import { prune } from '@/lib/mesh/schema/prune'
import type { Schema } from '@/lib/mesh/schema/schema'
import { validateSchema } from '@/lib/mesh/schema/validate-schema'
import { getObject, withObject, type Snapshot } from '@/lib/mesh/snapshot'
import { hostTable } from '@/lib/mesh/table/host-table'
import type { Json, JsonObject } from '@/lib/std/json'
import { overlaidState, type SessionFacts } from './make-state'
import { readableKind } from './read-object'
import type { SchemaSource } from './read-schema'
import type { SessionState } from './session-state'
import { hostTableData } from './views/table'

/** What the mesh would be with drafts laid over the cluster; nothing is sent to it but, once an hour, the question for its schemas. */
export async function previewDrafts(options: { readonly state: SessionState; readonly facts: SessionFacts; readonly schemas: SchemaSource; readonly request: PreviewRequest; readonly signal: AbortSignal }): Promise<PreviewReply> {
  const { state, facts, schemas, request, signal } = options
  const startedAt = performance.now()
  const issues = await Promise.all(request.drafts.map(async ({ kind, object }) => ({ errors: await complaintsOf(schemas, kind, object, signal), warnings: [] })))
  let snapshot = state.snapshot
  for (const { kind, object } of request.drafts) snapshot = withDraft(snapshot, kind, object)
  const after = overlaidState(snapshot, facts, state)
  const compiled = after.compiled(request.gateway)
  const table = compiled ? hostTable({ snapshot, compiled, gateway: request.gateway, host: request.host, routeConfiguration: request.routeConfiguration ?? null, problems: after.problems() }) : null
  const [before, now] = [keysOf(state.problems()), keysOf(after.problems())]
  return previewReplySchema.parse({
    hash: request.hash,
    table: table ? hostTableData(table) : null,
    gained: [...now].filter(([key]) => !before.has(key)).map(([, problem]) => problem),
    solved: [...before].filter(([key]) => !now.has(key)).map(([, problem]) => problem),
    issues,
    millis: Math.round(performance.now() - startedAt),
  })
}

function withDraft(snapshot: Snapshot, key: string, object: JsonObject): Snapshot {
  const kind = readableKind(key)
  const known = kinds.find((one) => one.key === key)
  const projected = projectionOf(kind, kind.versions[0])(object)
  if (!projected || !known) throw new AppError('bad-request', 'A draft has no name')
  const old = getObject(snapshot, known.key, projected.metadata.namespace ?? '', projected.metadata.name)
  const creationTimestamp = projected.metadata.creationTimestamp ?? old?.metadata.creationTimestamp ?? new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  return withObject(snapshot, known.key, { ...projected, metadata: { ...projected.metadata, creationTimestamp } }, snapshot.revision)
}

async function complaintsOf(schemas: SchemaSource, kind: string, object: JsonObject, signal: AbortSignal): Promise<FieldCause[]> {
  let schema: Schema
  try {
    schema = schemaOf((await schemas.read(kind, signal)).schema)
  } catch (error) {
    if (error instanceof AppError) return []
    throw error
  }
  const { metadata: _, ...body } = object
  const { metadata: __, ...properties } = schema.properties ?? {}
  const shape: Schema = { ...schema, properties }
  const unknown = prune(body, shape).unknown.map((field) => ({ field, reason: 'UnknownField', message: `unknown field "${field}"` }))
  return [...unknown, ...validateSchema(body, shape).map(({ field, reason, message }) => ({ field, reason, message }))]
}

/** Guarantee: the API server publishes structural schemas; what the type does not name is not looked at. */
function schemaOf(value: Readonly<Record<string, Json>>): Schema {
  return value as Schema
}

function keysOf(problems: readonly Problem[]): ReadonlyMap<string, Problem> {
  return new Map(problems.map((problem) => [JSON.stringify([problem.code, problem.subject, problem.path, problem.params]), problem]))
}
