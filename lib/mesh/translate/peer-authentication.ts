import type { MeshConfig } from '../istio/mesh-config'
import { memoParse } from '../istio/memo-parse'
import type { Fields } from '../istio/read'
import type { KubeObject } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'
import { byCreation } from './creation-order'
import { labelsContain } from './labels'

const parsePeer = memoParse((spec) => ({ selector: spec.object('selector')?.stringMap('matchLabels'), mode: modeOf(spec.object('mtls')), ports: spec.object('portLevelMtls') }))

function modeOf(mtls: Fields | undefined): string {
  return mtls?.string('mode') ?? 'UNSET'
}

function policies(snapshot: Snapshot, namespace: string): readonly KubeObject[] {
  return [...listObjects(snapshot, 'peerauthentications.security.istio.io', namespace)].sort(byCreation)
}

/** The mutual TLS mode that a namespace-wide PeerAuthentication sets: the oldest of the namespace, else the root's (GetNamespaceMutualTLSMode). */
export function mutualTlsMode(snapshot: Snapshot, namespace: string, config: MeshConfig): string {
  const known = modes.get(snapshot) ?? new Map<string, string>()
  modes.set(snapshot, known)
  const key = `${config.rootNamespace} ${namespace}`
  const found = known.get(key) ?? writtenMode(snapshot, namespace, config)
  known.set(key, found)
  return found
}

const modes = new WeakMap<Snapshot, Map<string, string>>()

function writtenMode(snapshot: Snapshot, namespace: string, config: MeshConfig): string {
  for (const at of [namespace, config.rootNamespace]) {
    const first = policies(snapshot, at).map((object) => parsePeer(object).value).find((peer) => peer.selector === undefined)
    if (first && first.mode !== 'UNSET') return first.mode
  }
  return 'PERMISSIVE'
}

/** The mode for one workload's port: the mesh's, its namespace's, its own by selector, each where it is set (ComposePeerAuthentication). */
export function workloadTlsMode(snapshot: Snapshot, workload: { readonly namespace: string; readonly labels: Readonly<Record<string, string>>; readonly port: number }, config: MeshConfig): string {
  const { namespace, labels } = workload
  const own = namespace === config.rootNamespace ? undefined : policies(snapshot, namespace).map((object) => parsePeer(object).value).find(({ selector }) => selector !== undefined && Object.keys(selector).length > 0 && labelsContain(labels, selector))
  const mode = own === undefined || own.mode === 'UNSET' ? mutualTlsMode(snapshot, namespace, config) : own.mode
  const port = modeOf(own?.ports?.object(String(workload.port)))
  return port === 'UNSET' ? mode : port
}
