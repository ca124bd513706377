import { byteLength } from '@/lib/std/byte-length'
import { compareBytes } from '@/lib/std/compare-bytes'
import { isJsonObject, type JsonObject } from '@/lib/std/json'
import type { MeshConfig } from '../istio/mesh-config'
import { readFields, type Fields } from '../istio/read'
import type { Problem } from '../problem'
import { refOf, type KubeObject } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'
import type { Origin } from './compiled'
import { unknownTime } from './creation-order'
import { derivedVirtualService } from './derived'
import type { RoutePlace } from './kube-backends'
import { readByVersion } from './kube-crds'
import { reportInto } from './kube-findings'
import type { KubeListener } from './kube-gateways'
import { convertRule } from './kube-http-rule'
import { grpcMatch, httpMatch } from './kube-match'
import { attachedListeners, isolated } from './kube-parents'
import type { ResolvedVirtualService } from './resolved-virtual-service'

/** Istio's sortRoutesByCreationTime over the names of what each route was converted to: creation time, namespace, name. */
function byAge(a: KubeObject, b: KubeObject): number {
  return compareBytes(a.metadata.creationTimestamp ?? unknownTime, b.metadata.creationTimestamp ?? unknownTime)
    || compareBytes(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || compareBytes(`${a.metadata.name}~`, `${b.metadata.name}~`)
}

interface ConvertedRoute {
  readonly route: JsonObject
  readonly origin: Origin
}

interface Attached {
  readonly object: KubeObject
  readonly host: string
  readonly internalName: string
  readonly routes: readonly ConvertedRoute[]
  /** What istiod names it by: its route's namespace and name, and its number among what the route was converted to. */
  readonly name: string
}

/** HTTPRoutes and GRPCRoutes as VirtualServices: one for each listener and host, those of one listener and host merged (mergeHTTPRoutes; SPEC GA4). */
export function httpRouteServices(snapshot: Snapshot, config: MeshConfig, { listeners, findings }: { readonly listeners: readonly KubeListener[]; readonly findings: Problem[] }): readonly ResolvedVirtualService[] {
  if (listeners.length === 0) return []
  const byKey = new Map<string, Attached[]>()
  const routes = [...listObjects(snapshot, 'httproutes.gateway.networking.k8s.io'), ...readByVersion(snapshot, 'grpcroutes.gateway.networking.k8s.io', findings)]
  for (const object of routes.sort(byAge)) {
    for (const attached of attach({ snapshot, config, kind: object.kind === 'GRPCRoute' ? 'GRPCRoute' : 'HTTPRoute', namespace: object.metadata.namespace ?? '', name: object.metadata.name, report: reportInto(findings, object) }, object, listeners)) {
      const key = `${attached.internalName}/${attached.host}`
      byKey.set(key, [...(byKey.get(key) ?? []), attached])
    }
  }
  const http = new Set([...byKey.values()].flatMap((attached) => attached.flatMap((one) => (one.object.kind === 'HTTPRoute' ? [one.name] : []))))
  return [...byKey].flatMap(([key, attached]) => {
    const [first] = attached
    if (!first || attached.every((one) => isShadowed(one, http, findings))) return []
    const routes = attached.flatMap((one) => one.routes).sort(byPrecedence)
    const creationTimestamp = first.object.metadata.creationTimestamp ?? unknownTime
    return [derivedVirtualService(
      { namespace: first.object.metadata.namespace ?? '', name: key.replaceAll('/', '~'), creationTimestamp },
      { hosts: [first.host], gateways: [first.internalName], http: routes.map(({ route }) => route) },
      { resource: refOf(first.object), rules: routes.map(({ origin }) => origin), semantics: 'gateway-api', config },
    )]
  })
}

/** Istio's join of both kinds goes by name: a GRPCRoute opens no host of its own where an HTTPRoute of its name has as many (krt.JoinCollection). */
function isShadowed(attached: Attached, http: ReadonlySet<string>, findings: Problem[]): boolean {
  const shadowed = attached.object.kind === 'GRPCRoute' && http.has(attached.name)
  if (shadowed) reportInto(findings, attached.object)('metadata.name', { code: 'MER073', severity: 'error', params: { host: attached.host, name: `${attached.object.metadata.namespace ?? ''}/${attached.object.metadata.name}` } })
  return shadowed
}

function attach(place: RoutePlace, object: KubeObject, listeners: readonly KubeListener[]): readonly Attached[] {
  const spec = readFields(object['spec'], 'spec', [])
  const hostnames = spec.strings('hostnames')
  const hosts = hostnames.length === 0 ? ['*'] : hostnames
  const taken = attachedListeners({ kind: place.kind, object, hosts, report: place.report }, listeners)
  const routes = taken.length === 0 ? [] : convert(place, object, spec)
  if (routes.length === 0) return []
  const open = taken.flatMap((listener) => hosts.filter((host) => isolated(host, listener, listeners)).map((host) => ({ object, host, internalName: listener.internalName, routes })))
  return open.map((one, count) => ({ ...one, name: `${place.namespace}/${place.name}~${count}` }))
}

/** Every rule with every match as a route of its own; none when istiod refuses one of them. */
function convert(place: RoutePlace, object: KubeObject, spec: Fields): readonly ConvertedRoute[] {
  const http = place.kind === 'HTTPRoute'
  const out: ConvertedRoute[] = []
  const rules = spec.has('rules') || !http ? spec.objects('rules') : [readFields({}, 'spec.rules[0]', [])]
  for (const [index, rule] of rules.entries()) {
    const common = convertRule(place, rule, index)
    if (!common) return []
    const written = rule.objects('matches')
    if (written.length === 0) out.push({ route: { ...common, ...(http && !rule.has('matches') ? { match: [httpMatch(undefined)] } : {}) }, origin: { resource: refOf(object), path: rule.path } })
    for (const match of written) {
      const made = http ? httpMatch(match) : grpcMatch(match)
      if (!made) return []
      out.push({ route: { ...common, match: [made] }, origin: { resource: refOf(object), path: match.path } })
    }
  }
  return out
}

/** Istio's sortHTTPRoutes: kind of path, its length, a method, the number of headers, of query parameters; what has no match last. */
function byPrecedence(a: ConvertedRoute, b: ConvertedRoute): number {
  const [one, two] = [weigh(a.route), weigh(b.route)]
  const at = one.findIndex((value, index) => value !== two[index])
  return at < 0 ? 0 : (two[at] ?? 0) - (one[at] ?? 0)
}

const kinds = ['regex', 'prefix', 'exact'] as const

function weigh(route: JsonObject): readonly number[] {
  const matches = route['match']
  const match = Array.isArray(matches) && isJsonObject(matches[0]) ? matches[0] : undefined
  if (!match) return [-2, 0, 0, 0, 0]
  const uri = isJsonObject(match['uri']) ? match['uri'] : {}
  const rank = kinds.findIndex((name) => uri[name] !== undefined)
  const count = (key: string): number => (isJsonObject(match[key]) ? Object.keys(match[key]).length : 0)
  return [rank, byteLength(String(uri[kinds[rank] ?? 'exact'] ?? '')), match['method'] === undefined ? 0 : 1, count('headers'), count('queryParams')]
}
