import { parseDestinationRule } from '../istio/parse-destination-rule'
import { parseVirtualService } from '../istio/parse-virtual-service'
import { parseEndpointSlice } from '../kube/parse-endpoint-slice'
import { parseService } from '../kube/parse-service'
import type { Problem } from '../problem'
import { exists, resolve } from '../references/references'
import { formatRef, refOf, type KubeObject, type ResourceRef } from '../resource'
import { getObject, listObjects, type ObjectsByNamespace, type Snapshot } from '../snapshot'
import { recordReads, type SnapshotReads } from '../translate/incremental/snapshot-reads'
import { bindsGateway } from './binds-gateway'
import { perObject } from './per-object'

type Labels = Readonly<Record<string, string>>

/** Service or ServiceEntry → subset name → labels. */
type Subsets = ReadonlyMap<string, ReadonlyMap<string, Labels>>

/** IST0101 for subsets that no DestinationRule names, and MER052 for destinations with endpoints missing. */
export function destinationProblems(snapshot: Snapshot): readonly Problem[] {
  return judge(snapshot, listObjects(snapshot, 'virtualservices.networking.istio.io'), subsetsByHost(snapshot))
}

const judge = perObject((snapshot, object, subsets: Subsets): readonly Problem[] => {
  if (!bindsGateway(object)) return []
  const problems: Problem[] = []
  for (const rule of parseVirtualService(object).value.http) {
    const total = rule.route.reduce((sum, entry) => sum + entry.weight, 0)
    rule.route.forEach(({ destination, weight }, index) => {
      if (!destination || destination.host === '') return
      const service = resolve(snapshot, { kind: 'host', path: '', host: destination.host, namespace: object.metadata.namespace ?? '' })
      const known = subsets.get(formatRef(service))
      const at = { subject: refOf(object), path: `${rule.path}.route[${index}].destination` }
      if (destination.subset !== '' && exists(snapshot, service) === true && known?.get(destination.subset) === undefined) {
        problems.push({ code: 'IST0101', severity: 'error', ...at, params: { reftype: 'host+subset in destinationrule', refval: `${destination.host}+${destination.subset}`, target: formatRef(service) } })
        return
      }
      const share = rule.route.length === 1 ? 100 : total === 0 ? 0 : Math.round((weight * 1_000) / total) / 10
      const count = readyOf(snapshot, service, destination.subset === '' ? undefined : known?.get(destination.subset))
      if (!count || share === 0 || count.ready === count.total) return
      problems.push({
        code: 'MER052', severity: count.ready === 0 ? 'error' : 'warning', ...at,
        params: { destination: `${service.name}${destination.subset === '' ? '' : `·${destination.subset}`}`, service: `${service.namespace}/${service.name}`, ready: String(count.ready), total: String(count.total), share: String(share) },
      })
    })
  }
  return problems
})

interface Count {
  readonly ready: number
  readonly total: number
}

/** Counted before, and of what: the same slices and the same pods of the namespace give the same count. */
interface Counted {
  readonly slices: readonly KubeObject[]
  readonly pods: ReadonlyMap<string, KubeObject> | undefined
  readonly count: Count
}

const counted = new WeakMap<object, Counted>()

/** How many endpoints of a Service (of a subset's labels) are ready; undefined where that cannot be known. A subset without endpoints has 0 of 1. */
function readyOf(snapshot: Snapshot, service: ResourceRef, labels: Labels | undefined): Count | undefined {
  const object = service.kind === 'Service' ? getObject(snapshot, 'services', service.namespace, service.name) : undefined
  if (!object || !snapshot.objects.has('endpointslices.discovery.k8s.io')) return undefined
  if (parseService(object).value.type === 'ExternalName') return undefined
  const slices = slicesOf(snapshot, service)
  const pods = labels === undefined ? undefined : snapshot.objects.get('pods')?.get(service.namespace)
  const known = counted.get(labels ?? object)
  if (known && known.pods === pods && known.slices.length === slices.length && known.slices.every((slice, index) => slice === slices[index])) return known.count
  const count = countReady(slices, pods, labels)
  counted.set(labels ?? object, { slices, pods, count })
  return count
}

const none: readonly KubeObject[] = []

function countReady(slices: readonly KubeObject[], pods: Counted['pods'], labels: Labels | undefined): Count {
  const endpoints = slices.flatMap((slice) => parseEndpointSlice(slice).value.endpoints)
  const wanted = Object.entries(labels ?? {})
  const picked = wanted.length === 0 ? endpoints : endpoints.filter(({ pod }) => {
    const own = pod === undefined ? undefined : pods?.get(pod)?.metadata.labels
    return own === undefined || wanted.every(([key, value]) => own[key] === value)
  })
  return { ready: picked.filter((endpoint) => endpoint.ready).length, total: Math.max(picked.length, 1) }
}

const slicesMemo = new WeakMap<ReadonlyMap<string, KubeObject>, ReadonlyMap<string, readonly KubeObject[]>>()

/** The slices of a Service; indexed once for each namespace's map. */
export function slicesOf(snapshot: Snapshot, service: ResourceRef): readonly KubeObject[] {
  const names = snapshot.objects.get('endpointslices.discovery.k8s.io')?.get(service.namespace)
  if (!names) return none
  const known = slicesMemo.get(names)
  if (known) return known.get(service.name) ?? none
  const found = new Map<string, KubeObject[]>()
  for (const slice of names.values()) {
    const owner = parseEndpointSlice(slice).value.service
    const list = found.get(owner)
    if (list) list.push(slice)
    else found.set(owner, [slice])
  }
  slicesMemo.set(names, found)
  return found.get(service.name) ?? none
}

const subsetsMemo = new WeakMap<ObjectsByNamespace, { readonly subsets: Subsets; readonly reads: SnapshotReads }>()

/** Over all DestinationRules for a host; the same while they and what their hosts mean are the same. */
function subsetsByHost(snapshot: Snapshot): Subsets {
  const objects = snapshot.objects.get('destinationrules.networking.istio.io')
  if (!objects) return noSubsets
  const known = subsetsMemo.get(objects)
  if (known?.reads.holdIn(snapshot) === true) return known.subsets
  const recorded = recordReads(snapshot)
  const found = new Map<string, Map<string, Labels>>()
  for (const object of listObjects(recorded.snapshot, 'destinationrules.networking.istio.io')) {
    const { host, subsets } = parseDestinationRule(object).value
    const key = formatRef(resolve(recorded.snapshot, { kind: 'host', path: '', host, namespace: object.metadata.namespace ?? '' }))
    const byName = found.get(key) ?? new Map<string, Labels>()
    for (const subset of subsets) byName.set(subset.name, subset.labels)
    found.set(key, byName)
  }
  subsetsMemo.set(objects, { subsets: found, reads: recorded.reads })
  return found
}

const noSubsets: Subsets = new Map()
