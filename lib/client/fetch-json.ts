import type * as z from 'zod/mini'
import { AppError, errorReplySchema } from '@/lib/contract/app-error'

/** What is sent. `body` goes as JSON; mutations carry the header that a foreign page cannot set. */
export interface JsonRequest<Schema extends z.ZodMiniType> {
  readonly url: string
  readonly schema: Schema
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/**
 * One request to our own server, its reply parsed with the contract's schema.
 * Throws AppError: the server's own code and details where it gave them; `cluster-unreachable` when the server did
 * not answer (for a mutation that was sent: `outcome-unknown`, to be re-read and never repeated blindly);
 * `internal` for a reply that does not fit the schema. An abort passes through as it is.
 */
export async function fetchJson<Schema extends z.ZodMiniType>({ url, schema, method = 'GET', body, signal }: JsonRequest<Schema>): Promise<z.output<Schema>> {
  const reply = await send(url, method, { body, signal })
  const text = await reply.text()
  const value = parseJson(text)
  if (!reply.ok) throw errorOf(reply, value)
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new AppError('internal', `The answer of ${pathOf(url)} is not of the agreed form. Reload the page: the server may be newer.`, { cause: parsed.error })
  return parsed.data
}

async function send(url: string, method: string, { body, signal }: { readonly body: unknown; readonly signal: AbortSignal | undefined }): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...(method === 'GET' ? {} : { 'content-type': 'application/json', 'x-meridian': '1' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (cause) {
    if (signal?.aborted === true) throw cause
    if (method === 'GET') throw new AppError('cluster-unreachable', 'Meridian\'s server does not answer. It is tried again by itself.', { cause })
    throw new AppError('outcome-unknown', 'The connection broke before the answer came. Look at the object before you try again.', { cause })
  }
}

function errorOf(reply: Response, value: unknown): AppError {
  const parsed = errorReplySchema.safeParse(value)
  if (!parsed.success) return new AppError(reply.status === 404 ? 'not-found' : 'internal', `${pathOf(reply.url)} answered ${reply.status}.`)
  const { code, message, ...details } = parsed.data.error
  return new AppError(code, message, details)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

/** Any thrown value as an AppError, for a screen's error state. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  return new AppError('internal', error instanceof Error ? error.message : 'Something failed.', { cause: error })
}
