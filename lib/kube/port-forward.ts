import { Duplex } from 'node:stream'
import type WebSocket from 'ws'
import { AppError } from '@/lib/contract/app-error'
import { kindByKey } from '@/lib/mesh/kinds'
import { resourcePath } from './resource-path'
import type { KubeTransport } from './transport'

/** The port that may be reached: Envoy's admin port, no other. */
export const envoyAdminPort = 15_000

const perPod = 4
const inAll = 32

/** Opens connections to a pod's admin port; never more than 4 a pod and 32 in all. */
export interface PortForwarder {
  /** One connection, to be destroyed by the caller. @throws AppError forbidden, envoy-unreachable, rate-limited */
  open(namespace: string, pod: string, signal: AbortSignal): Promise<Duplex>
  /** How many are open. */
  count(): number
}

/** Makes a forwarder over the cluster's transport (v4.channel.k8s.io over WebSocket). */
export function createPortForwarder(transport: KubeTransport): PortForwarder {
  const open = new Map<string, number>()
  const total = (): number => [...open.values()].reduce((sum, count) => sum + count, 0)
  return {
    count: total,
    async open(namespace, pod, signal) {
      const kind = kindByKey('pods')
      if (!kind) throw new AppError('internal', 'pods are not in the table of kinds')
      const key = `${namespace}/${pod}`
      if ((open.get(key) ?? 0) >= perPod || total() >= inAll) throw new AppError('rate-limited', `Too many connections to ${key}`, { subject: key, retryAfter: 1 })
      open.set(key, (open.get(key) ?? 0) + 1)
      const release = (): void => {
        const left = (open.get(key) ?? 1) - 1
        if (left <= 0) open.delete(key)
        else open.set(key, left)
      }
      try {
        const socket = await transport.webSocket(resourcePath({ kind, namespace, name: pod, subresource: 'portforward' }), {
          query: { ports: String(envoyAdminPort) }, protocol: 'v4.channel.k8s.io', signal, attempt: { verb: 'create', resource: 'pods/portforward', namespace },
        })
        const stream = duplexOf(socket, key)
        stream.once('close', release)
        return stream
      } catch (error) {
        release()
        if (error instanceof AppError && error.code === 'cluster-unreachable') throw new AppError('envoy-unreachable', `${key}: ${error.message}`, { cause: error, subject: key })
        throw error
      }
    },
  }
}

const dataChannel = 0
const errorChannel = 1

/** The data channel of a port-forward as a byte stream: back-pressure both ways, any byte of the error channel ends it. */
export function duplexOf(socket: WebSocket, subject: string): Duplex {
  const portNumberSeen = [false, false]
  const stream = new Duplex({
    read: () => { if (socket.isPaused) socket.resume() },
    write(chunk: Buffer, _encoding, done) {
      const frame = Buffer.allocUnsafe(chunk.length + 1)
      frame[0] = dataChannel
      chunk.copy(frame, 1)
      socket.send(frame, (error) => done(error ?? null))
    },
    final: (done) => done(),
    destroy(error, done) {
      socket.terminate()
      done(error)
    },
  })
  socket.on('message', (data) => {
    const frame = bytesOf(data)
    const channel = frame[0]
    if (channel !== dataChannel && channel !== errorChannel) return
    let payload = frame.subarray(1)
    if (portNumberSeen[channel] !== true) {
      portNumberSeen[channel] = true
      payload = payload.subarray(2)
    }
    if (payload.length === 0) return
    if (channel === errorChannel) {
      stream.destroy(new AppError('envoy-unreachable', `${subject}: ${payload.toString('utf8').slice(0, 500)}`, { subject }))
    } else if (!stream.push(payload)) socket.pause()
  })
  socket.on('close', () => { if (!stream.destroyed) stream.push(null) })
  socket.on('error', (cause) => stream.destroy(new AppError('envoy-unreachable', `${subject}: ${cause.message}`, { cause, subject })))
  return stream
}

function bytesOf(data: WebSocket.RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}
