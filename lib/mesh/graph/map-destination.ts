import { isJsonObject } from '@/lib/std/json'
import type { KubeObject } from '../resource'
import { getObject, type Snapshot } from '../snapshot'
import type { Compiled } from '../translate/compiled'
import { clusterLabel, parseClusterName } from './cluster-name'
import { endpointCount, sentEndpoints } from './endpoint-counts'
import type { MapDestination, MapProtocol } from './model'
import { pathWithin, problemsOf, troubleOf, type ProblemIndex } from './problem-index'

/** The destination that an edge names: a cluster of the configuration, or an answer that Envoy gives itself. */
export function mapDestination(snapshot: Snapshot, compiled: Compiled, { id, endpoints, problems }: { readonly id: string; readonly endpoints: 'of services' | 'sent'; readonly problems: ProblemIndex }): MapDestination {
  if (id.startsWith('redirect|')) return answer(id, 'redirect', redirectLabel(id))
  if (id.startsWith('direct|')) return answer(id, 'direct', id.slice('direct|'.length))
  const parts = parseClusterName(id)
  const label = parts ? clusterLabel(parts) : id
  if (compiled.cluster(id) === undefined) return answer(id, 'missing', label)
  const resource = compiled.provenance.clusters.get(id)?.[0]?.resource ?? null
  const external = resource?.kind === 'ServiceEntry' && !inMesh(snapshot, resource)
  const counted = endpoints === 'sent' ? sentEndpoints(compiled, id) : endpointCount(snapshot, compiled, id)
  const count = external && counted?.total === 0 ? null : counted
  return {
    id,
    kind: external ? 'external' : 'cluster',
    label,
    protocol: destinationProtocol(snapshot, resource, parts?.port ?? ''),
    ready: count?.ready ?? null,
    total: count?.total ?? null,
    resource,
    trouble: destinationTrouble(compiled, id, problems),
  }
}

/** Of a Service's problems those of this port, of a DestinationRule's those of this subset, and what is about the whole of either. */
function destinationTrouble(compiled: Compiled, id: string, problems: ProblemIndex): MapDestination['trouble'] {
  if (problems.size === 0) return null
  return troubleOf((compiled.provenance.clusters.get(id) ?? []).flatMap(({ resource, path }) => problemsOf(problems, resource).filter((problem) => !inList(problem.path) || (inList(path) && pathWithin(problem.path, path)))))
}

function inList(path: string): boolean {
  return ['spec.subsets[', 'spec.ports[', 'spec.endpoints['].some((list) => path.startsWith(list))
}

function answer(id: string, kind: 'redirect' | 'direct' | 'missing', label: string): MapDestination {
  return { id, kind, label, protocol: 'http', ready: null, total: null, resource: null, trouble: null }
}

function redirectLabel(id: string): string {
  const [, status, ...target] = id.split('|')
  const to = target.join('|')
  return to === '' ? `${status ?? ''}` : `${status ?? ''} → ${to}`
}

function inMesh(snapshot: Snapshot, resource: { readonly namespace: string; readonly name: string }): boolean {
  const spec = getObject(snapshot, 'serviceentries.networking.istio.io', resource.namespace, resource.name)?.['spec']
  return isJsonObject(spec) && spec['location'] === 'MESH_INTERNAL'
}

function destinationProtocol(snapshot: Snapshot, resource: { readonly kind: string; readonly namespace: string; readonly name: string } | null, port: string): MapProtocol {
  if (!resource) return 'http'
  const key = resource.kind === 'Service' ? 'services' : 'serviceentries.networking.istio.io'
  const declared = portsOf(getObject(snapshot, key, resource.namespace, resource.name)).find((candidate) => candidate.number === port)
  return declared ? protocolHue(declared.protocol) : 'http'
}

function portsOf(object: KubeObject | undefined): readonly { readonly number: string; readonly protocol: string }[] {
  const spec = object?.['spec']
  const ports = isJsonObject(spec) && Array.isArray(spec['ports']) ? spec['ports'] : []
  return ports.filter(isJsonObject).map((port) => {
    const name = typeof port['name'] === 'string' ? port['name'] : ''
    const said = typeof port['appProtocol'] === 'string' ? port['appProtocol'] : object?.kind === 'Service' ? name : port['protocol']
    const number = port['port'] ?? port['number']
    return { number: typeof number === 'number' || typeof number === 'string' ? String(number) : '', protocol: typeof said === 'string' ? said : name }
  })
}

/** The hue of a protocol as a Service's port name (`grpc-web`), appProtocol or Istio's protocol field gives it. */
export function protocolHue(protocol: string): MapProtocol {
  const word = protocol.toLowerCase().replace('kubernetes.io/', '')
  const head = word.split('-')[0] ?? ''
  switch (head) {
    case 'grpc': return 'grpc'
    case 'https': return 'https'
    case 'tls': return 'tls'
    case 'tcp': case 'mysql': case 'mongo': case 'redis': case 'udp': return 'tcp'
    default: return 'http'
  }
}
