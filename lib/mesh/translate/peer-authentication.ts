import type { MeshConfig } from '../istio/mesh-config'
import { memoParse } from '../istio/memo-parse'
import { listObjects, type Snapshot } from '../snapshot'
import { byCreation } from './creation-order'

const parsePeer = memoParse((spec) => ({ selected: spec.object('selector') !== undefined, mode: spec.object('mtls')?.string('mode') ?? 'UNSET' }))

/** The mutual TLS mode that a namespace-wide PeerAuthentication sets: the oldest of the namespace, else the root's (GetNamespaceMutualTLSMode). */
export function mutualTlsMode(snapshot: Snapshot, namespace: string, config: MeshConfig): string {
  for (const at of [namespace, config.rootNamespace]) {
    const first = [...listObjects(snapshot, 'peerauthentications.security.istio.io', at)].sort(byCreation).map((object) => parsePeer(object).value).find((peer) => !peer.selected)
    if (first && first.mode !== 'UNSET') return first.mode
  }
  return 'PERMISSIVE'
}
