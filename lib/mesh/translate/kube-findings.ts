import type { Problem, Severity } from '../problem'
import { refOf, type FieldPath, type KubeObject } from '../resource'

/** Takes what istiod would write as a condition of the user's object. */
export type Report = (path: FieldPath, finding: KubeFinding) => void

/** A refusal: the code of its registry text, and what the text says. */
export interface KubeFinding {
  readonly code: string
  readonly severity: Severity
  readonly params: Problem['params']
}

/** A report on one object, into a list; the same finding at the same place counts once. */
export function reportInto(findings: Problem[], object: KubeObject): Report {
  const subject = refOf(object)
  const seen = new Set<string>()
  return (path, { code, severity, params }) => {
    const key = JSON.stringify([code, path, params])
    if (seen.has(key)) return
    seen.add(key)
    findings.push({ code, severity, subject, path, params })
  }
}
