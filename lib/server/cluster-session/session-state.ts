import type { KindState } from '@/lib/contract/cluster'
import type { GatewayWorkload } from '@/lib/mesh/gateway-workload'
import type { Problem } from '@/lib/mesh/problem'
import type { Snapshot } from '@/lib/mesh/snapshot'
import type { Compiled } from '@/lib/mesh/translate/compiled'

/** What a view is computed from: one snapshot, and what is derived from it (made once a snapshot, on first use). */
export interface SessionState {
  readonly snapshot: Snapshot
  readonly cluster: { readonly slug: string; readonly context: string; readonly version: string | null; readonly environment: string | null }
  readonly connection: 'connecting' | 'connected' | 'unreachable'
  readonly unreachableSince: number | null
  readonly kinds: readonly KindState[]
  /** The gateway workloads of this snapshot, sorted by namespace and name. */
  gateways(): readonly GatewayWorkload[]
  /** The compiled configuration of one gateway (incremental); undefined when there is no such gateway. */
  compiled(gatewayKey: string): Compiled | undefined
  /** All findings over the edge. */
  problems(): readonly Problem[]
}
