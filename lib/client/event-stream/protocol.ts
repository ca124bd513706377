import type { Subscription } from '@/lib/contract/stream'

/** The state of the one event stream. Times are epoch ms. */
export interface StreamState {
  readonly state: 'connecting' | 'open' | 'lost'
  /** Since when it is so. */
  readonly since: number
  /** The last sign of life (event or heartbeat); null before the first. */
  readonly lastEventAt: number | null
  /** When a lost stream is tried again. */
  readonly retryAt: number | null
}

/** What a tab tells the hub. `bye` ends the tab's part. */
export type ToHub =
  | { readonly kind: 'subscribe'; readonly subscription: Subscription }
  | { readonly kind: 'unsubscribe'; readonly key: string }
  | { readonly kind: 'retry' }
  | { readonly kind: 'bye' }

/** What the hub tells a tab: raw events of its keys (parsed by the tab), and the state of the stream. */
export type FromHub =
  | { readonly kind: 'event'; readonly key: string; readonly text: string }
  | { readonly kind: 'state'; readonly state: StreamState }

/** The half of a MessagePort that the hub needs. */
export interface HubPort {
  postMessage(message: FromHub): void
}

/** A tab's line to the hub, wherever that lives. */
export interface HubLine {
  readonly send: (message: ToHub) => void
}
