import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import type { Schema } from './schema'

/** A value without the fields its schema does not know, and the paths of those fields (SPEC of structural schemas). */
export function prune(value: Json, schema: Schema): { readonly value: Json; readonly unknown: readonly string[] } {
  const unknown: string[] = []
  return { value: walk(value, schema, { field: '', unknown }), unknown }
}

function walk(value: Json, schema: Schema, at: { readonly field: string; readonly unknown: string[] }): Json {
  if (Array.isArray(value)) {
    const { items } = schema
    return items ? value.map((item, index) => walk(item, items, { ...at, field: `${at.field}[${index}]` })) : value
  }
  if (!isJsonObject(value) || schema.type !== 'object') return value
  const keep = schema['x-kubernetes-preserve-unknown-fields'] === true || (schema.properties === undefined && schema.additionalProperties === undefined)
  const kept: [string, Json][] = []
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined) continue
    const field = at.field === '' ? name : `${at.field}.${name}`
    const property = schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : schema.additionalProperties
    if (property) kept.push([name, walk(item, property, { ...at, field })])
    else if (keep) kept.push([name, item])
    else at.unknown.push(field)
  }
  return Object.fromEntries(kept)
}

/** A value with the schema's defaults where it has no value. Nulls of non-nullable fields with a default take it. */
export function applyDefaults(value: Json, schema: Schema): Json {
  if (Array.isArray(value)) {
    const { items } = schema
    return items ? value.map((item) => applyDefaults(item, items)) : value
  }
  if (!isJsonObject(value)) return value
  const result: { [key: string]: Json | undefined } = { ...value }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const current = Object.hasOwn(result, name) ? result[name] : undefined
    if ((current === undefined || (current === null && property.nullable !== true)) && property.default !== undefined) result[name] = property.default
    const filled = result[name]
    if (filled !== undefined) result[name] = applyDefaults(filled, property)
  }
  const { additionalProperties } = schema
  if (additionalProperties) {
    for (const [name, item] of Object.entries(result)) {
      if (item !== undefined && !(schema.properties && Object.hasOwn(schema.properties, name))) result[name] = applyDefaults(item, additionalProperties)
    }
  }
  return result satisfies JsonObject
}
