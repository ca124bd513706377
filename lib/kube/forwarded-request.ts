import { request as httpRequest } from 'node:http'
import { AppError } from '@/lib/contract/app-error'
import type { PortForwarder } from './port-forward'

/** One request to a pod's admin port. `path` is a constant of the caller's closed list. */
export interface ForwardedRequest {
  readonly forwarder: PortForwarder
  readonly namespace: string
  readonly pod: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly signal: AbortSignal
  /** Bytes of the body at most. @default 64 MiB */
  readonly limit?: number
  /** Ms for all of it. @default 10000 */
  readonly deadline?: number
}

/** Sends one request on a connection of its own; gives status and body. @throws AppError envoy-unreachable, timeout, too-large, forbidden */
export async function forwardedRequest(options: ForwardedRequest): Promise<{ readonly status: number; readonly body: Buffer }> {
  const { forwarder, namespace, pod, method, path, limit = 64 * 1024 * 1024, deadline = 10_000 } = options
  const subject = `${namespace}/${pod}`
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), deadline)
  const signal = AbortSignal.any([options.signal, late.signal])
  try {
    const stream = await forwarder.open(namespace, pod, signal)
    try {
      return await new Promise((resolve, reject) => {
        const request = httpRequest({ method, path, createConnection: () => stream, headers: { host: 'localhost', connection: 'close', ...(method === 'POST' ? { 'content-length': '0' } : {}) }, signal })
        request.once('error', reject)
        request.once('response', (reply) => {
          const chunks: Buffer[] = []
          let size = 0
          reply.on('data', (chunk: Buffer) => {
            size += chunk.length
            chunks.push(chunk)
            if (size > limit) request.destroy(new AppError('too-large', `${subject}: the reply is larger than ${Math.round(limit / 1_048_576)} MiB`, { subject }))
          })
          reply.once('error', reject)
          reply.once('close', () => {
            if (reply.complete) resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(chunks) })
            else reject(new AppError('envoy-unreachable', `${subject}: the reply broke off`, { subject }))
          })
        })
        request.end()
      })
    } finally {
      stream.on('error', () => undefined)
      stream.destroy()
    }
  } catch (cause) {
    if (late.signal.aborted) throw new AppError('timeout', `${subject}: Envoy's admin port did not answer within ${deadline / 1_000} s`, { cause, subject })
    if (cause instanceof AppError || options.signal.aborted) throw cause
    throw new AppError('envoy-unreachable', `${subject}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause, subject })
  } finally {
    clearTimeout(timer)
  }
}
