import { compareBytes } from '@/lib/std/compare-bytes'
import { isJsonObject, type JsonObject } from '@/lib/std/json'
import type { MeshConfig } from '../istio/mesh-config'
import { readFields, type Fields } from '../istio/read'
import { refOf, type KubeObject } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'
import type { Origin } from './compiled'
import { unknownTime } from './creation-order'
import { derivedVirtualService } from './derived'
import { hostsMatch, subsetOf } from './host-name'
import type { KubeListener } from './kube-gateways'
import { convertRule } from './kube-http-rule'
import type { ResolvedVirtualService } from './resolved-virtual-service'

/** Istio's sortRoutesByCreationTime: creation time, then namespace, then name. */
function byAge(a: KubeObject, b: KubeObject): number {
  return compareBytes(a.metadata.creationTimestamp ?? unknownTime, b.metadata.creationTimestamp ?? unknownTime)
    || compareBytes(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || compareBytes(a.metadata.name, b.metadata.name)
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
}

/** HTTPRoutes as VirtualServices: one for each listener and host, those of one listener and host merged (route_collections.go). */
export function httpRouteServices(snapshot: Snapshot, config: MeshConfig, listeners: readonly KubeListener[]): readonly ResolvedVirtualService[] {
  const byKey = new Map<string, Attached[]>()
  for (const object of [...listObjects(snapshot, 'httproutes.gateway.networking.k8s.io')].sort(byAge)) {
    for (const attached of attach(snapshot, object, listeners)) {
      const key = `${attached.internalName}/${attached.host}`
      byKey.set(key, [...(byKey.get(key) ?? []), attached])
    }
  }
  return [...byKey].flatMap(([key, attached]) => {
    const [first] = attached
    if (!first) return []
    const routes = attached.flatMap((one) => one.routes).sort(byPrecedence)
    const creationTimestamp = first.object.metadata.creationTimestamp ?? unknownTime
    return [derivedVirtualService(
      { namespace: first.object.metadata.namespace ?? '', name: key.replaceAll('/', '~'), creationTimestamp },
      { hosts: [first.host], gateways: [first.internalName], http: routes.map(({ route }) => route) },
      { resource: refOf(first.object), rules: routes.map(({ origin }) => origin), semantics: 'gateway-api', config },
    )]
  })
}

function attach(snapshot: Snapshot, object: KubeObject, listeners: readonly KubeListener[]): readonly Attached[] {
  const spec = readFields(object['spec'], 'spec', [])
  const namespace = object.metadata.namespace ?? ''
  const hostnames = spec.strings('hostnames')
  const hosts = hostnames.length === 0 ? ['*'] : hostnames
  const routes = convert(snapshot, object, spec)
  if (routes.length === 0) return []
  return spec.objects('parentRefs')
    .flatMap((parent) => parentsOf(parent, namespace, listeners))
    .filter(({ parent, listener }) => accepts(parent, listener, { hosts, namespace }))
    .sort((a, b) => compareBytes(a.listener.internalName, b.listener.internalName))
    .flatMap(({ listener }) => hosts.filter((host) => isolated(host, listener, listeners)).map((host) => ({ object, host, internalName: listener.internalName, routes })))
}

function parentsOf(parent: Fields, namespace: string, listeners: readonly KubeListener[]): readonly { readonly parent: Fields; readonly listener: KubeListener }[] {
  if ((parent.string('kind') ?? 'Gateway') !== 'Gateway' || (parent.string('group') ?? 'gateway.networking.k8s.io') !== 'gateway.networking.k8s.io') return []
  const at = parent.string('namespace') ?? namespace
  return listeners.filter(({ gateway }) => gateway.metadata.name === parent.string('name') && gateway.metadata.namespace === at).map((listener) => ({ parent, listener }))
}

/** Istio's referenceAllowed: port, section, a host in common from an allowed namespace, the kind of route. */
function accepts(parent: Fields, listener: KubeListener, route: { readonly hosts: readonly string[]; readonly namespace: string }): boolean {
  const port = parent.int('port') ?? 0
  const section = parent.string('sectionName') ?? ''
  if ((port !== 0 && port !== listener.port) || (section !== '' && section !== listener.name) || !listener.kinds.includes('HTTPRoute')) return false
  return listener.hosts.some((scoped) => {
    const slash = scoped.indexOf('/')
    const scope = scoped.slice(0, slash)
    return (scope === '*' || scope === route.namespace) && route.hosts.some((host) => hostsMatch(scoped.slice(slash + 1), host))
  })
}

/** Istio's hostnameAllowedByIsolation: a host belongs to the most specific listener of the port and protocol only. */
function isolated(host: string, listener: KubeListener, all: readonly KubeListener[]): boolean {
  const own = listener.hostname
  if (own !== '' && !own.startsWith('*')) return true
  if (own !== '' && !hostsMatch(host, own)) return false
  return !all.some((other) => other !== listener && other.gateway === listener.gateway && other.port === listener.port && other.protocol === listener.protocol
    && other.hostname !== own && own.length <= other.hostname.length && subsetOf(host, other.hostname))
}

/** Every rule with every match as a route of its own; none when istiod refuses one of them. */
function convert(snapshot: Snapshot, object: KubeObject, spec: Fields): readonly ConvertedRoute[] {
  const namespace = object.metadata.namespace ?? ''
  const out: ConvertedRoute[] = []
  const rules = spec.has('rules') ? spec.objects('rules') : [readFields({}, 'spec.rules[0]', [])]
  for (const [index, rule] of rules.entries()) {
    const matches = rule.objects('matches')
    for (const match of matches.length === 0 ? [undefined] : matches) {
      const route = convertRule({ snapshot, namespace, name: `${namespace}.${object.metadata.name}.${index}` }, rule, match)
      if (!route) return []
      out.push({ route, origin: { resource: refOf(object), path: match?.path ?? rule.path } })
    }
  }
  return out
}

const ranks = ['exact', 'prefix', 'regex'] as const

/** Istio's sortHTTPRoutes: kind of path, its length, a method, the number of headers, of query parameters. */
function byPrecedence(a: ConvertedRoute, b: ConvertedRoute): number {
  const [one, two] = [weigh(a.route), weigh(b.route)]
  const at = one.findIndex((value, index) => value !== two[index])
  return at < 0 ? 0 : (two[at] ?? 0) - (one[at] ?? 0)
}

function weigh(route: JsonObject): readonly number[] {
  const matches = route['match']
  const match = Array.isArray(matches) && isJsonObject(matches[0]) ? matches[0] : {}
  const uri = isJsonObject(match['uri']) ? match['uri'] : {}
  const kind = ranks.findIndex((name) => uri[name] !== undefined)
  const count = (key: string): number => (isJsonObject(match[key]) ? Object.keys(match[key]).length : 0)
  return [3 - kind, String(uri[ranks[kind] ?? 'exact'] ?? '').length, match['method'] === undefined ? 0 : 1, count('headers'), count('queryParams')]
}
