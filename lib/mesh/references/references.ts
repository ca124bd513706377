import { compareBytes } from '@/lib/std/compare-bytes'
import { at } from '../gateway-list/read-json'
import { kindOf, type KindKey } from '../kinds'
import { formatRef, refOf, sameRef, type FieldPath, type KubeObject, type ResourceRef } from '../resource'
import { getObject, listObjects, type ObjectsByNamespace, type Snapshot } from '../snapshot'
import { wholeKind } from '../translate/incremental/snapshot-reads'
import { mentionsOf, type Mention } from './mentions'

/** One end of a reference. `exists` is null where Meridian does not read that kind. */
export interface Reference {
  readonly ref: ResourceRef
  /** The field that names it: in this object for what is used, in `ref` for what uses it. */
  readonly path: FieldPath
  readonly exists: boolean | null
}

/** Kinds whose objects name others. */
const naming: readonly KindKey[] = [
  'virtualservices.networking.istio.io', 'gateways.networking.istio.io', 'destinationrules.networking.istio.io', 'ingresses.networking.k8s.io',
  'gateways.gateway.networking.k8s.io', 'httproutes.gateway.networking.k8s.io', 'grpcroutes.gateway.networking.k8s.io', 'tlsroutes.gateway.networking.k8s.io', 'tcproutes.gateway.networking.k8s.io',
  'authorizationpolicies.security.istio.io', 'requestauthentications.security.istio.io', 'telemetries.telemetry.istio.io', 'wasmplugins.extensions.istio.io', 'trafficextensions.extensions.istio.io', 'envoyfilters.networking.istio.io',
  'endpointslices.discovery.k8s.io',
]

/** What an object names, each once, at the first field that does. */
export function usedObjects(snapshot: Snapshot, object: KubeObject): readonly Reference[] {
  const found = new Map<string, Reference>()
  for (const mention of mentionsOf(object)) {
    const ref = resolve(snapshot, mention)
    const key = `${ref.group} ${formatRef(ref)}`
    if (!found.has(key)) found.set(key, { ref, path: mention.path, exists: exists(snapshot, ref) })
  }
  return [...found.values()]
}

/** The objects that name this one, sorted by kind, namespace and name. */
export function usingObjects(snapshot: Snapshot, target: ResourceRef): readonly Reference[] {
  const found: Reference[] = []
  for (const key of naming) {
    for (const object of listObjects(snapshot, key)) {
      const mention = mentionsOf(object).find((candidate) => mayMean(candidate, target) && sameRef(resolve(snapshot, candidate), target))
      if (mention) found.push({ ref: refOf(object), path: mention.path, exists: true })
    }
  }
  return found.sort((a, b) => compareBytes(formatRef(a.ref), formatRef(b.ref)))
}

/** A cheap look before a host is resolved. */
function mayMean(mention: Mention, target: ResourceRef): boolean {
  if (mention.kind === 'object') return mention.ref.name === target.name && mention.ref.kind === target.kind
  return target.kind === 'ServiceEntry' || (target.kind === 'Service' && mention.host.startsWith(target.name))
}

/** The object that a mention means, whether it is there or not. */
export function resolve(snapshot: Snapshot, mention: Mention): ResourceRef {
  if (mention.kind === 'object') return mention.ref
  const service = serviceOf(mention)
  if (service && (exists(snapshot, service) === true || !mention.host.includes('.'))) return service
  return entryOf(snapshot, mention.host) ?? service ?? { group: 'networking.istio.io', kind: 'ServiceEntry', namespace: mention.namespace, name: mention.host }
}

/** The Service that a destination's host means: a short name in its own namespace, or `name.namespace.svc.<domain>`. */
function serviceOf({ host, namespace }: { readonly host: string; readonly namespace: string }): ResourceRef | undefined {
  const [name, inNamespace, svc] = host.split('.')
  if (name === undefined) return undefined
  if (inNamespace === undefined) return { group: '', kind: 'Service', namespace, name }
  return svc === 'svc' ? { group: '', kind: 'Service', namespace: inNamespace, name } : undefined
}

/** Whether an object is there; null where its kind is not read (or unknown). */
export function exists(snapshot: Snapshot, ref: ResourceRef): boolean | null {
  const kind = kindOf(ref.group, ref.kind)
  if (!kind || !snapshot.objects.has(kind.key)) return null
  return getObject(snapshot, kind.key, ref.namespace, ref.name) !== undefined
}

/** The ServiceEntry that declares a host: by its name, else by the longest wildcard. */
function entryOf(snapshot: Snapshot, host: string): ResourceRef | undefined {
  const hosts = entryHosts(snapshot)
  const exact = hosts.get(host)
  if (exact || hosts.size === 0) return exact
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
    const wild = hosts.get(`*${host.slice(dot)}`)
    if (wild) return wild
  }
  return undefined
}

const entriesMemo = new WeakMap<ObjectsByNamespace, ReadonlyMap<string, ResourceRef>>()

/** Host → the ServiceEntry that declares it (the first by namespace and name). */
function entryHosts(snapshot: Snapshot): ReadonlyMap<string, ResourceRef> {
  const read = snapshot.objects.get('serviceentries.networking.istio.io')
  if (!read) return new Map()
  const objects = wholeKind(read)
  const known = entriesMemo.get(objects)
  if (known) return known
  const hosts = new Map<string, ResourceRef>()
  const entries = [...listObjects(snapshot, 'serviceentries.networking.istio.io')].map((entry) => ({ entry, ref: refOf(entry) })).sort((a, b) => compareBytes(formatRef(a.ref), formatRef(b.ref)))
  for (const { entry, ref } of entries) {
    const names = at(entry, 'spec', 'hosts')
    if (Array.isArray(names)) for (const name of names) if (typeof name === 'string' && !hosts.has(name)) hosts.set(name, ref)
  }
  entriesMemo.set(objects, hosts)
  return hosts
}
