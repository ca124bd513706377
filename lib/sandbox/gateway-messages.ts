import type { ApplyResult, GatewayConfiguration, GatewayPlaces, GatewayRuntimeOptions } from './gateway-runtime'

/** What a gateway's worker gets as its workerData. */
export interface WorkerStart {
  readonly options: GatewayRuntimeOptions
}

/** What the sandbox asks of a gateway's worker; each `id` is answered once. */
export type ToWorker =
  | { readonly kind: 'apply'; readonly id: number; readonly configuration: GatewayConfiguration }
  | { readonly kind: 'places'; readonly id: number; readonly places: GatewayPlaces }
  | { readonly kind: 'requests'; readonly id: number }
  | { readonly kind: 'stop'; readonly id: number }

/** What a gateway's worker tells. */
export type FromWorker =
  | { readonly kind: 'started'; readonly adminPort: number; readonly readyPort: number }
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'applied'; readonly id: number; readonly result: ApplyResult; readonly bound: readonly (readonly [number, number])[] }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  | { readonly kind: 'requests'; readonly id: number; readonly counts: readonly (readonly [string, number])[] }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'quit'; readonly reason: string }
