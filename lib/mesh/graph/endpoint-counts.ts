import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import type { KubeObject } from '../resource'
import { getObject, listObjects, type ObjectsByNamespace, type Snapshot } from '../snapshot'
import type { Compiled } from '../translate/compiled'
import { parseClusterName } from './cluster-name'

/** How many endpoints take traffic, of how many. */
export interface EndpointCount {
  readonly ready: number
  readonly total: number
}

const memo = new WeakMap<ObjectsByNamespace, ReadonlyMap<string, readonly KubeObject[]>>()

/** EndpointSlices by `namespace/service`; made once for each state of the slices. */
function slicesByService(snapshot: Snapshot): ReadonlyMap<string, readonly KubeObject[]> {
  const slices = snapshot.objects.get('endpointslices.discovery.k8s.io')
  if (!slices) return new Map()
  const known = memo.get(slices)
  if (known) return known
  const made = new Map<string, KubeObject[]>()
  for (const slice of listObjects(snapshot, 'endpointslices.discovery.k8s.io')) {
    const service = slice.metadata.labels?.['kubernetes.io/service-name']
    if (service === undefined) continue
    const key = `${slice.metadata.namespace ?? ''}/${service}`
    const list = made.get(key)
    if (list) list.push(slice)
    else made.set(key, [slice])
  }
  memo.set(slices, made)
  return made
}

/**
 * The endpoints of a cluster. Not-ready ones never reach Envoy, so they are counted in the EndpointSlices of the
 * Service, narrowed by the subset's labels; without slices (ServiceEntry) what Envoy gets is all there is.
 */
export function endpointCount(snapshot: Snapshot, compiled: Compiled, clusterName: string): EndpointCount | null {
  const sent = sentEndpoints(compiled, clusterName)
  const origins = compiled.provenance.clusters.get(clusterName) ?? []
  const service = origins[0]?.resource
  const parts = parseClusterName(clusterName)
  if (service?.kind !== 'Service' || !parts) return sent
  const slices = slicesByService(snapshot).get(`${service.namespace}/${service.name}`)
  if (!slices) return sent
  const labels = subsetLabels(snapshot, origins.slice(1).map((origin) => origin.resource), parts.subset)
  return countSlices(snapshot, slices, labels)
}

/** The endpoints that Envoy has for a cluster; null where they are not known. */
export function sentEndpoints(compiled: Compiled, clusterName: string): EndpointCount | null {
  const assignment = compiled.cluster(clusterName)?.load_assignment ?? compiled.endpoints(clusterName)
  if (!assignment) return null
  const endpoints = (assignment.endpoints ?? []).flatMap((locality) => locality.lb_endpoints ?? [])
  return { ready: endpoints.filter((endpoint) => endpoint.health_status === undefined || endpoint.health_status === 'HEALTHY').length, total: endpoints.length }
}

function subsetLabels(snapshot: Snapshot, rules: readonly { readonly namespace: string; readonly name: string }[], subset: string): JsonObject | null {
  if (subset === '') return null
  for (const rule of rules) {
    const spec = getObject(snapshot, 'destinationrules.networking.istio.io', rule.namespace, rule.name)?.['spec']
    const subsets = isJsonObject(spec) ? spec['subsets'] : undefined
    const found = listOf(subsets).find((candidate) => isJsonObject(candidate) && candidate['name'] === subset)
    if (isJsonObject(found)) return isJsonObject(found['labels']) ? found['labels'] : null
  }
  return null
}

function countSlices(snapshot: Snapshot, slices: readonly KubeObject[], labels: JsonObject | null): EndpointCount {
  const family = slices[0]?.['addressType']
  let ready = 0
  let total = 0
  for (const slice of slices) {
    if (slice['addressType'] !== family) continue
    for (const endpoint of listOf(slice['endpoints'])) {
      if (!isJsonObject(endpoint) || (labels && !hasLabels(snapshot, endpoint, { labels, namespace: slice.metadata.namespace ?? '' }))) continue
      total++
      const conditions = endpoint['conditions']
      if (!isJsonObject(conditions) || conditions['ready'] !== false) ready++
    }
  }
  return { ready, total }
}

function hasLabels(snapshot: Snapshot, endpoint: JsonObject, wanted: { readonly labels: JsonObject; readonly namespace: string }): boolean {
  const target = endpoint['targetRef']
  if (!isJsonObject(target) || typeof target['name'] !== 'string') return false
  const key = target['kind'] === 'WorkloadEntry' ? 'workloadentries.networking.istio.io' : 'pods'
  const own = getObject(snapshot, key, wanted.namespace, target['name'])?.metadata.labels
  return own !== undefined && Object.entries(wanted.labels).every(([label, value]) => own[label] === value)
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}
