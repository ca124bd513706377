/** What JSON can hold, read-only. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** A JSON object. Unknown keys are `undefined`. */
export interface JsonObject {
  readonly [key: string]: Json | undefined
}

/** Whether a value is a plain JSON object (not null, not an array). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The own property `key`, never one of the prototype. */
export function ownProperty(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}
