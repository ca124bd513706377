import type { Json, JsonObject } from '@/lib/std/json'
import { compact, type Random } from './random'

/** Namespaces of generated meshes; the gateway runs in the first. */
export const namespaces = ['istio-system', 'shop', 'team-b'] as const

/** Hosts of servers and VirtualServices: exact, wildcards that cover each other, odd but legal ones. */
export const hosts = [
  'a.example.com', 'b.example.com', 'c.b.example.com', '*.example.com', '*.b.example.com', '*', 'example.org', '*.org', 'Upper.Example.org', 'upper.example.org', 'web', 'web.shop.svc.cluster.local', '*.com', 'xn--bcher-kva.example',
] as const

/** Hosts that are legal and seldom seen. */
export const oddHosts = ['a.example.com.', '2001:db8::1', '192.0.2.7'] as const

export const services = ['web', 'api', 'db', 'cart'] as const
export const subsets = ['v1', 'v2', 'v3'] as const
export const gatewayNames = ['public', 'private', 'edge', 'legacy'] as const

/** How a destination may name a service: short, with its namespace, in full, or one that does not exist. */
export function destinationHost(random: Random): string {
  const service = random.pick(services)
  return random.pick([service, service, service, service, `${service}.shop.svc.cluster.local`, `${service}.shop.svc.cluster.local`, `${service}.team-b.svc.cluster.local`, random.pick([`${service}.shop`, 'missing']), random.pick(['ext.example.net', 'api.partner.example'])])
}

/** `routing.Destination`. */
export function destination(random: Random, port = 0.5): JsonObject {
  return compact({ host: destinationHost(random), subset: random.maybe(0.2, () => random.pick(subsets)), port: random.maybe(port, () => ({ number: random.pick([80, 80, 80, 80, 443, 8080, 3306, 9999]) })) })
}

/** An object of a kind, with a creation time out of few, so that ties are common; some have none. */
export function object(random: Random, kind: { readonly apiVersion: string; readonly kind: string; readonly namespace?: string; readonly name: string; readonly labels?: JsonObject; readonly annotations?: JsonObject }, body: { readonly [key: string]: Json | undefined }): JsonObject {
  return compact({
    apiVersion: kind.apiVersion, kind: kind.kind,
    metadata: compact({
      name: kind.name, namespace: kind.namespace, labels: kind.labels, annotations: kind.annotations,
      creationTimestamp: random.maybe(0.7, () => random.pick(['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', '2026-03-01T10:00:01Z'])),
    }),
    ...body,
  })
}

/** The API version under which an object of networking.istio.io is written. */
export function networking(random: Random): string {
  return `networking.istio.io/${random.pick(['v1', 'v1', 'v1', 'v1beta1', 'v1alpha3'])}`
}

/** Header values with operations. */
export function headerOperations(random: Random): JsonObject {
  const one = () => compact({
    set: random.maybe(0.5, () => ({ [random.pick(['x-set', 'X-Upper', 'host', ...random.wide([':authority', 'x-b'])])]: random.pick(['1', 'two', '%REQ(x)%', '']), ...random.rare(0.2) ? { 'x-a': 'first' } : {} })),
    add: random.maybe(0.5, () => ({ [random.pick(['x-add', 'x-other', ...random.wide(['Host', ':path'])])]: 'added' })),
    remove: random.maybe(0.4, () => random.some(['x-remove', 'server', 'x-gone', ...random.wide([':path', 'host'])], 2, 1)),
  })
  return compact({ request: random.maybe(0.7, one), response: random.maybe(0.6, one) })
}

/** `StringMatch`. */
export function stringMatch(random: Random, values: readonly string[]): JsonObject {
  const value = random.pick(values)
  switch (random.int(5)) {
    case 0: return { exact: value }
    case 1: return { regex: random.pick([`${value}.*`, '.*', 'a|b', '[a-z]+', '*', '^/v[0-9]+/']) }
    default: return random.chance(0.05) ? {} : { prefix: value }
  }
}

/** A duration as Istio's fields take it. */
export function duration(random: Random): string {
  return random.pick(['0s', '1s', '250ms', '10s', '1m', '0.5s', '1h', ...random.wide(['1h1m1s', '1.5h', '100us', '3661s'])])
}
