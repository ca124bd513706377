import { isJsonObject, ownProperty, type Json } from '@/lib/std/json'
import type { KindKey } from '@/lib/mesh/kinds'
import { parseDuration } from '@/lib/mesh/istio/duration'
import { decodeBase64 } from '@/lib/mesh/translate/pem'
import shapes from './shapes.json'

/** A field that Go's decoders refuse, and with it the whole object. */
export interface ShapeError {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** What a decoder takes at a place: a word, an enum's names, a list, a map, or known fields. */
type Shape = string | readonly [string, ...unknown[]] | { readonly [field: string]: unknown }

const byKind: { readonly [key: string]: Shape | undefined } = shapes

/**
 * The first field of an object whose type the decoders of istiod refuse (encoding/json for Kubernetes' own kinds, jsonpb
 * for Istio's): such an object is no part of the mesh. Unknown fields and null are fine, values are not judged.
 */
export function findShapeError(key: KindKey, object: Json): ShapeError | undefined {
  const shape = byKind[key]
  return shape === undefined ? undefined : check(object, shape, [])
}

function check(value: Json | undefined, shape: unknown, path: ShapeError['path']): ShapeError | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof shape === 'string') return fits(value, shape) ? undefined : { path, message: `${names[shape] ?? shape} is expected` }
  if (Array.isArray(shape)) return checkMany(value, shape, path)
  if (!isJsonObject(value)) return { path, message: 'an object is expected' }
  if (!isFields(shape)) return undefined
  for (const [name, inner] of Object.entries(shape)) {
    const found = check(ownProperty(value, name), inner, [...path, name])
    if (found) return found
  }
  return undefined
}

function isFields(shape: unknown): shape is { readonly [field: string]: unknown } {
  return typeof shape === 'object' && shape !== null
}

function checkMany(value: Json, [kind, ...rest]: readonly unknown[], path: ShapeError['path']): ShapeError | undefined {
  if (kind === 'enum') return typeof value === 'number' ? (Number.isInteger(value) ? undefined : { path, message: 'a whole number is expected' }) : rest.includes(value) ? undefined : { path, message: `one of ${rest.map(String).join(', ')} is expected` }
  if (kind === 'list') {
    if (!Array.isArray(value)) return { path, message: 'a list is expected' }
    for (const [index, item] of value.entries()) {
      const found = check(item, rest[0], [...path, index])
      if (found) return found
    }
    return undefined
  }
  if (!isJsonObject(value)) return { path, message: 'a map is expected' }
  for (const [name, item] of Object.entries(value)) {
    const found = check(item, rest[0], [...path, name])
    if (found) return found
  }
  return undefined
}

const names: Readonly<Record<string, string>> = {
  text: 'text', base64: 'base64', bool: 'true or false', object: 'an object', number: 'a number', 'number-or-text': 'a number', duration: 'a duration such as 5s', 'int-or-text': 'a whole number or text',
  int32: 'a whole number', int64: 'a whole number', 'int32-or-text': 'a whole number', 'uint32-or-text': 'a whole number from 0', 'uint64-or-text': 'a whole number from 0',
}

function fits(value: Json, word: string): boolean {
  switch (word) {
    case 'text': return typeof value === 'string'
    case 'base64': return typeof value === 'string' && decodeBase64(value) !== undefined
    case 'bool': return typeof value === 'boolean'
    case 'object': return isJsonObject(value)
    case 'number': return typeof value === 'number'
    case 'number-or-text': return numberOf(value) !== undefined
    case 'duration': return typeof value === 'string' && parseDuration(value) !== undefined
    case 'int-or-text': return typeof value === 'string' || within(value, -(2 ** 31), 2 ** 31 - 1)
    case 'int32': return within(value, -(2 ** 31), 2 ** 31 - 1)
    case 'int64': return within(value, -(2 ** 63), 2 ** 63)
    case 'int32-or-text': return within(numberOf(value), -(2 ** 31), 2 ** 31 - 1)
    case 'uint32-or-text': return within(numberOf(value), 0, 2 ** 32 - 1)
    case 'uint64-or-text': return within(numberOf(value), 0, 2 ** 64)
    default: return true
  }
}

/** jsonpb drops the quotes around a number. */
function numberOf(value: Json): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || !/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(value)) return undefined
  return Number(value)
}

function within(value: Json | undefined, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
}
