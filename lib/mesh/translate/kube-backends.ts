import type { Json, JsonObject } from '@/lib/std/json'
import type { MeshConfig } from '../istio/mesh-config'
import { parseServiceEntry } from '../istio/parse-service-entry'
import type { Fields } from '../istio/read'
import { getObject, listObjects, type Snapshot } from '../snapshot'
import type { Report } from './kube-findings'
import { isGranted, type KubeRouteKind } from './kube-references'

/** Where the rules of one route are converted. */
export interface RoutePlace {
  readonly snapshot: Snapshot
  readonly config: MeshConfig
  readonly kind: KubeRouteKind
  readonly namespace: string
  readonly name: string
  readonly report: Report
}

/**
 * What a backendRef becomes. `invalid`: istiod keeps its share and lets it fail (500), with the destination that it can name;
 * `refused`: istiod drops the whole route for it (Istio's buildDestination, isInvalidBackend; SPEC GA6).
 */
export type Backend =
  | { readonly kind: 'found'; readonly destination: JsonObject }
  | { readonly kind: 'invalid'; readonly destination: JsonObject }
  | { readonly kind: 'refused' }

/** Istio's buildDestination, with the reason that goes into the route's ResolvedRefs condition. */
export function backendOf(place: RoutePlace, backend: Fields): Backend {
  const name = backend.string('name') ?? ''
  const written = backend.string('namespace')
  const namespace = written ?? place.namespace
  const group = backend.string('group') ?? ''
  const kind = backend.string('kind') ?? 'Service'
  const tell = (reason: string, code = 'MER062'): void => place.report(backend.path, { code, severity: 'error', params: { reason, kind, backend: kind === 'Hostname' ? name : `${namespace}/${name}`, from: place.namespace } })
  if (!isGranted(place.snapshot, { kind: place.kind, namespace: place.namespace }, { group, kind, namespace, name })) {
    tell('not-permitted', 'MER063')
    return { kind: 'invalid', destination: {} }
  }
  const host = hostOf(place, { group, kind, namespace, name })
  if (host === undefined) {
    tell('kind')
    return { kind: 'invalid', destination: {} }
  }
  if (host.wrong !== undefined || (kind === 'Hostname' && written !== undefined)) {
    tell(host.wrong ?? 'namespace')
    return { kind: 'refused' }
  }
  const port = backend.int('port')
  if (port === undefined) {
    tell('port')
    return { kind: 'refused' }
  }
  const destination: JsonObject = { host: host.name, port: { number: port } }
  if (host.found) return { kind: 'found', destination }
  tell('not-found')
  return { kind: 'invalid', destination }
}

interface BackendHost {
  readonly name: string
  readonly found: boolean
  readonly wrong?: string
}

/** undefined: a kind that istiod does not take (InferencePool among them, unless ENABLE_GATEWAY_API_INFERENCE_EXTENSION is set). */
function hostOf(place: RoutePlace, to: { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string }): BackendHost | undefined {
  const name = `${to.name}.${to.namespace}.svc.${place.config.domain}`
  const found = (): boolean => getObject(place.snapshot, 'services', to.namespace, to.name) !== undefined
  switch (`${to.group}/${to.kind}`) {
    case '/Service': return to.name.includes('.') ? { name, found: false, wrong: 'name' } : { name, found: found() }
    case 'multicluster.x-k8s.io/ServiceImport': return { name, found: found() }
    case 'networking.istio.io/Hostname': return { name: to.name, found: isHostOf(place, to.name, to.namespace) }
    default: return undefined
  }
}

function isHostOf(place: RoutePlace, hostname: string, namespace: string): boolean {
  const [name = '', at, ...rest] = hostname.split('.')
  if (at === namespace && rest.join('.') === `svc.${place.config.domain}` && getObject(place.snapshot, 'services', namespace, name)) return true
  return [...listObjects(place.snapshot, 'serviceentries.networking.istio.io', namespace)].some((entry) => parseServiceEntry(entry).value.hosts.includes(hostname))
}

/** The weight of a backendRef. @default 1 */
export function weightOf(backend: Fields): number {
  return backend.int('weight') ?? 1
}

/** Weighted destinations; those of weight 0 are left out, and a single one has no weight. undefined: one of them is refused, so the route is. */
export function destinationsOf(place: RoutePlace, backends: readonly Fields[], more: (backend: Fields) => JsonObject | undefined = () => ({})): readonly Json[] | undefined {
  const used = backends.filter((backend) => weightOf(backend) !== 0)
  const out: Json[] = []
  for (const backend of used) {
    const made = backendOf(place, backend)
    const own = made.kind === 'refused' ? undefined : more(backend)
    if (made.kind === 'refused' || !own) return undefined
    out.push({ destination: made.destination, ...(used.length === 1 ? {} : { weight: weightOf(backend) }), ...own })
  }
  return out
}
