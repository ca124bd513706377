import { isJsonObject, type Json, type JsonObject } from './json'

/** RFC 6902 without move, copy and test: what views, drafts and edits are made of. */
export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string }

/** A JSON Pointer (RFC 6901) of steps. */
export function pointerOf(steps: readonly (string | number)[]): string {
  return steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** Whether two JSON values are equal; the order of keys does not count. */
export function jsonEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => jsonEqual(item, b[index]))
  if (!isJsonObject(a) || !isJsonObject(b)) return false
  const keys = Object.keys(a).filter((key) => a[key] !== undefined)
  const others = Object.keys(b).filter((key) => b[key] !== undefined)
  return keys.length === others.length && keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key], b[key]))
}

/**
 * The operations that make `to` of `from`, in the order in which they must be applied. Lists keep their common
 * head and tail and are changed in place between them, so that a changed item is a change inside that item.
 * Equal parts shared by identity cost nothing.
 */
export function diffJson(from: Json, to: Json): readonly JsonPatchOperation[] {
  const operations: JsonPatchOperation[] = []
  diffInto(operations, '', from, to)
  return operations
}

function diffInto(operations: JsonPatchOperation[], path: string, from: Json, to: Json): void {
  if (from === to) return
  if (Array.isArray(from) && Array.isArray(to)) return diffLists(operations, path, from, to)
  if (isJsonObject(from) && isJsonObject(to)) return diffObjects(operations, path, from, to)
  operations.push({ op: 'replace', path, value: to })
}

function diffObjects(operations: JsonPatchOperation[], path: string, from: JsonObject, to: JsonObject): void {
  for (const key of Object.keys(from)) {
    if (from[key] !== undefined && (!Object.hasOwn(to, key) || to[key] === undefined)) operations.push({ op: 'remove', path: `${path}${pointerOf([key])}` })
  }
  for (const key of Object.keys(to)) {
    const value = to[key]
    if (value === undefined) continue
    const old = Object.hasOwn(from, key) ? from[key] : undefined
    if (old === undefined) operations.push({ op: 'add', path: `${path}${pointerOf([key])}`, value })
    else diffInto(operations, `${path}${pointerOf([key])}`, old, value)
  }
}

function diffLists(operations: JsonPatchOperation[], path: string, from: readonly Json[], to: readonly Json[]): void {
  const shorter = Math.min(from.length, to.length)
  let head = 0
  while (head < shorter && jsonEqual(from[head], to[head])) head++
  let tail = 0
  while (tail < shorter - head && jsonEqual(from[from.length - 1 - tail], to[to.length - 1 - tail])) tail++
  const inPlace = Math.min(from.length, to.length) - head - tail
  for (let i = head; i < head + inPlace; i++) {
    const [old, value] = [from[i], to[i]]
    if (old !== undefined && value !== undefined) diffInto(operations, `${path}/${i}`, old, value)
  }
  for (let i = from.length - tail - 1; i >= head + inPlace; i--) operations.push({ op: 'remove', path: `${path}/${i}` })
  for (let i = head + inPlace; i < to.length - tail; i++) {
    const value = to[i]
    if (value !== undefined) operations.push({ op: 'add', path: `${path}/${i}`, value })
  }
}

/**
 * Applies operations and gives the changed value; what no operation touches keeps its identity.
 * @throws Error naming the path that does not fit the value.
 */
export function applyJsonPatch(value: Json, operations: readonly JsonPatchOperation[]): Json {
  return operations.reduce((current, operation) => applyAt(current, stepsOf(operation.path), operation), value)
}

function stepsOf(path: string): readonly string[] {
  return path === '' ? [] : path.slice(1).split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function applyAt(value: Json, steps: readonly string[], operation: JsonPatchOperation): Json {
  const [step, ...rest] = steps
  if (step === undefined) {
    if (operation.op === 'remove') throw new Error('JSON Patch: the whole document cannot be removed')
    return operation.value
  }
  if (Array.isArray(value)) return applyInList(value, step, rest, operation)
  if (!isJsonObject(value)) throw new Error(`JSON Patch: nothing at ${operation.path}`)
  if (rest.length === 0 && operation.op === 'remove') {
    const { [step]: gone, ...kept } = value
    if (gone === undefined) throw new Error(`JSON Patch: nothing to remove at ${operation.path}`)
    return kept
  }
  const inner = Object.hasOwn(value, step) ? value[step] : undefined
  if (rest.length > 0 && inner === undefined) throw new Error(`JSON Patch: nothing at ${operation.path}`)
  if (rest.length === 0 && operation.op === 'replace' && inner === undefined) throw new Error(`JSON Patch: nothing to replace at ${operation.path}`)
  return withKey(value, step, applyAt(inner ?? null, rest, operation))
}

function withKey(object: JsonObject, key: string, value: Json): JsonObject {
  const copy = { ...object }
  Object.defineProperty(copy, key, { value, enumerable: true, writable: true, configurable: true })
  return copy
}

function applyInList(list: readonly Json[], step: string, rest: readonly string[], operation: JsonPatchOperation): Json {
  const index = step === '-' ? list.length : Number(step)
  const adds = rest.length === 0 && operation.op === 'add'
  if (!Number.isInteger(index) || index < 0 || index > (adds ? list.length : list.length - 1)) throw new Error(`JSON Patch: no item at ${operation.path}`)
  if (rest.length === 0 && operation.op === 'add') return [...list.slice(0, index), operation.value, ...list.slice(index)]
  if (rest.length === 0 && operation.op === 'remove') return [...list.slice(0, index), ...list.slice(index + 1)]
  return list.map((item, i) => (i === index ? applyAt(item, rest, operation) : item))
}
