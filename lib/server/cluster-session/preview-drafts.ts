import { AppError, type FieldCause } from '@/lib/contract/app-error'
import { previewReplySchema, type PreviewReply, type PreviewRequest } from '@/lib/contract/preview'
import { projectionOf } from '@/lib/kube/project'
import { validate, type Validation } from '@/lib/mesh/istio/validate'
import { kinds } from '@/lib/mesh/kinds'
import type { Problem } from '@/lib/mesh/problem'
import { prune } from '@/lib/mesh/schema/prune'
import type { Schema } from '@/lib/mesh/schema/schema'
import { validateSchema } from '@/lib/mesh/schema/validate-schema'
import { getObject, withObject, type Snapshot } from '@/lib/mesh/snapshot'
import { hostTable } from '@/lib/mesh/table/host-table'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { overlaidState, type SessionFacts } from './make-state'
import { readableKind } from './read-object'
import type { SchemaSource } from './read-schema'
import type { SessionState } from './session-state'
import { hostTableData } from './views/table'

/** What the mesh would be with drafts laid over the cluster; nothing is sent to it but, once an hour, the question for its schemas. */
export async function previewDrafts(options: { readonly state: SessionState; readonly facts: SessionFacts; readonly schemas: SchemaSource; readonly request: PreviewRequest; readonly signal: AbortSignal }): Promise<PreviewReply> {
  const { state, facts, schemas, request, signal } = options
  const startedAt = performance.now()
  const complaints = await Promise.all(request.drafts.map(({ kind, object }) => complaintsOf(schemas, kind, object, signal)))
  let snapshot = state.snapshot
  for (const { kind, object } of request.drafts) snapshot = withDraft(snapshot, kind, object)
  const issues = request.drafts.map(({ kind, object }, index) => withVerdict(complaints[index] ?? [], validationOf(snapshot, kind, object)))
  const after = overlaidState(snapshot, facts, state)
  const compiled = after.compiled(request.gateway)
  const table = compiled ? hostTable({ snapshot, compiled, gateway: request.gateway, host: request.host, routeConfiguration: request.routeConfiguration ?? null, problems: after.problems() }) : null
  const [before, now] = [keysOf(state.problems()), keysOf(after.problems())]
  return previewReplySchema.parse({
    hash: request.hash,
    table: table ? hostTableData(table) : null,
    gained: [...now].filter(([key, { code }]) => !before.has(key) && !byValidator.has(code)).map(([, problem]) => problem),
    solved: [...before].filter(([key]) => !now.has(key)).map(([, problem]) => problem),
    issues,
    millis: Math.round(performance.now() - startedAt),
  })
}

/** Codes that tell Istio's validator's verdict on an object: of a draft, `issues` tells it already. */
const byValidator = new Set(['IST0106', 'IST0130', 'IST0131', 'IST0133'])

function validationOf(snapshot: Snapshot, key: string, object: JsonObject): Validation | undefined {
  const known = kinds.find((one) => one.key === key)
  const { metadata } = object
  if (!known || !isJsonObject(metadata) || typeof metadata['name'] !== 'string') return undefined
  const namespace = typeof metadata['namespace'] === 'string' ? metadata['namespace'] : ''
  const draft = getObject(snapshot, known.key, namespace, metadata['name'])
  return draft && validate(draft)
}

/** What the schema says, then what istiod's webhook would say, a field with the schema's complaint left out. */
function withVerdict(complaints: readonly FieldCause[], validation: Validation | undefined): PreviewReply['issues'][number] {
  const said = new Set(complaints.map(({ field }) => field))
  const of = (level: 'error' | 'warning'): FieldCause[] => (validation?.findings ?? []).filter((finding) => finding.level === level && !said.has(finding.path)).map(({ path, message }) => ({ field: path, reason: 'IstioValidation', message }))
  return { errors: [...complaints, ...of('error')], warnings: of('warning') }
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
