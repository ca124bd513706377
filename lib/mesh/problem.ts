import type { FieldPath, ResourceRef } from './resource'

/** How much a finding matters: `error` breaks traffic or is refused, `warning` surprises, `info` is worth knowing. */
export type Severity = 'error' | 'warning' | 'info'

/**
 * A finding about one object. `code` is a key of the registry (analyse/codes.ts): Istio's own (IST0101)
 * where it has one about the edge, MER… for what Istio does not say. Text is made from code and params.
 */
export interface Problem {
  readonly code: string
  readonly severity: Severity
  readonly subject: ResourceRef
  readonly path: FieldPath
  readonly params: { readonly [name: string]: string }
}

/** What a parser could not read: the field, what was expected, what is there. The rest of the object is used. */
export interface ParseIssue {
  readonly path: FieldPath
  readonly message: string
}

/** The result of every parser of cluster data: a usable value and what was wrong with the input. Never throws. */
export interface Parsed<T> {
  readonly value: T
  readonly issues: readonly ParseIssue[]
}
