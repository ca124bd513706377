import type { Fields } from '../istio/read'
import type { KubeObject } from '../resource'
import type { Snapshot } from '../snapshot'
import type { ListenerConflicts } from './kube-conflicts'
import type { Report } from './kube-findings'

/** Where a listener stands. */
export interface ListenerPlace {
  readonly snapshot: Snapshot
  readonly secrets: 'listed' | 'unseen'
  readonly gateway: KubeObject
  readonly owner: KubeObject
  /** The hostnames of the Gateway's Services. */
  readonly services: readonly string[]
  readonly account: string
  readonly frontend: Fields | undefined
  readonly conflicts: ListenerConflicts
  readonly report: Report
}
