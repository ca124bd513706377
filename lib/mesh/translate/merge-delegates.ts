import type { MeshConfig } from '../istio/mesh-config'
import { parseVirtualService } from '../istio/parse-virtual-service'
import type { HttpMatch, HttpRoute, StringMatch } from '../istio/virtual-service'
import { refOf, type KubeObject } from '../resource'
import { getObject, type Snapshot } from '../snapshot'
import { resolveGatewayName, resolveShortName } from './host-name'
import { exportSet } from './mesh-service'
import type { OwnedHttpRoute } from './resolved-virtual-service'

/** A root's rules with each delegate's rules in place of the one that names it (SPEC VS5). */
export function mergeDelegates(snapshot: Snapshot, root: KubeObject, config: MeshConfig): readonly OwnedHttpRoute[] {
  const namespace = root.metadata.namespace ?? ''
  return parseVirtualService(root).value.http.flatMap((route): readonly OwnedHttpRoute[] => {
    if (!route.delegate) return [{ route, owner: refOf(root) }]
    const from = route.delegate.namespace === '' ? namespace : route.delegate.namespace
    const delegate = getObject(snapshot, 'virtualservices.networking.istio.io', from, route.delegate.name)
    if (!delegate) return []
    const spec = parseVirtualService(delegate).value
    const exports = exportSet(spec.exportTo, config.defaultVirtualServiceExportTo, from)
    if (spec.hosts.length > 0 || !(exports.has('*') || exports.has(namespace))) return []
    return spec.http.flatMap((leaf) => {
      const merged = mergeRoute(qualified(route, namespace, config), qualified(leaf, from, config))
      return merged ? [{ route: merged, owner: refOf(delegate) }] : []
    })
  })
}

/** Short names mean the namespace of the object they stand in, also once merged; so do gateway names in matches. */
function qualified(route: HttpRoute, namespace: string, config: MeshConfig): HttpRoute {
  const host = <T extends { readonly host: string }>(destination: T): T => ({ ...destination, host: resolveShortName(destination.host, namespace, config.domain) })
  return {
    ...route,
    match: route.match.map((match) => ({ ...match, gateways: match.gateways.map((gateway) => resolveGatewayName(gateway, namespace)) })),
    route: route.route.map((entry) => ({ ...entry, destination: entry.destination && host(entry.destination) })),
    mirrors: route.mirrors.map((mirror) => ({ ...mirror, destination: host(mirror.destination) })),
  }
}

/** Istio's mergeHTTPRoute: matches as a cross product of pairs that do not conflict; other fields are the root's where the leaf has none. */
function mergeRoute(root: HttpRoute, leaf: HttpRoute): HttpRoute | undefined {
  const match = mergeMatches(root.match, leaf.match)
  if (!match) return undefined
  return {
    ...leaf,
    match,
    name: root.name === '' ? leaf.name : leaf.name === '' ? root.name : `${root.name}-${leaf.name}`,
    rewrite: leaf.rewrite ?? root.rewrite,
    directResponse: leaf.directResponse ?? root.directResponse,
    timeout: leaf.timeout ?? root.timeout,
    retries: leaf.retries ?? root.retries,
    fault: leaf.fault ?? root.fault,
    mirrors: leaf.mirrors.length === 0 ? root.mirrors : leaf.mirrors,
    corsPolicy: leaf.corsPolicy ?? root.corsPolicy,
    headers: leaf.headers ?? root.headers,
  }
}

function mergeMatches(root: readonly HttpMatch[], leaf: readonly HttpMatch[]): readonly HttpMatch[] | undefined {
  if (root.length === 0) return leaf
  if (leaf.length === 0) return root
  const merged: HttpMatch[] = []
  for (const inner of leaf) {
    const pairs = root.filter((outer) => !conflicts(outer, inner)).map((outer) => mergeMatch(outer, inner))
    if (pairs.length === 0) return undefined
    merged.push(...pairs)
  }
  return merged
}

function mergeMatch(root: HttpMatch, leaf: HttpMatch): HttpMatch {
  const map = (outer: HttpMatch['headers'], inner: HttpMatch['headers']): HttpMatch['headers'] => [...new Map([...outer, ...inner])]
  return {
    ...leaf,
    name: root.name === '' ? leaf.name : leaf.name === '' ? root.name : `${root.name}-${leaf.name}`,
    uri: leaf.uri ?? root.uri,
    scheme: leaf.scheme ?? root.scheme,
    method: leaf.method ?? root.method,
    authority: leaf.authority ?? root.authority,
    headers: map(root.headers, leaf.headers),
    withoutHeaders: map(root.withoutHeaders, leaf.withoutHeaders),
    queryParams: map(root.queryParams, leaf.queryParams),
    port: leaf.port === 0 ? root.port : leaf.port,
    sourceLabels: { ...root.sourceLabels, ...leaf.sourceLabels },
    sourceNamespace: leaf.sourceNamespace === '' ? root.sourceNamespace : leaf.sourceNamespace,
    gateways: leaf.gateways.length === 0 ? root.gateways : leaf.gateways,
    statPrefix: leaf.statPrefix === '' ? root.statPrefix : leaf.statPrefix,
  }
}

function conflicts(root: HttpMatch, leaf: HttpMatch): boolean {
  if (root.ignoreUriCase !== leaf.ignoreUriCase) return true
  if ((['uri', 'scheme', 'method', 'authority'] as const).some((key) => stringConflict(root[key], leaf[key]))) return true
  if ((['headers', 'withoutHeaders', 'queryParams'] as const).some((key) => mapConflict(root[key], leaf[key]))) return true
  if (root.port > 0 && leaf.port > 0 && root.port !== leaf.port) return true
  if (root.sourceNamespace !== '' && root.sourceNamespace !== leaf.sourceNamespace) return true
  if (Object.entries(root.sourceLabels).some(([key, value]) => Object.hasOwn(leaf.sourceLabels, key) && leaf.sourceLabels[key] !== value)) return true
  return root.gateways.length > 0 && leaf.gateways.some((gateway) => !root.gateways.includes(gateway))
}

function mapConflict(root: HttpMatch['headers'], leaf: HttpMatch['headers']): boolean {
  return root.some(([name, match]) => leaf.some(([other, inner]) => other === name && stringConflict(match, inner)))
}

/** Istio's stringMatchConflict: a match that is written but says nothing conflicts with every other, one that is not written with none. */
function stringConflict(root: StringMatch | undefined, leaf: StringMatch | undefined): boolean {
  if (!root || !leaf) return false
  const [outer, inner] = [textOf(root), textOf(leaf)]
  if (outer === '') return true
  if (root.kind === 'exact') return leaf.kind !== 'exact' || inner !== outer
  return root.kind === 'regex' || leaf.kind === 'regex' || inner === '' || !inner.startsWith(outer)
}

function textOf(match: StringMatch): string {
  return match.kind === 'none' ? '' : match.value
}
