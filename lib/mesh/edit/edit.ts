import type { Json } from '@/lib/std/json'

/** A step into an object: a field's name or a list's index. */
export type PathStep = string | number

/**
 * A typed change of one object, applied to the untyped original: what is not named stays byte for byte.
 * Indices are those of the object after the edits before it.
 */
export type Edit =
  | { readonly kind: 'set'; readonly path: readonly PathStep[]; readonly value: Json }
  | { readonly kind: 'remove'; readonly path: readonly PathStep[] }
  | { readonly kind: 'insert'; readonly path: readonly PathStep[]; readonly index: number; readonly value: Json }
  | { readonly kind: 'move'; readonly path: readonly PathStep[]; readonly from: number; readonly to: number }
  | { readonly kind: 'replace-object'; readonly value: Json }

