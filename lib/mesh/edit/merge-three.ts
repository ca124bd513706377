import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { jsonEqual } from '@/lib/std/json-patch'
import type { PathStep } from './edit'

/** A value that both sides changed, each in another way. undefined: absent there. */
export interface MergeConflict {
  readonly path: readonly PathStep[]
  readonly base: Json | undefined
  readonly mine: Json | undefined
  readonly theirs: Json | undefined
}

/** The merged value; where both changed the same, `mine` stands in it and the conflict is listed. */
export interface Merged {
  readonly value: JsonObject
  readonly conflicts: readonly MergeConflict[]
}

/**
 * Merges what two editors made of the same object: a change of one side alone is taken, field by field and, in lists
 * of unchanged length, item by item. A list that one side lengthened or reordered is taken whole from that side if
 * the other left it alone, else it is a conflict.
 */
export function mergeThree(sides: { readonly base: JsonObject; readonly mine: JsonObject; readonly theirs: JsonObject }): Merged {
  const conflicts: MergeConflict[] = []
  const value = merge(sides.base, sides.mine, sides.theirs, { path: [], conflicts })
  return { value: isJsonObject(value) ? value : sides.mine, conflicts }
}

interface Place {
  readonly path: readonly PathStep[]
  readonly conflicts: MergeConflict[]
}

function merge(base: Json | undefined, mine: Json | undefined, theirs: Json | undefined, place: Place): Json | undefined {
  if (jsonEqual(mine, theirs) || jsonEqual(base, theirs)) return mine
  if (jsonEqual(base, mine)) return theirs
  if (isJsonObject(base) && isJsonObject(mine) && isJsonObject(theirs)) return mergeObjects(base, mine, theirs, place)
  if (Array.isArray(base) && Array.isArray(mine) && Array.isArray(theirs) && base.length === mine.length && base.length === theirs.length) {
    return base.map((item, index) => merge(item, mine[index], theirs[index], { ...place, path: [...place.path, index] }) ?? null)
  }
  place.conflicts.push({ path: place.path, base, mine, theirs })
  return mine
}

function mergeObjects(base: JsonObject, mine: JsonObject, theirs: JsonObject, place: Place): JsonObject {
  const keys = new Set([...Object.keys(mine), ...Object.keys(theirs)])
  const merged: [string, Json][] = []
  for (const key of keys) {
    const value = merge(own(base, key), own(mine, key), own(theirs, key), { ...place, path: [...place.path, key] })
    if (value !== undefined) merged.push([key, value])
  }
  return Object.fromEntries(merged)
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}
