import type { AppError, ErrorReply } from '@/lib/contract/app-error'

const encoder = new TextEncoder()

/** JSON as UTF-8 bytes. */
export function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify(value))
}

/** The body of an error, for any thrown value; what is no AppError tells only that something failed. */
export function errorBody(error: unknown): ErrorReply['error'] {
  if (isAppError(error)) return { code: error.code, message: error.message, ...error.details }
  return { code: 'internal', message: error instanceof Error ? `Something failed: ${error.message}` : 'Something failed.' }
}

/** Whether an error is an AppError, of this copy of the module or another: the server's bundle and Next's have one each. */
function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === 'AppError' && 'code' in error && 'details' in error
}

/** The tail of an event: a JSON object's members after its head, with the closing brace. */
export function encodeTail(members: object): Uint8Array {
  return encoder.encode(JSON.stringify(members).slice(1))
}
