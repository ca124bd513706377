import type { Evidence } from './evidence'

/** Whether a case exercised a rule. */
export type Detector = readonly [rule: string, exercised: (evidence: Evidence) => boolean]

/** One detector for each rule of SPEC.md's first part. */
export const detectors: readonly Detector[] = []
