import { compareBytes } from '@/lib/std/compare-bytes'
import { isJsonObject } from '@/lib/std/json'
import { gatewayKey, type GatewayWorkload } from '../gateway-workload'
import { meshConfigJson, meshConfigOf } from '../istio/mesh-config'
import { parseGateway } from '../istio/parse-gateway'
import { parseService } from '../kube/parse-service'
import type { KubeObject } from '../resource'
import { getObject, listObjects, type ObjectsByNamespace, type Snapshot } from '../snapshot'
import { ingressSelector } from './ingress'
import { gatewayServices } from './kube-gateways'
import { labelsContain } from './labels'

const gatewayNameLabel = 'gateway.networking.k8s.io/gateway-name'
const podOnlyLabels: ReadonlySet<string> = new Set(['pod-template-hash', 'controller-revision-hash', 'statefulset.kubernetes.io/pod-name', 'apps.kubernetes.io/pod-index', 'pod-template-generation'])

/**
 * The gateways of the cluster: pods that a Gateway's selector picks, that a Gateway API Gateway's Service picks or that
 * run for one, and those that serve Ingresses, grouped by their top controller. A selector without a pod makes one
 * workload of its own, named after a Service with that selector, else after one that asks for its labels and more (as that
 * of Istio's own installation does), else after the Gateway's namespace and the value of label `istio`. Selectors that lead
 * to one Service make one workload, which has all their labels. Sorted by namespace and name.
 */
export function gatewayWorkloads(snapshot: Snapshot): readonly GatewayWorkload[] {
  const selectors = gatewaySelectors(snapshot)
  const found = new Map<string, GatewayWorkload>()
  const satisfied = new Set<string>()
  for (const names of snapshot.objects.get('pods')?.values() ?? []) {
    const own = namespaceWorkloads(names, selectors)
    for (const key of own.satisfied) satisfied.add(key)
    for (const [key, workload] of own.workloads) if (!found.has(key)) found.set(key, workload)
  }
  const podless = new Map<string, GatewayWorkload>()
  for (const selector of selectors) {
    if (satisfied.has(selector.key) || Object.keys(selector.labels).length === 0) continue
    const workload = withoutPods(snapshot, selector)
    const known = podless.get(gatewayKey(workload))
    const place = known === undefined || agree(known.labels, workload.labels) ? workload : namedBySelector(selector)
    podless.set(gatewayKey(place), { ...place, labels: { ...podless.get(gatewayKey(place))?.labels, ...place.labels } })
  }
  return [...new Map([...podless, ...found]).values()].sort((a, b) => compareBytes(a.namespace, b.namespace) || compareBytes(a.name, b.name))
}

/** What the pods of one namespace run, and whose selectors pick them. */
interface NamespaceWorkloads {
  readonly selectors: readonly Selector[]
  readonly workloads: ReadonlyMap<string, GatewayWorkload>
  readonly satisfied: ReadonlySet<string>
}

const ofNamespace = new WeakMap<ReadonlyMap<string, KubeObject>, NamespaceWorkloads>()

/** Remembered for the namespace's map of pods, which stays the same while none of them changes. */
function namespaceWorkloads(names: ReadonlyMap<string, KubeObject>, selectors: readonly Selector[]): NamespaceWorkloads {
  const known = ofNamespace.get(names)
  if (known?.selectors === selectors || (known?.selectors.length === selectors.length && known.selectors.every(({ key }, at) => key === selectors[at]?.key))) return known
  const asked = selectors.filter(({ labels }) => Object.keys(labels).length > 0)
  const workloads = new Map<string, GatewayWorkload>()
  const satisfied = new Set<string>()
  for (const pod of names.values()) {
    const labels = pod.metadata.labels ?? {}
    const picked = asked.filter((selector) => (selector.only ?? pod.metadata.namespace) === pod.metadata.namespace && labelsContain(labels, selector.labels))
    if (picked.length === 0 && labels[gatewayNameLabel] === undefined) continue
    for (const selector of picked) satisfied.add(selector.key)
    const workload = { namespace: pod.metadata.namespace ?? '', name: controllerOf(pod), labels: sharedLabels(labels) }
    if (!workloads.has(gatewayKey(workload))) workloads.set(gatewayKey(workload), workload)
  }
  const made = { selectors, workloads, satisfied }
  ofNamespace.set(names, made)
  return made
}

/** The pods of a gateway workload, sorted by name. */
export function gatewayPods(snapshot: Snapshot, gateway: GatewayWorkload): readonly KubeObject[] {
  return [...listObjects(snapshot, 'pods', gateway.namespace)]
    .filter((pod) => controllerOf(pod) === gateway.name && labelsContain(pod.metadata.labels ?? {}, gateway.labels))
    .sort((a, b) => compareBytes(a.metadata.name, b.metadata.name))
}

interface Selector {
  readonly key: string
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  /** A Service picks pods of its own namespace only. */
  readonly only?: string
}

const selectorsOf = new WeakMap<ObjectsByNamespace, readonly Selector[]>()

function gatewaySelectors(snapshot: Snapshot): readonly Selector[] {
  const written = writtenSelectors(snapshot)
  const added = new Map<string, Selector>()
  const ingress = ingressSelector(snapshot, meshConfigOf(meshConfigJson(snapshot)))
  if (ingress) add(added, { namespace: 'istio-system', labels: ingress })
  for (const gateway of listObjects(snapshot, 'gateways.gateway.networking.k8s.io')) {
    for (const hostname of gatewayServices(snapshot, gateway, 'cluster.local')) {
      const [name = '', namespace = ''] = hostname.split('.')
      const service = getObject(snapshot, 'services', namespace, name)
      const labels = service && parseService(service).value.selector
      if (labels && namespace === gateway.metadata.namespace) add(added, { namespace, labels, only: namespace })
    }
  }
  const covered = (selector: Selector): boolean => written.some(({ labels }) => Object.keys(labels).length > 0 && labelsContain(selector.labels, labels))
  return added.size === 0 ? written : [...written, ...[...added.values()].filter((selector) => !covered(selector))]
}

/** The selectors of Istio's Gateways. */
function writtenSelectors(snapshot: Snapshot): readonly Selector[] {
  const objects = snapshot.objects.get('gateways.networking.istio.io')
  const known = objects && selectorsOf.get(objects)
  if (known) return known
  const selectors = readSelectors(snapshot)
  if (objects) selectorsOf.set(objects, selectors)
  return selectors
}

function readSelectors(snapshot: Snapshot): readonly Selector[] {
  const byKey = new Map<string, Selector>()
  for (const gateway of listObjects(snapshot, 'gateways.networking.istio.io')) {
    const labels = parseGateway(gateway).value.selector
    if (labels) add(byKey, { namespace: gateway.metadata.namespace ?? '', labels })
  }
  return [...byKey.values()]
}

function add(byKey: Map<string, Selector>, selector: Omit<Selector, 'key'>): void {
  const key = `${selector.only ?? ''}${JSON.stringify(Object.entries(selector.labels).sort(([a], [b]) => compareBytes(a, b)))}`
  if (!byKey.has(key)) byKey.set(key, { ...selector, key })
}

function withoutPods(snapshot: Snapshot, selector: Selector): GatewayWorkload {
  const service = serviceFor(snapshot, selector)
  if (!service) return namedBySelector(selector)
  return { namespace: service.metadata.namespace ?? '', name: service.metadata.name, labels: { ...selector.labels, ...parseService(service).value.selector } }
}

function namedBySelector({ namespace, labels }: Selector): GatewayWorkload {
  return { namespace, name: labels['istio'] ?? Object.values(labels)[0] ?? 'gateway', labels }
}

/** Whether pods could have both. */
function agree(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.keys(a).every((key) => !Object.hasOwn(b, key) || a[key] === b[key])
}

/** A Service that picks every pod with the selector's labels, else one whose pods all have them: in the Gateway's namespace, else anywhere. */
function serviceFor(snapshot: Snapshot, selector: Selector): KubeObject | undefined {
  let narrower: KubeObject | undefined
  for (const service of listObjects(snapshot, 'services', selector.only)) {
    const chosen = parseService(service).value.selector
    if (!chosen || Object.keys(chosen).length === 0) continue
    if (labelsContain(selector.labels, chosen)) return service
    if (!labelsContain(chosen, selector.labels)) continue
    if (narrower === undefined || (narrower.metadata.namespace !== selector.namespace && service.metadata.namespace === selector.namespace)) narrower = service
  }
  return narrower
}

function sharedLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !podOnlyLabels.has(key)))
}

/** The name of a pod's top controller: a ReplicaSet's Deployment, else the controller itself, else the pod. */
export function controllerOf(pod: KubeObject): string {
  const owners = pod.metadata['ownerReferences']
  const owner = Array.isArray(owners) ? owners.find((candidate) => isJsonObject(candidate) && candidate['controller'] === true) : undefined
  if (!isJsonObject(owner) || typeof owner['name'] !== 'string') return pod.metadata.name
  const hash = pod.metadata.labels?.['pod-template-hash']
  return owner['kind'] === 'ReplicaSet' && hash !== undefined && owner['name'].endsWith(`-${hash}`) ? owner['name'].slice(0, -hash.length - 1) : owner['name']
}
