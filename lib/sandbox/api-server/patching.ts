import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { applyJsonPatch, jsonEqual, type JsonPatchOperation } from '@/lib/std/json-patch'
import { badRequest, KubeError } from './kube-error'

/** RFC 7386. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch
  const result: { [key: string]: Json | undefined } = isJsonObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue
    if (value === null) delete result[key]
    else result[key] = mergePatch(result[key], value)
  }
  return result satisfies JsonObject
}

const mergeKeys: Readonly<Record<string, readonly string[]>> = { containers: ['name'], initContainers: ['name'], ports: ['port', 'containerPort'], env: ['name'], volumes: ['name'], volumeMounts: ['mountPath'], conditions: ['type'] }

/** A strategic merge patch, as far as built-in kinds here need it: lists of containers, ports and the like merge by their key. */
export function strategicMergePatch(target: Json | undefined, patch: Json, field = ''): Json {
  if (Array.isArray(patch)) {
    const keys = mergeKeys[field]
    return keys && Array.isArray(target) ? mergeLists(target, patch, keys) : patch
  }
  if (!isJsonObject(patch)) return patch
  const result: { [key: string]: Json | undefined } = isJsonObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined || key.startsWith('$')) continue
    if (value === null) delete result[key]
    else result[key] = strategicMergePatch(result[key], value, key)
  }
  return result satisfies JsonObject
}

function mergeLists(target: readonly Json[], patch: readonly Json[], keys: readonly string[]): Json {
  const result: Json[] = [...target]
  for (const item of patch) {
    if (!isJsonObject(item)) continue
    const key = keys.find((candidate) => item[candidate] !== undefined)
    const at = key === undefined ? -1 : result.findIndex((known) => isJsonObject(known) && jsonEqual(known[key], item[key]))
    if (item['$patch'] === 'delete') {
      if (at >= 0) result.splice(at, 1)
    } else if (at < 0) result.push(item)
    else result[at] = strategicMergePatch(result[at], item)
  }
  return result
}

/** RFC 6902 with all six operations; a failed one is 422 as on the real server. */
export function jsonPatch(target: JsonObject, operations: Json): Json {
  if (!Array.isArray(operations)) throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch')
  if (operations.length > 10_000) throw new KubeError(413, 'RequestEntityTooLarge', `The allowed maximum operations in a JSON patch is 10000, got ${operations.length}`)
  let value: Json = target
  for (const operation of operations) {
    if (!isJsonObject(operation) || typeof operation['op'] !== 'string' || typeof operation['path'] !== 'string') throw badRequest('invalid JSON patch operation')
    try {
      value = applyOne(value, operation, operation['path'])
    } catch (error) {
      if (error instanceof KubeError) throw error
      throw new KubeError(422, 'Invalid', `the server rejected our request due to an error in our request`, {})
    }
  }
  return value
}

function applyOne(value: Json, operation: JsonObject, path: string): Json {
  const one = (made: JsonPatchOperation): Json => applyJsonPatch(value, [made])
  switch (operation['op']) {
    case 'add':
    case 'replace':
      return one({ op: operation['op'], path, value: operation['value'] ?? null })
    case 'remove':
      return one({ op: 'remove', path })
    case 'test':
      if (!jsonEqual(at(value, path), operation['value'])) throw new Error('test failed')
      return value
    case 'copy':
      return one({ op: 'add', path, value: at(value, String(operation['from'])) ?? null })
    case 'move': {
      const moved = at(value, String(operation['from']))
      const without = applyJsonPatch(value, [{ op: 'remove', path: String(operation['from']) }])
      return applyJsonPatch(without, [{ op: 'add', path, value: moved ?? null }])
    }
    default:
      throw badRequest(`Unexpected kind: ${String(operation['op'])}`)
  }
}

function at(value: Json, path: string): Json | undefined {
  if (path === '') return value
  return path.slice(1).split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')).reduce<Json | undefined>((current, step) => (Array.isArray(current) ? current[Number(step)] : isJsonObject(current) ? current[step] : undefined), value)
}
