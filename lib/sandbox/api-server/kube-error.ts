import type { JsonObject } from '@/lib/std/json'

/** One complaint about a field, as in Status.details.causes. */
export interface Cause {
  readonly reason: string
  readonly message: string
  readonly field: string
}

/** An error that becomes a Kubernetes Status. */
export class KubeError extends Error {
  readonly code: number
  readonly reason: string
  readonly details: JsonObject | undefined

  constructor(code: number, reason: string, message: string, details?: JsonObject) {
    super(message)
    this.name = 'KubeError'
    this.code = code
    this.reason = reason
    this.details = details
  }

  /** The Status object that is sent. */
  status(): JsonObject {
    return {
      kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    }
  }
}

/** What the errors name: `virtualservices.networking.istio.io "cart"`. */
export interface ErrorSubject {
  readonly plural: string
  readonly group: string
  readonly kind: string
  readonly name: string
}

function resourceText(subject: ErrorSubject): string {
  return subject.group === '' ? subject.plural : `${subject.plural}.${subject.group}`
}

function detailsOf(subject: ErrorSubject, causes?: readonly Cause[]): JsonObject {
  return {
    name: subject.name,
    ...(subject.group === '' ? {} : { group: subject.group }),
    kind: causes === undefined ? subject.plural : subject.kind,
    ...(causes === undefined ? {} : { causes: causes.map((cause) => ({ ...cause })) }),
  }
}

/** 404 for an object. */
export function notFound(subject: ErrorSubject): KubeError {
  return new KubeError(404, 'NotFound', `${resourceText(subject)} "${subject.name}" not found`, detailsOf(subject))
}

/** 404 for a path that nothing serves. */
export function unknownPath(): KubeError {
  return new KubeError(404, 'NotFound', 'the server could not find the requested resource', {})
}

/** 409 for a name that is taken. */
export function alreadyExists(subject: ErrorSubject): KubeError {
  return new KubeError(409, 'AlreadyExists', `${resourceText(subject)} "${subject.name}" already exists`, detailsOf(subject))
}

/** 409 for a stale resourceVersion. */
export function conflict(subject: ErrorSubject): KubeError {
  return new KubeError(409, 'Conflict', `Operation cannot be fulfilled on ${resourceText(subject)} "${subject.name}": the object has been modified; please apply your changes to the latest version and try again`, detailsOf(subject))
}

/** 409 of server-side apply, one cause a field that another manager owns. */
export function applyConflict(causes: readonly { readonly manager: string; readonly field: string }[]): KubeError {
  const noun = causes.length === 1 ? 'conflict' : 'conflicts'
  const listed = causes.length === 1 && causes[0] ? `conflict with "${causes[0].manager}": ${causes[0].field}` : `conflicts with ${[...new Set(causes.map((cause) => `"${cause.manager}"`))].join(', ')}:\n${causes.map((cause) => `- ${cause.field}`).join('\n')}`
  return new KubeError(409, 'Conflict', `Apply failed with ${causes.length} ${noun}: ${listed}`, { causes: causes.map((cause) => ({ reason: 'FieldManagerConflict', message: `conflict with "${cause.manager}"`, field: cause.field })) })
}

/** 422 with causes. */
export function invalid(subject: ErrorSubject, causes: readonly Cause[]): KubeError {
  const texts = causes.map((cause) => `${cause.field}: ${cause.message}`)
  const listed = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  const kind = subject.group === '' ? subject.kind : `${subject.kind}.${subject.group}`
  return new KubeError(422, 'Invalid', `${kind} "${subject.name}" is invalid: ${listed}`, detailsOf(subject, causes))
}

/** 400. */
export function badRequest(message: string): KubeError {
  return new KubeError(400, 'BadRequest', message)
}
