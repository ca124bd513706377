import { compareBytes } from '@/lib/std/compare-bytes'
import { isJsonObject } from '@/lib/std/json'
import { parseServiceEntry, parseWorkloadEntry, type WorkloadEntrySpec } from '../istio/parse-service-entry'
import { parseEndpointSlice } from '../kube/parse-endpoint-slice'
import type { KubeObject } from '../resource'
import { getObject, listObjects, type Snapshot } from '../snapshot'
import { byCreation } from './creation-order'
import { labelsContain } from './labels'
import { addressCount, isAddress, type MeshService, type MeshServicePort } from './mesh-service'
import { parseProtocol } from './protocol'

/** One endpoint of a service's port, with the labels that subsets choose by. */
export interface Endpoint {
  readonly address: string
  readonly port: number
  readonly ready: boolean
  /** What Kubernetes says of it, where it does. */
  readonly health?: 'HEALTHY'
  readonly labels: Readonly<Record<string, string>>
  readonly weight: number
  readonly namespace: string
  /** Whether the endpoint takes Istio's mutual TLS. */
  readonly tlsMode: 'istio' | 'disabled'
  readonly locality: string
  /** undefined: not known (no pod, or an entry without one). */
  readonly serviceAccount: string | undefined
  /** The pod or WorkloadEntry behind it. */
  readonly workload: { readonly kind: 'Pod' | 'WorkloadEntry' | 'inline'; readonly name: string }
}

/**
 * All endpoints of a service's port: EndpointSlices with their pods' labels, WorkloadEntries that the selector picks, inline endpoints.
 * ServiceEntries of one namespace and host give theirs together, whoever may see them (Istio's mergeServicesInstancesByNamespaceHost);
 * behind a Kubernetes Service of that name EDS finds them by the port's name, clusters are decided on by its number (CopyEndpoints).
 */
export function endpointsOf(snapshot: Snapshot, service: MeshService, port: MeshServicePort, by: 'name' | 'number' = 'name'): readonly Endpoint[] {
  const external = externalInstances(snapshot, service.namespace, service.hostname)
  const kube = service.object.kind === 'Service'
  const found = external.length === 0 ? external : external.filter((instance) => (kube && by === 'name' ? instance.port.name === port.name : instance.port.port === port.port))
  const own = sliceEndpoints(snapshot, service, port)
  const workloads = kube ? workloadsBehind(snapshot, service, port) : noEndpoints
  return found.length + workloads.length === 0 ? own : [...found.map(({ endpoint }) => endpoint), ...own, ...workloads]
}

/** The service accounts of the endpoints of all ports, without the endpoints being made (EndpointShards.ServiceAccounts). */
export function endpointAccounts(snapshot: Snapshot, service: MeshService): ReadonlySet<string> {
  const kube = service.object.kind === 'Service'
  const found = new Set<string>()
  const add = (account: string | undefined): void => { if (account !== undefined) found.add(account) }
  for (const { port, endpoint } of externalInstances(snapshot, service.namespace, service.hostname)) {
    if (service.ports.some((own) => (kube ? own.name === port.name : own.port === port.port))) add(endpoint.serviceAccount)
  }
  for (const slice of slicesBehind(snapshot, service)) {
    const { ports, endpoints } = parseEndpointSlice(slice).value
    if (!service.ports.some((own) => ports.some(({ name }) => name === own.name))) continue
    for (const { pod, addresses } of endpoints) {
      const object = pod === undefined || addresses.length === 0 ? undefined : getObject(snapshot, 'pods', service.namespace, pod)
      if (object) found.add(serviceAccountOf(object))
    }
  }
  if (kube) for (const port of service.ports) for (const endpoint of workloadsBehind(snapshot, service, port)) add(endpoint.serviceAccount)
  return found
}

interface Instance {
  readonly port: MeshServicePort
  readonly endpoint: Endpoint
}

const noInstances: readonly Instance[] = []
const instances = new WeakMap<Snapshot, Map<string, readonly Instance[]>>()

/** What all ServiceEntries of a namespace say of a host, the oldest first; DNS_ROUND_ROBIN gives a port one endpoint only. */
function externalInstances(snapshot: Snapshot, namespace: string, hostname: string): readonly Instance[] {
  const entries = entriesOf(snapshot, namespace, hostname)
  if (entries.length === 0) return noInstances
  const known = instances.get(snapshot) ?? new Map<string, readonly Instance[]>()
  instances.set(snapshot, known)
  const key = `${namespace}/${hostname}`
  const found = known.get(key) ?? joinInstances(snapshot, entries, hostname)
  known.set(key, found)
  return found
}

function joinInstances(snapshot: Snapshot, entries: readonly KubeObject[], hostname: string): readonly Instance[] {
  const out: Instance[] = []
  const taken = new Set<number>()
  for (const object of entries) {
    const spec = parseServiceEntry(object).value
    const found = entryInstances(snapshot, object, hostname)
    const services = addressCount(spec) * spec.hosts.filter((host) => host === hostname).length
    for (const instance of Array.from({ length: services }, () => found).flat()) {
      if (spec.resolution === 'DNS_ROUND_ROBIN' && taken.has(instance.port.port)) continue
      out.push(instance)
      taken.add(instance.port.port)
    }
  }
  return out
}

const entries = new WeakMap<object, ReadonlyMap<string, readonly KubeObject[]>>()

/** ServiceEntries of a namespace that have a host, by age; indexed once for each namespace's map. */
function entriesOf(snapshot: Snapshot, namespace: string, hostname: string): readonly KubeObject[] {
  const byName = snapshot.objects.get('serviceentries.networking.istio.io')?.get(namespace)
  if (!byName) return []
  let index = entries.get(byName)
  if (!index) {
    const made = new Map<string, KubeObject[]>()
    for (const object of [...byName.values()].sort(byCreation)) {
      for (const host of new Set(parseServiceEntry(object).value.hosts)) {
        const known = made.get(host)
        if (known) known.push(object)
        else made.set(host, [object])
      }
    }
    index = made
    entries.set(byName, made)
  }
  return index.get(hostname) ?? noEntries
}

const noEntries: readonly KubeObject[] = []

function sliceEndpoints(snapshot: Snapshot, service: MeshService, port: MeshServicePort): readonly Endpoint[] {
  const slices = slicesBehind(snapshot, service)
  if (slices.length === 0) return noEndpoints
  const found: Endpoint[] = []
  for (const slice of slices) {
    const { value } = parseEndpointSlice(slice)
    const number = value.ports.find((candidate) => candidate.name === port.name)?.port
    if (number === undefined) continue
    for (const endpoint of value.endpoints) {
      const pod = endpoint.pod === undefined ? undefined : getObject(snapshot, 'pods', service.namespace, endpoint.pod)
      for (const address of endpoint.addresses) found.push({ address, port: number, ready: endpoint.ready, health: 'HEALTHY', namespace: service.namespace, tlsMode: tlsModeOf(pod?.metadata.labels), locality: '', labels: pod?.metadata.labels ?? {}, weight: 1, serviceAccount: pod && serviceAccountOf(pod), workload: { kind: 'Pod', name: endpoint.pod ?? address } })
    }
  }
  return found
}

const noEndpoints: readonly Endpoint[] = []

/** The WorkloadEntries behind a Kubernetes Service; a headless one has none. */
function workloadsBehind(snapshot: Snapshot, service: MeshService, port: MeshServicePort): readonly Endpoint[] {
  const { selector, namespace } = service
  if (!selector || service.resolution !== 'eds' || !snapshot.objects.get('workloadentries.networking.istio.io')?.get(namespace) || Object.keys(selector).length === 0) return noEndpoints
  return selectedEntries(snapshot, { namespace, selector, named: false }).flatMap(({ entry, owner }) => serviceEndpoint(entry, port, owner))
}

/** A WorkloadEntry behind a Kubernetes Service: a target port's name is one of its own ports, else it is no endpoint (Istio's serviceInstanceFromWorkloadInstance). */
function serviceEndpoint(entry: WorkloadEntrySpec, port: MeshServicePort, owner: EntryOwner): readonly Endpoint[] {
  const made = toEndpoint(entry, port, owner)
  if (typeof port.targetPort === 'number' || made.port === 0) return [made]
  const own = entry.ports[port.targetPort] ?? 0
  return own === 0 ? [] : [{ ...made, port: own }]
}

function tlsModeOf(labels: Readonly<Record<string, string>> | undefined): Endpoint['tlsMode'] {
  return labels?.['security.istio.io/tlsMode'] === 'istio' ? 'istio' : 'disabled'
}

function serviceAccountOf(pod: KubeObject): string {
  const spec = pod['spec']
  return isJsonObject(spec) && typeof spec['serviceAccountName'] === 'string' ? spec['serviceAccountName'] : ''
}

const slices = new WeakMap<object, ReadonlyMap<string, ReturnType<typeof getObject>[]>>()

function slicesBehind(snapshot: Snapshot, { namespace, slices: name }: MeshService): readonly KubeObject[] {
  return name === undefined ? noEntries : slicesOf(snapshot, namespace, name)
}

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

/** The WorkloadEntries that a selector picks, by name; one whose address is a name only where names are resolved. */
function selectedEntries(snapshot: Snapshot, by: { readonly namespace: string; readonly selector: Readonly<Record<string, string>>; readonly named: boolean }): readonly { readonly entry: WorkloadEntrySpec; readonly owner: EntryOwner }[] {
  return [...listObjects(snapshot, 'workloadentries.networking.istio.io', by.namespace)].sort(byName).flatMap((object) => {
    const entry = parseWorkloadEntry(object).value
    if (!labelsContain({ ...entry.labels, ...object.metadata.labels }, by.selector)) return []
    if (entry.address !== '' && !isAddress(entry.address) && !by.named) return []
    return [{ entry, owner: { namespace: by.namespace, labels: object.metadata.labels ?? {}, workload: { kind: 'WorkloadEntry', name: object.metadata.name } } }]
  })
}

interface EntryOwner {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly workload: Endpoint['workload']
}

/** Istio's convertWorkloadEntryToWorkloadInstance and convertWorkloadInstanceToServiceInstance. */
function toEndpoint(entry: WorkloadEntrySpec, port: MeshServicePort, owner: EntryOwner): Endpoint {
  const labels = { ...entry.labels, ...owner.labels }
  const own = entry.ports[port.name] ?? 0
  const unix = entry.address.startsWith('unix://')
  const written = labels['security.istio.io/tlsMode']
  return {
    address: unix ? entry.address.slice('unix://'.length) : entry.address,
    port: unix ? 0 : own > 0 ? own : typeof port.targetPort === 'number' && port.targetPort !== 0 ? port.targetPort : port.port,
    ready: true,
    namespace: owner.namespace,
    tlsMode: (written ?? (entry.serviceAccount === '' ? 'disabled' : 'istio')) === 'istio' ? 'istio' : 'disabled',
    locality: entry.locality === '' ? (labels['istio-locality'] ?? '').replaceAll('.', '/') : entry.locality,
    labels,
    weight: entry.weight === 0 ? 1 : entry.weight,
    serviceAccount: entry.serviceAccount === '' ? undefined : entry.serviceAccount,
    workload: owner.workload,
  }
}

/** Istio's convertServiceEntryToInstances: by endpoint and port for inline ones, by workload for a selector, the host itself for DNS without either. */
function entryInstances(snapshot: Snapshot, object: KubeObject, hostname: string): readonly Instance[] {
  const spec = parseServiceEntry(object).value
  const namespace = object.metadata.namespace ?? ''
  const ports = spec.ports.map((port): MeshServicePort => ({ name: port.name, port: port.number, protocol: parseProtocol(port.protocol), targetPort: port.targetPort === 0 ? port.number : port.targetPort }))
  const named = spec.resolution === 'DNS' || spec.resolution === 'DNS_ROUND_ROBIN'
  const each = (make: (port: MeshServicePort) => Endpoint): readonly Instance[] => ports.map((port) => ({ port, endpoint: make(port) }))
  if (spec.workloadSelector) {
    const selector = spec.workloadSelector
    const pods = [...listObjects(snapshot, 'pods', namespace)].sort(byName).flatMap((pod) => (labelsContain(pod.metadata.labels ?? {}, selector) ? each((port) => podEndpoint(pod, port)) : []))
    const workloads = selectedEntries(snapshot, { namespace, selector, named }).flatMap(({ entry, owner }) => each((port) => toEndpoint(entry, port, owner)))
    return [...pods.filter(({ endpoint }) => endpoint.address !== ''), ...workloads]
  }
  if (spec.endpoints.length > 0) return spec.endpoints.flatMap((entry, index) => each((port) => toEndpoint(entry, port, { namespace, labels: {}, workload: { kind: 'inline', name: `${object.metadata.name}-${index}` } })))
  if (!named) return []
  return each((port) => ({
    address: hostname, port: typeof port.targetPort === 'number' ? port.targetPort : port.port, ready: true, namespace, tlsMode: 'disabled', locality: '', labels: {}, weight: 1, serviceAccount: undefined, workload: { kind: 'inline', name: object.metadata.name },
  }))
}

function byName(a: KubeObject, b: KubeObject): number {
  return compareBytes(a.metadata.name, b.metadata.name)
}

function podEndpoint(pod: KubeObject, port: MeshServicePort): Endpoint {
  const labels = pod.metadata.labels ?? {}
  const status = pod['status']
  const address = isJsonObject(status) && typeof status['podIP'] === 'string' ? status['podIP'] : ''
  return { address, port: typeof port.targetPort === 'number' ? port.targetPort : port.port, ready: true, health: 'HEALTHY', namespace: pod.metadata.namespace ?? '', tlsMode: tlsModeOf(labels), locality: '', labels, weight: 1, serviceAccount: serviceAccountOf(pod), workload: { kind: 'Pod', name: pod.metadata.name } }
}
