import type { FieldPath } from '../resource'

/** What istiod's validating webhook says of one field: an error refuses the object, a warning lets it pass. */
export interface ValidationFinding {
  readonly level: 'error' | 'warning'
  readonly path: FieldPath
  readonly message: string
  /** Istio's analyzer code where it has one of its own for this warning. */
  readonly code?: 'IST0130' | 'IST0131'
}

/** Collects findings. A `check` takes what a rule says of a value: a message, or undefined where it is fine. */
export interface Report {
  error(path: FieldPath, message: string): void
  warn(path: FieldPath, message: string, code?: ValidationFinding['code']): void
  check(path: FieldPath, message: string | undefined): void
}

/** A report that puts its findings, in order, into `findings`. */
export function reportInto(findings: ValidationFinding[]): Report {
  const error = (path: FieldPath, message: string): void => { findings.push({ level: 'error', path, message }) }
  return {
    error,
    warn: (path, message, code) => { findings.push({ level: 'warning', path, message, ...(code === undefined ? {} : { code }) }) },
    check: (path, message) => { if (message !== undefined) error(path, message) },
  }
}

/** The same report where Istio joins the parts' errors only, so that their warnings never reach the user. */
export function errorsOnly(report: Report): Report {
  return { ...report, warn: () => {} }
}
