import { AppError } from '@/lib/contract/app-error'
import { forwardedRequest } from '@/lib/kube/forwarded-request'
import type { PortForwarder } from '@/lib/kube/port-forward'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { adminPaths, keptFor, mayBeAbsent, type AdminPath } from './admin-paths'

/** One answer of an Envoy, parsed. */
export interface AdminReading {
  readonly value: JsonObject
  readonly readAt: number
  readonly bytes: number
  readonly millis: number
}

/** Reads gateways' admin ports sparingly: one request at a time a pod, one reading for all who ask within its time. */
export interface AdminReader {
  /** The caller has checked that the pod is a gateway's. @throws AppError */
  read(namespace: string, pod: string, path: AdminPath): Promise<AdminReading>
  /** POST /logging with parameters that the caller has checked against Envoy's own names. Gives Envoy's text. */
  postLogging(namespace: string, pod: string, parameter: { readonly logger: string; readonly level: string } | undefined): Promise<string>
  stop(): void
}

/** Makes the reader of one cluster. */
export function createAdminReader(forwarder: PortForwarder): AdminReader {
  const readings = new Map<string, { readonly at: number; readonly reading: Promise<AdminReading> }>()
  const queues = new Map<string, Promise<unknown>>()
  const stopping = new AbortController()

  const inTurn = <T>(pod: string, work: () => Promise<T>): Promise<T> => {
    const before = queues.get(pod) ?? Promise.resolve()
    const after = before.then(work, work)
    const settled = after.catch(() => undefined)
    queues.set(pod, settled)
    void settled.then(() => { if (queues.get(pod) === settled) queues.delete(pod) })
    return after
  }
  const sweep = setInterval(() => {
    for (const [key, { at }] of readings) if (Date.now() - at > 60_000) readings.delete(key)
  }, 30_000)
  sweep.unref()

  return {
    read(namespace, pod, path) {
      const key = `${namespace}/${pod} ${path}`
      const known = readings.get(key)
      if (known && Date.now() - known.at < keptFor[path]) return known.reading
      const reading = inTurn(`${namespace}/${pod}`, async () => {
        const startedAt = performance.now()
        const { status, body } = await forwardedRequest({ forwarder, namespace, pod, method: 'GET', path: adminPaths[path], signal: stopping.signal })
        if (status === 404 && mayBeAbsent.has(path)) return { value: {}, readAt: Date.now(), bytes: 0, millis: 0 }
        if (status !== 200) throw new AppError('envoy-unreachable', `${namespace}/${pod}: Envoy answered ${status} to ${adminPaths[path].split('?')[0] ?? ''}`, { subject: `${namespace}/${pod}` })
        return { value: parse(body, `${namespace}/${pod}`), readAt: Date.now(), bytes: body.length, millis: Math.round(performance.now() - startedAt) }
      })
      readings.set(key, { at: Date.now(), reading })
      reading.catch(() => readings.delete(key))
      return reading
    },
    postLogging: (namespace, pod, parameter) => inTurn(`${namespace}/${pod}`, async () => {
      const query = parameter === undefined ? '' : `?${parameter.logger === '*' ? 'level' : parameter.logger}=${parameter.level}`
      const { status, body } = await forwardedRequest({ forwarder, namespace, pod, method: 'POST', path: `/logging${query}`, signal: stopping.signal, limit: 1_048_576 })
      if (status !== 200) throw new AppError('envoy-unreachable', `${namespace}/${pod}: Envoy answered ${status} to /logging`, { subject: `${namespace}/${pod}` })
      return body.toString('utf8')
    }),
    stop() {
      clearInterval(sweep)
      stopping.abort()
    },
  }
}

function parse(body: Buffer, subject: string): JsonObject {
  try {
    const value: Json = JSON.parse(body.toString('utf8'))
    if (isJsonObject(value)) return value
    if (Array.isArray(value)) return { items: value }
  } catch (cause) {
    throw new AppError('envoy-unreachable', `${subject}: what answers on port 15000 speaks no JSON`, { cause, subject })
  }
  throw new AppError('envoy-unreachable', `${subject}: what answers on port 15000 is no Envoy`, { subject })
}
