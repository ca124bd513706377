import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'

/**
 * A smaller list of objects for which `fails` still holds: whole objects are left out first, then
 * entries of lists and optional fields inside `spec` (and a Service's or slice's other fields).
 * At most `tries` questions are asked.
 */
export async function shrink(objects: readonly JsonObject[], fails: (objects: readonly JsonObject[]) => Promise<boolean>, tries = 400): Promise<readonly JsonObject[]> {
  let best = objects
  let left = tries
  const attempt = async (candidate: readonly JsonObject[]): Promise<boolean> => {
    if (left <= 0) return false
    left -= 1
    if (!await fails(candidate)) return false
    best = candidate
    return true
  }
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length;) if (!await attempt([...best.slice(0, at), ...best.slice(at + size)])) at += size
  }
  for (let index = 0; index < best.length; index += 1) {
    let changed = true
    while (changed && left > 0) {
      changed = false
      for (const smaller of reductions(best[index] ?? {})) {
        if (!isJsonObject(smaller)) continue
        changed = await attempt(best.map((object, at) => at === index ? smaller : object))
        if (changed || left <= 0) break
      }
    }
  }
  return best
}

const kept = new Set(['apiVersion', 'kind', 'metadata', 'name', 'namespace', 'hosts', 'port', 'ports', 'number', 'protocol', 'destination', 'host', 'selector', 'servers', 'mode'])

/** All values that are this one without one of its parts, larger parts first. */
function* reductions(value: Json): Generator<Json> {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) yield [...value.slice(0, index), ...value.slice(index + 1)]
    for (let index = 0; index < value.length; index += 1) {
      for (const smaller of reductions(value[index] ?? null)) yield value.map((entry: Json, at) => at === index ? smaller : entry)
    }
    return
  }
  if (!isJsonObject(value)) return
  for (const key of Object.keys(value)) if (!kept.has(key)) yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== key))
  for (const [key, part] of Object.entries(value)) {
    if (part === undefined || key === 'metadata') continue
    for (const smaller of reductions(part)) yield { ...value, [key]: smaller }
  }
}
