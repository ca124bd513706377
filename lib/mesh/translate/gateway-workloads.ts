import { compareBytes } from '@/lib/std/compare-bytes'
import { isJsonObject } from '@/lib/std/json'
import { gatewayKey, type GatewayWorkload } from '../gateway-workload'
import { parseGateway } from '../istio/parse-gateway'
import { parseService } from '../kube/parse-service'
import type { KubeObject } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'
import { labelsContain } from './labels'

const gatewayNameLabel = 'gateway.networking.k8s.io/gateway-name'
const podOnlyLabels: ReadonlySet<string> = new Set(['pod-template-hash', 'controller-revision-hash', 'statefulset.kubernetes.io/pod-name', 'apps.kubernetes.io/pod-index', 'pod-template-generation'])

/**
 * The gateways of the cluster: pods that a Gateway's selector picks, or that run for a Gateway API Gateway, grouped by
 * their top controller. A selector without a pod makes one workload of its own (named after a Service with that
 * selector, else after the Gateway's namespace and the value of label `istio`). Sorted by namespace and name.
 */
export function gatewayWorkloads(snapshot: Snapshot): readonly GatewayWorkload[] {
  const selectors = gatewaySelectors(snapshot)
  const found = new Map<string, GatewayWorkload>()
  const satisfied = new Set<string>()
  for (const pod of listObjects(snapshot, 'pods')) {
    const labels = pod.metadata.labels ?? {}
    const picked = selectors.filter((selector) => Object.keys(selector.labels).length > 0 && labelsContain(labels, selector.labels))
    if (picked.length === 0 && labels[gatewayNameLabel] === undefined) continue
    for (const selector of picked) satisfied.add(selector.key)
    const workload = { namespace: pod.metadata.namespace ?? '', name: controllerOf(pod), labels: sharedLabels(labels) }
    if (!found.has(gatewayKey(workload))) found.set(gatewayKey(workload), workload)
  }
  for (const selector of selectors) {
    if (satisfied.has(selector.key) || Object.keys(selector.labels).length === 0) continue
    const workload = withoutPods(snapshot, selector)
    if (!found.has(gatewayKey(workload))) found.set(gatewayKey(workload), workload)
  }
  return [...found.values()].sort((a, b) => compareBytes(a.namespace, b.namespace) || compareBytes(a.name, b.name))
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
}

function gatewaySelectors(snapshot: Snapshot): readonly Selector[] {
  const byKey = new Map<string, Selector>()
  for (const gateway of listObjects(snapshot, 'gateways.networking.istio.io')) {
    const labels = parseGateway(gateway).value.selector
    if (!labels) continue
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => compareBytes(a, b)))
    if (!byKey.has(key)) byKey.set(key, { key, namespace: gateway.metadata.namespace ?? '', labels })
  }
  return [...byKey.values()]
}

function withoutPods(snapshot: Snapshot, selector: Selector): GatewayWorkload {
  for (const service of listObjects(snapshot, 'services')) {
    const chosen = parseService(service).value.selector
    if (chosen && Object.keys(chosen).length > 0 && labelsContain(selector.labels, chosen)) return { namespace: service.metadata.namespace ?? '', name: service.metadata.name, labels: selector.labels }
  }
  return { namespace: selector.namespace, name: selector.labels['istio'] ?? Object.values(selector.labels)[0] ?? 'gateway', labels: selector.labels }
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
