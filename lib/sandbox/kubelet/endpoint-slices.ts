import { isJsonObject, type JsonObject } from '@/lib/std/json'
import { parseService } from '@/lib/mesh/kube/parse-service'
import type { KubeObject } from '@/lib/mesh/resource'
import type { ObjectStore } from '../api-server/store'
import { kindFor } from './kinds-used'

/** Keeps an EndpointSlice for each Service with a selector, as the real controller does. Returns the way to stop. */
export function runEndpointSlices(store: ObjectStore): () => void {
  const slices = kindFor('endpointslices.discovery.k8s.io')
  const sync = (namespace: string): void => {
    for (const service of store.list(kindFor('services'), namespace)) {
      const wanted = sliceFor(service, store.list(kindFor('pods'), namespace))
      if (!wanted) continue
      const known = store.get(slices, namespace, wanted.metadata.name)
      if (!known) store.create(slices, wanted)
      else store.update(slices, { ...wanted, metadata: { ...known.metadata, ...wanted.metadata } })
    }
  }
  const stop = store.subscribe((event) => {
    const namespace = event.object.metadata.namespace ?? ''
    if (event.key === 'services' && event.type === 'DELETED') {
      const name = sliceName(event.object)
      if (store.get(slices, namespace, name)) store.delete(slices, namespace, name)
    }
    if (event.key === 'services' || event.key === 'pods') sync(namespace)
  })
  for (const namespace of new Set(store.list(kindFor('services')).map((service) => service.metadata.namespace ?? ''))) sync(namespace)
  return stop
}

function sliceName(service: KubeObject): string {
  return `${service.metadata.name}-${(service.metadata.uid ?? 'x').slice(0, 5)}`
}

function sliceFor(service: KubeObject, pods: readonly KubeObject[]): KubeObject | undefined {
  const spec = parseService(service).value
  const selector = spec.selector
  if (!selector || Object.keys(selector).length === 0) return undefined
  const chosen = pods.filter((pod) => Object.entries(selector).every(([key, value]) => pod.metadata.labels?.[key] === value) && podIp(pod) !== '')
  return {
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice',
    metadata: {
      name: sliceName(service), ...(service.metadata.namespace === undefined ? {} : { namespace: service.metadata.namespace }),
      labels: { 'kubernetes.io/service-name': service.metadata.name, 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: service.metadata.name, uid: service.metadata.uid ?? '', controller: true, blockOwnerDeletion: true }],
    },
    addressType: 'IPv4',
    ports: spec.ports.map((port): JsonObject => ({ name: port.name, port: typeof port.targetPort === 'number' ? port.targetPort : port.port, protocol: port.protocol })),
    endpoints: chosen.map((pod): JsonObject => ({ addresses: [podIp(pod)], conditions: { ready: isReady(pod), serving: isReady(pod), terminating: false }, nodeName: 'sandbox', targetRef: { kind: 'Pod', name: pod.metadata.name, namespace: pod.metadata.namespace ?? '', uid: pod.metadata.uid ?? '' } })),
  }
}

/** The pod's address, '' while it has none. */
export function podIp(pod: KubeObject): string {
  const status = pod['status']
  return isJsonObject(status) && typeof status['podIP'] === 'string' ? status['podIP'] : ''
}

/** Whether the pod's Ready condition holds. */
export function isReady(pod: KubeObject): boolean {
  const status = pod['status']
  const conditions = isJsonObject(status) && Array.isArray(status['conditions']) ? status['conditions'] : []
  return conditions.some((condition) => isJsonObject(condition) && condition['type'] === 'Ready' && condition['status'] === 'True')
}
