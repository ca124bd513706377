import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import type { KubeObject } from '@/lib/mesh/resource'
import type { ServedKind } from './resource-kinds'

/** In which form the client wants objects, by its Accept header. */
export type Form = 'whole' | 'table' | 'metadata'

/** The first form of the Accept header that is served. */
export function formOf(accept: string | undefined): Form {
  for (const part of (accept ?? '').split(',')) {
    if (!part.includes('application/json')) continue
    if (part.includes('as=Table')) return 'table'
    if (part.includes('as=PartialObjectMetadata')) return 'metadata'
    return 'whole'
  }
  return 'whole'
}

/** An object as a version serves it. */
export function atVersion(object: KubeObject, served: ServedKind, version: string): KubeObject {
  const apiVersion = served.kind.group === '' ? version : `${served.kind.group}/${version}`
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion }
}

/** Metadata alone. */
export function metadataOnly(object: KubeObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata }
}

/** kubectl's table. `headers` are left out of later watch events. */
export function tableOf(objects: readonly KubeObject[], served: ServedKind, options: { readonly now: Date; readonly resourceVersion: string; readonly headers: boolean }): JsonObject {
  const age = { name: 'Age', type: 'string', format: '', description: '', priority: 0 }
  const columns = [
    { name: 'Name', type: 'string', format: 'name', description: '', priority: 0 },
    ...served.columns.map((column) => ({ name: column.name, type: column.type, format: '', description: '', priority: column.priority ?? 0 })),
    ...(served.columns.some((column) => column.type === 'date') ? [] : [age]),
  ]
  return {
    kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion: options.resourceVersion },
    columnDefinitions: options.headers ? columns : [],
    rows: objects.map((object) => ({ cells: cells(object, served, options.now), object: metadataOnly(object) })),
  }
}

function cells(object: KubeObject, served: ServedKind, now: Date): readonly Json[] {
  const dated = served.columns.some((column) => column.type === 'date')
  return [
    object.metadata.name,
    ...served.columns.map((column): Json => {
      const value = cell(object, column.jsonPath)
      return column.type === 'date' ? (typeof value === 'string' ? ageOf(value, now) : '<unknown>') : value
    }),
    ...(dated ? [] : [ageOf(object.metadata.creationTimestamp ?? '', now)]),
  ]
}

function cell(object: KubeObject, path: string): Json {
  switch (path) {
    case '#ports':
      return items(object, 'spec', 'ports').map((port) => `${String(port['port'])}${port['nodePort'] === undefined ? '' : `:${String(port['nodePort'])}`}/${String(port['protocol'] ?? 'TCP')}`).join(',')
    case '#ready': {
      const all = items(object, 'status', 'containerStatuses')
      return `${all.filter((status) => status['ready'] === true).length}/${all.length}`
    }
    case '#restarts':
      return String(items(object, 'status', 'containerStatuses').reduce((sum, status) => sum + Number(status['restartCount'] ?? 0), 0))
    case '#replicas':
      return `${String(valueAt(object, ['status', 'readyReplicas']) ?? 0)}/${String(valueAt(object, ['spec', 'replicas']) ?? 1)}`
    case '#data':
      return Object.keys(isJsonObject(object['data']) ? object['data'] : {}).length
    default: {
      const steps = path.replace(/^\./, '').replaceAll(/\[[^\]]*\]/g, '').split('.')
      const value = valueAt(object, steps)
      return value === undefined ? '' : isJsonObject(value) || Array.isArray(value) ? JSON.stringify(value) : value
    }
  }
}

function items(object: KubeObject, ...steps: readonly string[]): readonly JsonObject[] {
  const value = valueAt(object, steps)
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

function valueAt(value: Json | undefined, steps: readonly string[]): Json | undefined {
  return steps.reduce<Json | undefined>((current, step) => (isJsonObject(current) ? current[step] : undefined), value)
}

/** kubectl's short age: 5s, 4m30s, 3h12m, 2d. */
function ageOf(created: string, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - Date.parse(created)) / 1000))
  if (Number.isNaN(seconds)) return '<unknown>'
  if (seconds < 120) return `${seconds}s`
  if (seconds < 600) return `${Math.floor(seconds / 60)}m${seconds % 60}s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}
