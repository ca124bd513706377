import type { ErrorReply } from '@/lib/contract/app-error'
import type { KubeconfigSource } from '@/lib/kube/contexts'
import type { Revision } from '@/lib/mesh/snapshot'

/** Parameters of a view as they stand in a query. */
export type WireParams = Readonly<Record<string, string | readonly string[]>>

/** What a worker is started with. */
export interface SessionStart {
  readonly slug: string
  readonly source: KubeconfigSource
  /** Where what must outlast the process is kept (log levels to put back). */
  readonly stateFolder: string
}

/** What the HTTP thread may ask of a session; `body` was parsed by the contract's schema. */
export type SessionCall =
  | { readonly method: 'view'; readonly view: string; readonly params: WireParams }
  | { readonly method: 'object'; readonly kind: string; readonly namespace: string; readonly name: string }
  | { readonly method: 'edit'; readonly body: unknown }
  | { readonly method: 'preview'; readonly body: unknown }
  | { readonly method: 'schema'; readonly kind: string }
  | { readonly method: 'envoy'; readonly namespace: string; readonly pod: string; readonly resource: string; readonly params: WireParams }
  | { readonly method: 'explain'; readonly namespace: string; readonly pod: string; readonly params: WireParams }
  | { readonly method: 'live'; readonly namespace: string; readonly pod: string; readonly params: WireParams }
  | { readonly method: 'logging'; readonly namespace: string; readonly pod: string; readonly body: unknown }

/** HTTP thread → worker. `topic` is the HTTP thread's number for one (view, params). */
export type ToSession =
  | { readonly kind: 'call'; readonly id: number; readonly call: SessionCall }
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'subscribe'; readonly topic: number; readonly view: string; readonly params: WireParams; readonly subscriber: number; readonly since: Revision | null }
  | { readonly kind: 'unsubscribe'; readonly topic: number }
  | { readonly kind: 'stop' }

/**
 * Worker → HTTP thread. `event` is the tail of a stream event after its head (`kind`, `seq`, `key`), encoded:
 * for all of the topic's subscribers, or for the one named. `lines` carries one log batch, encoded as a JSON list.
 */
export type FromSession =
  | { readonly kind: 'reply'; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'failure'; readonly id: number; readonly error: ErrorReply['error'] }
  | { readonly kind: 'event'; readonly topic: number; readonly subscriber: number | null; readonly event: 'view' | 'error'; readonly tail: Uint8Array }
  | { readonly kind: 'lines'; readonly topic: number; readonly subscriber: number | null; readonly lines: Uint8Array; readonly count: number; readonly dropped: number }
  | { readonly kind: 'facts'; readonly environment: string | null }
