import { compareBytes } from '@/lib/std/compare-bytes'
import type { KubeObject } from '../resource'
import { readFields, type Fields } from '../istio/read'
import { hostsMatch, subsetOf } from './host-name'
import type { Report } from './kube-findings'
import type { KubeListener } from './kube-gateways'
import { gatewayGroup, type KubeRouteKind } from './kube-references'

/** A route as its parents look at it. */
export interface AttachingRoute {
  readonly kind: KubeRouteKind
  readonly object: KubeObject
  /** Its hostnames, `*` for none. */
  readonly hosts: readonly string[]
  readonly report: Report
}

/**
 * The listeners that take a route, one for each parentRef and listener, in Istio's order (extractParentReferenceInfo,
 * filteredReferences; SPEC GA3). A parentRef that none of its parent's listeners takes is reported.
 */
export function attachedListeners(route: AttachingRoute, listeners: readonly KubeListener[]): readonly KubeListener[] {
  const namespace = route.object.metadata.namespace ?? ''
  return readFields(route.object['spec'], 'spec', []).objects('parentRefs').flatMap((ref) => {
    const found = parentListeners(ref, namespace, listeners)
    const verdicts = found.map((listener) => ({ listener, denied: denial(ref, listener, route) }))
    const taken = verdicts.flatMap(({ listener, denied }) => (denied === undefined ? [listener] : []))
    if (taken.length === 0 && verdicts.length > 0) tell(route, ref, verdicts.flatMap(({ denied }) => denied ?? []))
    return taken
  }).sort((a, b) => compareBytes(a.internalName, b.internalName))
}

type Denial = 'port' | 'section' | 'namespace' | 'hostname' | 'kind'

const telling: readonly Denial[] = ['kind', 'namespace', 'hostname', 'section', 'port']

/** The reason that went furthest is told: a port that is not there says less than a namespace that is not allowed. */
function tell(route: AttachingRoute, ref: Fields, denials: readonly Denial[]): void {
  const reason = telling.find((one) => denials.includes(one)) ?? 'port'
  const params = { reason, parent: `${ref.string('namespace') ?? route.object.metadata.namespace ?? ''}/${ref.string('name') ?? ''}`, section: ref.string('sectionName') ?? '', port: String(ref.int('port') ?? ''), kind: route.kind, namespace: route.object.metadata.namespace ?? '', hosts: route.hosts.join(', ') }
  route.report(ref.path, { code: 'MER061', severity: 'error', params })
}

function parentListeners(ref: Fields, namespace: string, listeners: readonly KubeListener[]): readonly KubeListener[] {
  const kind = ref.string('kind') ?? 'Gateway'
  if ((ref.string('group') ?? gatewayGroup) !== gatewayGroup) return []
  const at = ref.string('namespace') ?? namespace
  return listeners.filter(({ owner }) => owner.kind === kind && owner.metadata.name === ref.string('name') && owner.metadata.namespace === at)
}

/** Istio's referenceAllowed: port, section, a host in common from an allowed namespace, the kind of route. */
function denial(ref: Fields, listener: KubeListener, route: AttachingRoute): Denial | undefined {
  const port = ref.int('port') ?? 0
  const section = ref.string('sectionName') ?? ''
  if (port !== 0 && port !== listener.port) return 'port'
  if (section !== '' && section !== listener.name) return 'section'
  const shared = listener.hosts.map(splitScope).filter(({ host }) => route.hosts.some((own) => hostsMatch(host, own)))
  if (shared.length === 0) return 'hostname'
  if (!shared.some(({ scope }) => scope === '*' || scope === route.object.metadata.namespace)) return 'namespace'
  return listener.kinds.includes(route.kind) ? undefined : 'kind'
}

function splitScope(scoped: string): { readonly scope: string; readonly host: string } {
  const slash = scoped.indexOf('/')
  return { scope: scoped.slice(0, slash), host: scoped.slice(slash + 1) }
}

/** Istio's hostnameAllowedByIsolation: a host belongs to the most specific listener of the port and protocol only. */
export function isolated(host: string, listener: KubeListener, all: readonly KubeListener[]): boolean {
  const own = listener.hostname
  if (own !== '' && !own.startsWith('*')) return true
  if (own !== '' && !hostsMatch(host, own)) return false
  return !all.some((other) => other.owner === listener.owner && other.port === listener.port && other.protocol === listener.protocol
    && other.hostname !== own && own.length <= other.hostname.length && subsetOf(host, other.hostname))
}
