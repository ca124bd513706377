import { parseDestinationRule } from '../istio/parse-destination-rule'
import { parseEndpointSlice } from '../kube/parse-endpoint-slice'
import { parseService } from '../kube/parse-service'
import type { Problem } from '../problem'
import { exists, resolve } from '../references/references'
import { refOf, type KubeObject, type ResourceRef } from '../resource'
import { getObject, listObjects, type Snapshot } from '../snapshot'
import { labelsContain } from '../translate/labels'
import { slicesOf } from './destinations'
import { perObject } from './per-object'

/**
 * IST0174 for a DestinationRule whose host is nothing that the mesh knows, so that it does nothing; IST0173 for a subset whose labels
 * none of the Service's pods has. Wildcard hosts, and Services whose pods are not known, are not judged.
 */
export function destinationRuleProblems(snapshot: Snapshot): readonly Problem[] {
  return judge(snapshot, listObjects(snapshot, 'destinationrules.networking.istio.io'), undefined)
}

const judge = perObject((snapshot, object): readonly Problem[] => {
  const { host, subsets } = parseDestinationRule(object).value
  if (host === '' || host.startsWith('*')) return []
  const target = resolve(snapshot, { kind: 'host', path: 'spec.host', host, namespace: object.metadata.namespace ?? '' })
  if (exists(snapshot, target) === false) return [{ code: 'IST0174', severity: 'warning', subject: refOf(object), path: 'spec.host', params: { host } }]
  if (subsets.length === 0) return []
  const pods = podsOf(snapshot, target)
  if (pods === undefined) return []
  return subsets.flatMap(({ path, name, labels }): readonly Problem[] => (pods.some((pod) => labelsContain(pod.metadata.labels ?? {}, labels))
    ? [] : [{ code: 'IST0173', severity: 'warning', subject: refOf(object), path: `${path}.labels`, params: { subset: name, service: `${target.namespace}/${target.name}` } }]))
})

/** The pods behind a Service, by its EndpointSlices; undefined where they are not known: none at all, or endpoints that are no pods. */
function podsOf(snapshot: Snapshot, service: ResourceRef): readonly KubeObject[] | undefined {
  const object = service.kind === 'Service' ? getObject(snapshot, 'services', service.namespace, service.name) : undefined
  if (!object || !snapshot.objects.has('pods') || parseService(object).value.type === 'ExternalName') return undefined
  const names = slicesOf(snapshot, service).flatMap((slice) => parseEndpointSlice(slice).value.endpoints).map(({ pod }) => pod)
  const pods = names.map((name) => (name === undefined ? undefined : getObject(snapshot, 'pods', service.namespace, name)))
  const known = pods.filter((pod) => pod !== undefined)
  return known.length === 0 || known.length < pods.length ? undefined : known
}
