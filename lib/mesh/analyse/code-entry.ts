import type { Problem, Severity } from '../problem'

/** What a code means: IST… are Istio's own, MER… Meridian's. */
export interface CodeEntry {
  /** A few words for lists and filters. */
  readonly title: string
  /** The usual severity; a finding may be milder. */
  readonly level: Severity
  /** What it is and why it matters. */
  readonly explanation: string
  /** What a person does about it. */
  readonly action: string
  /** One finding in one sentence. */
  readonly text: (params: Problem['params']) => string
}
