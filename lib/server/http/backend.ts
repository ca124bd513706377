import type { ClustersReply } from '@/lib/contract/cluster'
import type { SessionCall } from '../cluster-session/protocol'
import type { EventStreams } from './event-streams'
import type { RateLimit } from './rate-limit'

/** What the route handlers use; made by the server's process, the one thing on globalThis (Next keeps three copies of each module). */
export interface Backend {
  clusters(): ClustersReply
  call(slug: string, call: SessionCall, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>
  readonly streams: EventStreams
  readonly requests: RateLimit
  readonly mutations: RateLimit
}

const key = Symbol.for('meridian.backend')

/** Puts the backend where the route handlers find it. */
export function setBackend(backend: Backend): void {
  Reflect.set(globalThis, key, backend)
}

/** The process's backend. @throws Error where the app was not started by lib/server/http/main */
export function getBackend(): Backend {
  const backend: unknown = Reflect.get(globalThis, key)
  if (typeof backend !== 'object' || backend === null) throw new Error('Meridian is started with bin/meridian serve or npm run dev, not with next')
  return backendOf(backend)
}

/** Guarantee: only setBackend writes under this symbol, and it takes a Backend. */
function backendOf(value: object): Backend {
  return value as Backend
}
