import { compareBytes } from '@/lib/std/compare-bytes'
import type { KubeObject } from '../resource'

/** Istio's sortConfigByCreationTime: creation time (seconds), then name, then namespace. Objects without a time count as created first, together. */
export function byCreation(a: KubeObject, b: KubeObject): number {
  return (
    compareBytes(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') ||
    compareBytes(a.metadata.name, b.metadata.name) ||
    compareBytes(a.metadata.namespace ?? '', b.metadata.namespace ?? '')
  )
}
