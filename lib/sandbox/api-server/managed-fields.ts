import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { jsonEqual } from '@/lib/std/json-patch'
import type { Schema } from '@/lib/mesh/schema/schema'
import type { KubeObject } from '@/lib/mesh/resource'

/** A field that somebody owns, as a path of fieldsV1 steps (`f:spec`, `k:{"name":"a"}`); `.` is an object's own presence. */
type Owned = ReadonlyMap<string, readonly string[]>

/** One writer's entry of metadata.managedFields. */
interface Entry {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  readonly time: string
  readonly fieldsType: 'FieldsV1'
  readonly fieldsV1: JsonObject
  readonly subresource?: string
}

const serverMetadata: ReadonlySet<string> = new Set(['managedFields', 'uid', 'resourceVersion', 'creationTimestamp', 'generation', 'name', 'namespace', 'selfLink', 'deletionTimestamp'])

/** The leaf fields of an object in fieldsV1 steps. Lists are atomic but those of list-type map. */
export function fieldsOf(object: KubeObject, schema: Schema | undefined): Owned {
  const owned = new Map<string, readonly string[]>()
  for (const [key, value] of Object.entries(object)) {
    if (key === 'apiVersion' || key === 'kind' || value === undefined) continue
    if (key === 'metadata' && isJsonObject(value)) {
      for (const [name, item] of Object.entries(value)) if (!serverMetadata.has(name) && item !== undefined) collect(item, undefined, { path: ['f:metadata', `f:${name}`], owned })
    } else collect(value, schema?.properties?.[key], { path: [`f:${key}`], owned })
  }
  return owned
}

function collect(value: Json, schema: Schema | undefined, at: { readonly path: readonly string[]; readonly owned: Map<string, readonly string[]> }): void {
  const keys = schema?.['x-kubernetes-list-type'] === 'map' ? schema['x-kubernetes-list-map-keys'] : undefined
  if (isJsonObject(value) && schema?.['x-kubernetes-map-type'] !== 'atomic' && Object.keys(value).length > 0) {
    for (const [key, item] of Object.entries(value)) if (item !== undefined) collect(item, schema?.properties?.[key] ?? schema?.additionalProperties, { ...at, path: [...at.path, `f:${key}`] })
    return
  }
  if (Array.isArray(value) && keys) {
    for (const item of value) {
      if (!isJsonObject(item)) continue
      const key = `k:${JSON.stringify(Object.fromEntries(keys.map((name) => [name, item[name] ?? null])))}`
      for (const [name, inner] of Object.entries(item)) if (inner !== undefined) collect(inner, schema?.items?.properties?.[name], { ...at, path: [...at.path, key, `f:${name}`] })
    }
    return
  }
  at.owned.set(at.path.join('\n'), at.path)
}

/** The entries that an object carries. */
export function entriesOf(object: KubeObject): readonly Entry[] {
  const managed = object.metadata['managedFields']
  if (!Array.isArray(managed)) return []
  return managed.flatMap((entry): readonly Entry[] => {
    if (!isJsonObject(entry) || typeof entry['manager'] !== 'string' || !isJsonObject(entry['fieldsV1'])) return []
    const subresource = entry['subresource']
    return [{
      manager: entry['manager'], operation: entry['operation'] === 'Apply' ? 'Apply' : 'Update', apiVersion: String(entry['apiVersion'] ?? ''), time: String(entry['time'] ?? ''), fieldsType: 'FieldsV1', fieldsV1: entry['fieldsV1'],
      ...(typeof subresource === 'string' ? { subresource } : {}),
    }]
  })
}

function ownedBy(entry: Entry): Owned {
  const owned = new Map<string, readonly string[]>()
  const walk = (fields: JsonObject, path: readonly string[]): void => {
    const keys = Object.keys(fields)
    if (keys.length === 0 || (keys.length === 1 && keys[0] === '.')) {
      if (path.length > 0) owned.set(path.join('\n'), path)
      return
    }
    for (const key of keys) {
      const inner = fields[key]
      if (key !== '.' && isJsonObject(inner)) walk(inner, [...path, key])
    }
  }
  walk(entry.fieldsV1, [])
  return owned
}

function toFieldsV1(owned: Iterable<readonly string[]>): JsonObject {
  interface Tree { [step: string]: Tree }
  const root: Tree = {}
  for (const path of owned) {
    let at = root
    for (const step of path) at = at[step] ??= {}
  }
  return root
}

/** Who changed what: the object with managedFields after a plain write by `manager`. */
export function recordUpdate(before: KubeObject | undefined, after: KubeObject, at: { readonly manager: string; readonly time: string; readonly schema: Schema | undefined; readonly subresource: string }): KubeObject {
  const now = fieldsOf(after, at.schema)
  const changed = [...now].filter(([key, path]) => !before || !jsonEqual(valueAt(before, path), valueAt(after, path)) || !fieldsOf(before, at.schema).has(key))
  const entries = before ? entriesOf(before) : []
  const mine = entries.find((entry) => entry.manager === at.manager && entry.operation === 'Update' && (entry.subresource ?? '') === at.subresource)
  const ownedNow = new Map([...(mine ? ownedBy(mine) : []), ...changed].filter(([key]) => now.has(key)))
  const others = entries.filter((entry) => entry !== mine).flatMap((entry) => {
    const left = [...ownedBy(entry)].filter(([key]) => now.has(key) && !changed.some(([other]) => other === key))
    return left.length === 0 ? [] : [{ ...entry, fieldsV1: toFieldsV1(left.map(([, path]) => path)) }]
  })
  const own: Entry = { manager: at.manager, operation: 'Update', apiVersion: after.apiVersion, time: changed.length === 0 && mine ? mine.time : at.time, fieldsType: 'FieldsV1', fieldsV1: toFieldsV1(ownedNow.values()), ...(at.subresource === '' ? {} : { subresource: at.subresource }) }
  return withEntries(after, ownedNow.size === 0 ? others : [...others, own])
}

function withEntries(object: KubeObject, entries: readonly Entry[]): KubeObject {
  return { ...object, metadata: { ...object.metadata, managedFields: entries.map((entry) => ({ ...entry })) } }
}

/** The outcome of a server-side apply: the merged object, or the fields that others own with another value. */
export type ApplyOutcome = { readonly kind: 'applied'; readonly object: KubeObject } | { readonly kind: 'conflict'; readonly causes: readonly { readonly manager: string; readonly field: string }[] }

/** Server-side apply: what is applied wins, what this manager no longer applies and nobody else owns goes, what others own with another value conflicts unless forced. */
export function applyServerSide(current: KubeObject, applied: KubeObject, at: { readonly manager: string; readonly time: string; readonly schema: Schema | undefined; readonly force: boolean }): ApplyOutcome {
  const wanted = fieldsOf(applied, at.schema)
  const entries = entriesOf(current)
  const mine = entries.find((entry) => entry.manager === at.manager && entry.operation === 'Apply')
  const others = entries.filter((entry) => entry !== mine)
  const causes = others.flatMap((entry) => [...ownedBy(entry)].filter(([key, path]) => wanted.has(key) && !jsonEqual(valueAt(current, path), valueAt(applied, path))).map(([, path]) => ({ manager: entry.manager, field: fieldText(path) })))
  if (causes.length > 0 && !at.force) return { kind: 'conflict', causes }
  let merged: KubeObject = current
  for (const path of wanted.values()) {
    const value = valueAt(applied, path) ?? null
    const present = valueAt(merged, path)
    // An empty object says that the object is there, not that it has no fields.
    const keeps = isJsonObject(value) && Object.keys(value).length === 0 && isJsonObject(present)
    if (!keeps) merged = setPath(merged, path, value)
  }
  for (const [key, path] of mine ? ownedBy(mine) : []) {
    if (!wanted.has(key) && !others.some((entry) => ownedBy(entry).has(key))) merged = setPath(merged, path, undefined)
  }
  const kept = others.flatMap((entry) => {
    const left = [...ownedBy(entry)].filter(([key, path]) => !wanted.has(key) || jsonEqual(valueAt(current, path), valueAt(applied, path)))
    return left.length === 0 ? [] : [{ ...entry, fieldsV1: toFieldsV1(left.map(([, path]) => path)) }]
  })
  const own: Entry = { manager: at.manager, operation: 'Apply', apiVersion: applied.apiVersion, time: at.time, fieldsType: 'FieldsV1', fieldsV1: toFieldsV1(wanted.values()) }
  return { kind: 'applied', object: withEntries(merged, [...kept, own]) }
}

function fieldText(path: readonly string[]): string {
  return path.map((step) => (step.startsWith('k:') ? `[${Object.entries(keyOf(step)).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]` : `.${step.slice(2)}`)).join('')
}

function keyOf(step: string): JsonObject {
  const parsed: unknown = JSON.parse(step.slice(2))
  return isJsonObject(parsed) ? parsed : {}
}

function indexOfKey(list: readonly Json[], step: string): number {
  const key = keyOf(step)
  return list.findIndex((item) => isJsonObject(item) && Object.entries(key).every(([name, value]) => jsonEqual(item[name] ?? null, value)))
}

function valueAt(value: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((current, step) => {
    if (step.startsWith('k:')) return Array.isArray(current) ? current[indexOfKey(current, step)] : undefined
    return isJsonObject(current) ? current[step.slice(2)] : undefined
  }, value)
}

function setPath(object: KubeObject, path: readonly string[], value: Json | undefined): KubeObject {
  const set = setAt(object, path, value)
  return isJsonObject(set) ? { ...object, ...set, apiVersion: object.apiVersion, kind: object.kind, metadata: isJsonObject(set['metadata']) ? { ...set['metadata'], name: object.metadata.name } : object.metadata } : object
}

function setAt(current: Json | undefined, path: readonly string[], value: Json | undefined): Json | undefined {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (step.startsWith('k:')) {
    const list = Array.isArray(current) ? current : []
    const index = indexOfKey(list, step)
    const item = setAt(index < 0 ? keyOf(step) : list[index], rest, value)
    if (index >= 0) return list.map((old, i) => (i === index ? (item ?? null) : old))
    return item === undefined ? list : [...list, item]
  }
  const object = isJsonObject(current) ? current : {}
  const inner = setAt(object[step.slice(2)], rest, value)
  const { [step.slice(2)]: _old, ...others } = object
  const empty = inner === undefined || (value === undefined && isJsonObject(inner) && Object.keys(inner).length === 0)
  return empty ? others : { ...object, [step.slice(2)]: inner }
}
