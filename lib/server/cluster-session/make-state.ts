import type { KindState } from '@/lib/contract/cluster'
import { analyse } from '@/lib/mesh/analyse/analyse'
import { gatewayKey, type GatewayWorkload } from '@/lib/mesh/gateway-workload'
import type { Problem } from '@/lib/mesh/problem'
import type { Snapshot } from '@/lib/mesh/snapshot'
import { compile } from '@/lib/mesh/translate/compile'
import type { Compiled } from '@/lib/mesh/translate/compiled'
import { gatewayWorkloads } from '@/lib/mesh/translate/gateway-workloads'
import type { SessionState } from './session-state'

/** What is known of the cluster besides its objects. */
export interface SessionFacts {
  readonly cluster: SessionState['cluster']
  readonly connection: SessionState['connection']
  readonly unreachableSince: number | null
  readonly kinds: readonly KindState[]
}

/** What was derived from a snapshot. */
interface Derived {
  readonly snapshot: Snapshot
  gateways: readonly GatewayWorkload[] | undefined
  readonly compiled: Map<string, Compiled | undefined>
  /** The last results of the gateways before this snapshot, which the compiles of this one start from. */
  readonly before: ReadonlyMap<string, Compiled>
  problems: readonly Problem[] | undefined
}

/** Makes states; what is derived from a snapshot is made once, on first use, and starts from what was derived before. */
export function createStateMaker(): (snapshot: Snapshot, facts: SessionFacts) => SessionState {
  let derived: Derived | undefined
  return (snapshot, facts) => {
    if (derived?.snapshot !== snapshot) derived = derivedFrom(snapshot, derived)
    return stateOf(derived, facts)
  }
}

/** A state of its own for a snapshot that is not the cluster's: drafts laid over a state of it. */
export function overlaidState(snapshot: Snapshot, facts: SessionFacts, under: SessionState): SessionState {
  const before = new Map(under.gateways().map(gatewayKey).flatMap((key) => { const compiled = under.compiled(key); return compiled ? [[key, compiled] as const] : [] }))
  return stateOf({ snapshot, gateways: undefined, compiled: new Map(), before, problems: undefined }, facts)
}

function derivedFrom(snapshot: Snapshot, last: Derived | undefined): Derived {
  const before = new Map(last?.before)
  for (const [key, compiled] of last?.compiled ?? []) {
    if (compiled) before.set(key, compiled)
    else before.delete(key)
  }
  return { snapshot, gateways: undefined, compiled: new Map(), before, problems: undefined }
}

function stateOf(derived: Derived, facts: SessionFacts): SessionState {
  const gateways = (): readonly GatewayWorkload[] => (derived.gateways ??= gatewayWorkloads(derived.snapshot))
  const compiled = (key: string): Compiled | undefined => {
    if (derived.compiled.has(key)) return derived.compiled.get(key)
    const gateway = gateways().find((one) => gatewayKey(one) === key)
    const made = gateway === undefined ? undefined : compile(derived.snapshot, gateway, { secrets: 'unseen' }, derived.before.get(key))
    derived.compiled.set(key, made)
    return made
  }
  const problems = (): readonly Problem[] => (derived.problems ??= analyse({ snapshot: derived.snapshot, compiled: gateways().flatMap((gateway) => compiled(gatewayKey(gateway)) ?? []) }))
  return { snapshot: derived.snapshot, ...facts, gateways, compiled, problems }
}
