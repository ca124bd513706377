import { compareBytes } from '@/lib/std/compare-bytes'
import type { KubeObject } from '../resource'

/** When an object without a creation time counts as created: before any real one, after what istiod derives. */
export const unknownTime = '1970-01-01T00:00:00Z'

/** Istio's sortConfigByCreationTime: creation time (seconds), then name, then namespace. Objects without a time count as created first, together. */
export function byCreation(a: KubeObject, b: KubeObject): number {
  return (
    compareBytes(a.metadata.creationTimestamp ?? unknownTime, b.metadata.creationTimestamp ?? unknownTime) ||
    compareBytes(a.metadata.name, b.metadata.name) ||
    compareBytes(a.metadata.namespace ?? '', b.metadata.namespace ?? '')
  )
}
