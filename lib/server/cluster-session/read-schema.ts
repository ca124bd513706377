import { AppError } from '@/lib/contract/app-error'
import { schemaReplySchema, type SchemaReply } from '@/lib/contract/schema'
import type { KubeTransport } from '@/lib/kube/transport'
import { isJsonObject, ownProperty, type Json, type JsonObject } from '@/lib/std/json'
import { readableKind } from './read-object'

/** Gives the structural schema of kinds from the cluster's OpenAPI v3, each group read once an hour. */
export interface SchemaSource {
  read(kindKey: string, signal: AbortSignal): Promise<SchemaReply>
}

const keepFor = 3_600_000

/** Makes a source over the cluster's transport. */
export function createSchemaSource(transport: KubeTransport): SchemaSource {
  const documents = new Map<string, { readonly at: number; readonly document: Promise<JsonObject> }>()
  const documentOf = (path: string, signal: AbortSignal): Promise<JsonObject> => {
    const known = documents.get(path)
    if (known && Date.now() - known.at < keepFor) return known.document
    const document = transport.json({ path, signal, deadline: 30_000 }).then((value) => {
      if (!isJsonObject(value)) throw new AppError('internal', 'The OpenAPI document is no object')
      return value
    })
    documents.set(path, { at: Date.now(), document })
    document.catch(() => documents.delete(path))
    return document
  }
  return {
    async read(kindKey, signal) {
      const kind = readableKind(kindKey)
      for (const version of kind.versions) {
        const path = kind.group === '' ? `/openapi/v3/api/${version}` : `/openapi/v3/apis/${kind.group}/${version}`
        let document: JsonObject
        try {
          document = await documentOf(path, signal)
        } catch (error) {
          if (error instanceof AppError && error.code === 'not-found') continue
          throw error
        }
        const schemas = inner(inner(document, 'components'), 'schemas')
        const found = Object.entries(schemas).find(([, schema]) => isJsonObject(schema) && isOf(schema, kind.group, version, kind.kind))
        if (found && isJsonObject(found[1])) return schemaReplySchema.parse({ kind: kind.key, version, schema: resolve(found[1], schemas, 0) })
      }
      throw new AppError('not-found', `The cluster publishes no schema of ${kind.key}`)
    },
  }
}

function isOf(schema: JsonObject, group: string, version: string, kind: string): boolean {
  const marks = ownProperty(schema, 'x-kubernetes-group-version-kind')
  return Array.isArray(marks) && marks.some((mark: Json) => isJsonObject(mark) && mark['group'] === group && mark['version'] === version && mark['kind'] === kind)
}

const deepest = 30

/** The schema with its $refs in place; past 30 levels (JSONSchemaProps holds itself) anything is allowed. */
function resolve(value: Json, schemas: JsonObject, depth: number): Json {
  if (Array.isArray(value)) return value.map((item: Json) => resolve(item, schemas, depth))
  if (!isJsonObject(value)) return value
  const reference = ownProperty(value, '$ref')
  if (typeof reference === 'string') {
    const target = ownProperty(schemas, reference.slice(reference.lastIndexOf('/') + 1))
    return target === undefined || depth > deepest ? {} : resolve(target, schemas, depth + 1)
  }
  const all = ownProperty(value, 'allOf')
  if (Array.isArray(all) && all.length === 1 && isJsonObject(all[0])) {
    const { allOf: _, ...rest } = value
    return resolve({ ...rest, ...all[0] }, schemas, depth)
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, one === undefined ? one : resolve(one, schemas, depth + 1)]))
}

function inner(object: JsonObject, key: string): JsonObject {
  const value = ownProperty(object, key)
  return isJsonObject(value) ? value : {}
}
