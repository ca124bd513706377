import type * as z from 'zod/mini'
import { AppError } from '@/lib/contract/app-error'
import { clusterSlug } from '@/lib/contract/names'
import type { WireParams } from './cluster-session/protocol'
import { problemOf } from './cluster-session/view-module'
import { getBackend, type Backend } from './http/backend'
import './schema-words'

/** Who asks, for the limits: set by the front, which drops what came from outside. */
export function sessionOf(request: Request): string {
  return request.headers.get('x-meridian-session') ?? 'anonymous'
}

/** The process's backend, after the request was counted. @throws AppError rate-limited */
export function admit(request: Request): Backend {
  const backend = getBackend()
  backend.requests.take(sessionOf(request))
  return backend
}

/** The cluster of a path. @throws AppError bad-request */
export function slugOf(cluster: string): string {
  const parsed = clusterSlug.safeParse(cluster)
  if (!parsed.success) throw new AppError('bad-request', 'The cluster in the path is not one')
  return parsed.data
}

/** The query as views take it: a name that comes more than once is a list. */
export function paramsOf(request: Request): WireParams {
  const params: Record<string, string | string[]> = {}
  for (const [name, value] of new URL(request.url).searchParams) {
    const known = Object.hasOwn(params, name) ? params[name] : undefined
    if (known === undefined) Object.defineProperty(params, name, { value, enumerable: true, writable: true, configurable: true })
    else params[name] = typeof known === 'string' ? [known, value] : [...known, value]
  }
  return params
}

const bodyLimit = 4 * 1024 * 1024

/** The JSON body of a mutation, at most 4 MiB. @throws AppError unsupported-media-type, too-large, bad-request */
export async function bodyOf(request: Request): Promise<unknown> {
  if (request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() !== 'application/json') throw new AppError('unsupported-media-type', 'A body must be application/json')
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    const bytes: Uint8Array = part.value
    size += bytes.length
    if (size > bodyLimit) {
      await reader?.cancel()
      throw new AppError('too-large', 'The body is larger than 4 MiB')
    }
    chunks.push(bytes)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch (cause) {
    throw new AppError('bad-request', 'The body is no JSON', { cause })
  }
}


/** A value of a request as a contract's schema reads it. @throws AppError bad-request naming the place */
export function parsed<Schema extends z.ZodMiniType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new AppError('bad-request', `The request is not of the agreed form: ${problemOf(result.error)}`)
}

/** Counts a change. @throws AppError rate-limited */
export function mutating(backend: Backend, request: Request): void {
  backend.mutations.take(sessionOf(request))
}
