import { RE2JS } from 're2js'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { jsonEqual } from '@/lib/std/json-patch'
import { keepsRule } from './cel-rule'
import type { FieldError, Schema } from './schema'

/** Validates a value against a structural schema, CEL rules included, in the API server's words. Never throws. */
export function validateSchema(value: Json | undefined, schema: Schema, at: { readonly field: string; readonly old?: Json | undefined } = { field: '' }): readonly FieldError[] {
  const errors: FieldError[] = []
  visit(value ?? null, schema, { field: at.field, old: at.old, errors })
  return errors
}

interface Place {
  readonly field: string
  readonly old: Json | undefined
  readonly errors: FieldError[]
}

function visit(value: Json, schema: Schema, place: Place): void {
  if (value === null) {
    if (schema.nullable !== true && place.field !== '') place.errors.push({ reason: 'FieldValueTypeInvalid', message: `Invalid value: "null": ${place.field} in body must be of type ${schema.type ?? 'object'}: "null"`, field: place.field })
    return
  }
  if (!hasType(value, schema)) {
    place.errors.push({ reason: 'FieldValueTypeInvalid', message: `Invalid value: ${quote(typeName(value))}: ${place.field} in body must be of type ${schema.type ?? 'object'}: ${quote(typeName(value))}`, field: place.field })
    return
  }
  scalar(value, schema, place)
  if (Array.isArray(value)) list(value, schema, place)
  else if (isJsonObject(value)) object(value, schema, place)
  combined(value, schema, place)
  for (const { rule, message } of schema['x-kubernetes-validations'] ?? []) {
    if (!keepsRule(rule, value, schema, place.old)) place.errors.push({ reason: 'FieldValueInvalid', message: `Invalid value: ${shown(value)}: ${message ?? `failed rule: ${rule}`}`, field: place.field })
  }
}

function hasType(value: Json, schema: Schema): boolean {
  if (schema['x-kubernetes-int-or-string'] === true) return typeof value === 'string' || Number.isInteger(value)
  switch (schema.type) {
    case 'object':
      return isJsonObject(value)
    case 'array':
      return Array.isArray(value)
    case 'string':
      return typeof value === 'string'
    case 'boolean':
      return typeof value === 'boolean'
    case 'integer':
      return Number.isInteger(value)
    case 'number':
      return typeof value === 'number'
    default:
      return true
  }
}

function scalar(value: Json, schema: Schema, place: Place): void {
  const fail = (reason: FieldError['reason'], message: string): number => place.errors.push({ reason, message, field: place.field })
  if (schema.enum && !schema.enum.some((allowed) => jsonEqual(allowed, value))) fail('FieldValueNotSupported', `Unsupported value: ${shown(value)}: supported values: ${schema.enum.map(shown).join(', ')}`)
  if (typeof value === 'string') {
    if (schema.maxLength !== undefined && [...value].length > schema.maxLength) fail('FieldValueTooLong', `Too long: may not be more than ${schema.maxLength} bytes`)
    if (schema.minLength !== undefined && [...value].length < schema.minLength) fail('FieldValueInvalid', `Invalid value: ${shown(value)}: ${place.field} in body should be at least ${schema.minLength} chars long`)
    if (schema.pattern !== undefined && !matches(schema.pattern, value)) fail('FieldValueInvalid', `Invalid value: ${shown(value)}: ${place.field} in body should match '${schema.pattern}'`)
  }
  if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum) fail('FieldValueInvalid', `Invalid value: ${value}: ${place.field} in body should be greater than or equal to ${schema.minimum}`)
    if (schema.maximum !== undefined && value > schema.maximum) fail('FieldValueInvalid', `Invalid value: ${value}: ${place.field} in body should be less than or equal to ${schema.maximum}`)
  }
}

function list(values: readonly Json[], schema: Schema, place: Place): void {
  if (schema.maxItems !== undefined && values.length > schema.maxItems) place.errors.push({ reason: 'FieldValueTooMany', message: `Too many: ${values.length}: must have at most ${schema.maxItems} items`, field: place.field })
  if (schema.minItems !== undefined && values.length < schema.minItems) place.errors.push({ reason: 'FieldValueInvalid', message: `Invalid value: ${values.length}: ${place.field} in body should have at least ${schema.minItems} items`, field: place.field })
  const { items } = schema
  if (!items) return
  const old = Array.isArray(place.old) ? place.old : []
  values.forEach((item, index) => visit(item, items, { field: `${place.field}[${index}]`, old: old.length === values.length ? old[index] : undefined, errors: place.errors }))
}

function object(value: JsonObject, schema: Schema, place: Place): void {
  for (const name of schema.required ?? []) {
    if (value[name] === undefined) place.errors.push({ reason: 'FieldValueRequired', message: 'Required value', field: join(place.field, name) })
  }
  const old = isJsonObject(place.old) ? place.old : {}
  for (const [name, item] of Object.entries(value)) {
    const property = schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : schema.additionalProperties
    if (property && item !== undefined) visit(item, property, { field: join(place.field, name), old: Object.hasOwn(old, name) ? old[name] : undefined, errors: place.errors })
  }
}

/** oneOf, anyOf, allOf and not, as structural schemas use them: for which fields may stand together. */
function combined(value: Json, schema: Schema, place: Place): void {
  const holds = (part: Schema): boolean => validateSchema(value, part, { field: place.field === '' ? 'x' : place.field }).length === 0
  const fail = (word: string): number => place.errors.push({ reason: 'FieldValueInvalid', message: `Invalid value: ${shown(value)}: ${place.field} in body must validate ${word} schema (${word === 'one and only one' ? 'oneOf' : word === 'at least one' ? 'anyOf' : word})`.replace('not schema (not)', 'not validate the schema (not)'), field: place.field })
  if (schema.oneOf && schema.oneOf.filter(holds).length !== 1) fail('one and only one')
  if (schema.anyOf && !schema.anyOf.some(holds)) fail('at least one')
  for (const part of schema.allOf ?? []) place.errors.push(...validateSchema(value, part, { field: place.field }))
  if (schema.not && holds(schema.not)) fail('not')
}

const patterns = new Map<string, RE2JS | null>()

function matches(pattern: string, text: string): boolean {
  let compiled = patterns.get(pattern)
  if (compiled === undefined) {
    try {
      compiled = RE2JS.compile(pattern)
    } catch {
      compiled = null
    }
    patterns.set(pattern, compiled)
  }
  return compiled === null || compiled.matcher(text).find()
}

function join(field: string, name: string): string {
  return field === '' ? name : `${field}.${name}`
}

function typeName(value: Json): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return value === null ? 'null' : typeof value
}

function quote(text: string): string {
  return JSON.stringify(text)
}

function shown(value: Json): string {
  return isJsonObject(value) ? '"object"' : Array.isArray(value) ? '"array"' : JSON.stringify(value)
}
