import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseDocument } from 'yaml'
import type { Json } from '@/lib/std/json'
import { badRequest, KubeError } from './kube-error'
import { isProtobuf, readReview } from './protobuf-review'
import type { User } from './users'

/** One authenticated request. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  readonly user: User
  readonly signal: AbortSignal
}

/** Sends JSON, once. */
export function sendJson(response: ServerResponse, status: number, body: unknown, warnings: readonly string[] = []): void {
  const text = Buffer.from(JSON.stringify(body))
  if (warnings.length > 0) response.setHeader('Warning', warnings.map((warning) => `299 - ${JSON.stringify(warning)}`))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length, 'cache-control': 'no-cache, private' })
  response.end(text)
}

const maxBody = 3 * 1024 * 1024

/** The body as JSON (or YAML); throws 413 and 400. */
export async function readBody(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    size += bytes.length
    if (size > maxBody) throw new KubeError(413, 'RequestEntityTooLarge', 'Request entity too large: limit is 3145728')
    chunks.push(bytes)
  }
  const body = Buffer.concat(chunks)
  if (isProtobuf(body)) return readReview(body)
  const text = body.toString('utf8')
  if (text === '') return {}
  try {
    const value: Json = text.trimStart().startsWith('{') || text.trimStart().startsWith('[') ? JSON.parse(text) : parseDocument(text, { schema: 'core' }).toJS({ maxAliasCount: 100 })
    return value
  } catch (error) {
    throw badRequest(`error decoding request body: ${error instanceof Error ? error.message : String(error)}`)
  }
}
