import { compareBytes } from '@/lib/std/compare-bytes'
import { isJsonObject } from '@/lib/std/json'
import type { ClusterLoadAssignment, LbEndpoint } from '../envoy/cluster'
import { parseServiceEntry, parseWorkloadEntry, type WorkloadEntrySpec } from '../istio/parse-service-entry'
import { parseEndpointSlice } from '../kube/parse-endpoint-slice'
import type { KubeObject } from '../resource'
import { getObject, listObjects, type Snapshot } from '../snapshot'
import { labelsContain } from './labels'
import type { MeshService, MeshServicePort } from './mesh-service'

/** One endpoint of a service's port, with the labels that subsets choose by. */
export interface Endpoint {
  readonly address: string
  readonly port: number
  readonly ready: boolean
  readonly labels: Readonly<Record<string, string>>
  readonly weight: number
  /** undefined: not known (no pod, or an entry without one). */
  readonly serviceAccount: string | undefined
  /** The pod or WorkloadEntry behind it. */
  readonly workload: { readonly kind: 'Pod' | 'WorkloadEntry' | 'inline'; readonly name: string }
}

/** All endpoints of a service's port: EndpointSlices with their pods' labels, WorkloadEntries that the selector picks, inline endpoints. */
export function endpointsOf(snapshot: Snapshot, service: MeshService, port: MeshServicePort): readonly Endpoint[] {
  return service.object.kind === 'Service' ? kubeEndpoints(snapshot, service, port) : entryEndpoints(snapshot, service, port)
}

function kubeEndpoints(snapshot: Snapshot, service: MeshService, port: MeshServicePort): readonly Endpoint[] {
  const found: Endpoint[] = []
  for (const slice of slicesOf(snapshot, service.namespace, service.name)) {
    const { value } = parseEndpointSlice(slice)
    const number = value.ports.find((candidate) => candidate.name === port.name)?.port
    if (number === undefined) continue
    for (const endpoint of value.endpoints) {
      const pod = endpoint.pod === undefined ? undefined : getObject(snapshot, 'pods', service.namespace, endpoint.pod)
      for (const address of endpoint.addresses) found.push({ address, port: number, ready: endpoint.ready, labels: pod?.metadata.labels ?? {}, weight: 1, serviceAccount: pod && serviceAccountOf(pod), workload: { kind: 'Pod', name: endpoint.pod ?? address } })
    }
  }
  return [...found, ...selectedEntries(snapshot, service, port)]
}

function serviceAccountOf(pod: KubeObject): string {
  const spec = pod['spec']
  return isJsonObject(spec) && typeof spec['serviceAccountName'] === 'string' ? spec['serviceAccountName'] : ''
}

const slices = new WeakMap<object, ReadonlyMap<string, ReturnType<typeof getObject>[]>>()

/** EndpointSlices by Service, indexed once for each namespace's map. */
function slicesOf(snapshot: Snapshot, namespace: string, service: string): readonly NonNullable<ReturnType<typeof getObject>>[] {
  const byName = snapshot.objects.get('endpointslices.discovery.k8s.io')?.get(namespace)
  if (!byName) return []
  let index = slices.get(byName)
  if (!index) {
    const made = new Map<string, ReturnType<typeof getObject>[]>()
    for (const slice of [...byName.values()].sort((a, b) => compareBytes(a.metadata.name, b.metadata.name))) {
      const owner = parseEndpointSlice(slice).value.service
      const known = made.get(owner)
      if (known) known.push(slice)
      else made.set(owner, [slice])
    }
    index = made
    slices.set(byName, made)
  }
  return (index.get(service) ?? []).flatMap((slice) => (slice ? [slice] : []))
}

function selectedEntries(snapshot: Snapshot, service: MeshService, port: MeshServicePort): readonly Endpoint[] {
  const { selector } = service
  if (!selector || Object.keys(selector).length === 0) return []
  return [...listObjects(snapshot, 'workloadentries.networking.istio.io', service.namespace)].flatMap((object) => {
    const entry = parseWorkloadEntry(object).value
    if (!labelsContain({ ...object.metadata.labels, ...entry.labels }, selector)) return []
    return toEndpoint(entry, port, object.metadata.labels ?? {}, { kind: 'WorkloadEntry', name: object.metadata.name })
  })
}

function toEndpoint(entry: WorkloadEntrySpec, port: MeshServicePort, labels: Readonly<Record<string, string>>, workload: Endpoint['workload']): readonly Endpoint[] {
  const number = entry.ports[port.name] ?? (typeof port.targetPort === 'number' ? port.targetPort : port.port)
  return entry.address === '' ? [] : [{ address: entry.address, port: number, ready: true, labels: { ...labels, ...entry.labels }, weight: entry.weight === 0 ? 1 : entry.weight, serviceAccount: entry.serviceAccount === '' ? undefined : entry.serviceAccount, workload }]
}

function entryEndpoints(snapshot: Snapshot, service: MeshService, port: MeshServicePort): readonly Endpoint[] {
  const spec = parseServiceEntry(service.object).value
  if (spec.endpoints.length > 0) return spec.endpoints.flatMap((entry) => toEndpoint(entry, port, {}, { kind: 'inline', name: entry.address }))
  if (service.selector) return [...selectedEntries(snapshot, service, port), ...selectedPods(snapshot, service, port)]
  const named = service.resolution === 'dns' || service.resolution === 'dns-round-robin'
  return named && !service.hostname.startsWith('*') ? [{ address: service.hostname, port: typeof port.targetPort === 'number' ? port.targetPort : port.port, ready: true, labels: {}, weight: 1, serviceAccount: undefined, workload: { kind: 'inline', name: service.hostname } }] : []
}

function selectedPods(snapshot: Snapshot, service: MeshService, port: MeshServicePort): readonly Endpoint[] {
  return [...listObjects(snapshot, 'pods', service.namespace)].flatMap((pod) => {
    const labels = pod.metadata.labels ?? {}
    const status = pod['status']
    const address = isJsonObject(status) && typeof status['podIP'] === 'string' ? status['podIP'] : ''
    if (address === '' || !service.selector || !labelsContain(labels, service.selector)) return []
    return [{ address, port: typeof port.targetPort === 'number' ? port.targetPort : port.port, ready: true, labels, weight: 1, serviceAccount: serviceAccountOf(pod), workload: { kind: 'Pod' as const, name: pod.metadata.name } }]
  })
}

/** Endpoints as Envoy gets them over EDS; those not ready are left out as Istio does. */
export function loadAssignment(clusterName: string, endpoints: readonly Endpoint[]): ClusterLoadAssignment {
  const ready = endpoints.filter((endpoint) => endpoint.ready)
  if (ready.length === 0) return { cluster_name: clusterName }
  const lbEndpoints = ready.map((endpoint): LbEndpoint => ({ endpoint: { address: { socket_address: { address: endpoint.address, port_value: endpoint.port } } }, load_balancing_weight: endpoint.weight }))
  return { cluster_name: clusterName, endpoints: [{ locality: {}, lb_endpoints: lbEndpoints, load_balancing_weight: ready.reduce((sum, endpoint) => sum + endpoint.weight, 0) }] }
}
