import type { KindKey } from '../kinds'
import type { Problem } from '../problem'
import type { KubeObject } from '../resource'
import { getObject, listObjects, type Snapshot } from '../snapshot'
import { reportInto } from './kube-findings'

/** The version of the Gateway API from which on istiod reads a kind (gatewayapi.MinimumCRDVersions). */
const minimum = {
  'grpcroutes.gateway.networking.k8s.io': '1.1.0',
  'backendtlspolicies.gateway.networking.k8s.io': '1.4.0',
  'tlsroutes.gateway.networking.k8s.io': '1.5.0',
  'tcproutes.gateway.networking.k8s.io': '1.6.0',
} as const satisfies { readonly [Key in KindKey]?: string }

const annotation = 'gateway.networking.k8s.io/bundle-version'

/** The objects of a kind, none where the cluster's CRD is older than istiod demands or tells no version (Istio's minimumVersionFilter; SPEC GA13). Without CRDs among the objects all are read. */
export function readByVersion(snapshot: Snapshot, key: keyof typeof minimum, findings: Problem[]): readonly KubeObject[] {
  const objects = [...listObjects(snapshot, key)]
  if (objects.length === 0) return objects
  const definition = getObject(snapshot, 'customresourcedefinitions.apiextensions.k8s.io', '', key)
  const version = definition?.metadata.annotations?.[annotation]
  if (!definition || (version !== undefined && !isOlder(version, minimum[key]))) return objects
  reportInto(findings, definition)('metadata.annotations', { code: 'MER074', severity: 'error', params: { kind: objects[0]?.kind ?? '', version: version ?? '', minimum: `v${minimum[key]}` } })
  return []
}

/** Whether a version is older, whatever follows its three numbers; one that is none is. */
function isOlder(version: string, than: string): boolean {
  const [own, other] = [numbersOf(version), numbersOf(than)]
  const at = own.findIndex((number, index) => number !== other[index])
  return at >= 0 && !((own[at] ?? 0) > (other[at] ?? 0))
}

function numbersOf(version: string): readonly number[] {
  const [core = ''] = (version.startsWith('v') ? version.slice(1) : version).split('-')
  return core.split('.', 3).map(Number)
}
