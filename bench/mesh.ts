import type { KindKey } from '@/lib/mesh/kinds'
import type { KubeObject } from '@/lib/mesh/resource'
import type { JsonObject } from '@/lib/std/json'

/** An object under its kind's key, as snapshotOf takes it. */
export type MeshObject = readonly [KindKey, KubeObject]

const teams = ['cart', 'checkout', 'catalog', 'search', 'payments', 'orders', 'profile', 'media', 'pricing', 'shipping', 'reviews', 'support'] as const
const paths = ['/api', '/v1', '/v2', '/assets', '/admin', '/webhooks', '/graphql', '/healthz', '/login', '/static'] as const

/**
 * The data set of performance.md: n VirtualServices with three rules each, one gateway workload, n/4 Gateways on it (an HTTP and an
 * HTTPS server with four hosts of its own; each VirtualService binds one), n DestinationRules, n/2 ServiceEntries, 2.5 n Services with
 * one slice of two endpoints each, 5 n pods, a tenth of the hosts wild. The same seed gives the same objects.
 */
export function* mesh(n: number, seed = 1): Generator<MeshObject> {
  const next = randomNumbers(seed)
  yield object('services', 'v1', 'Service', { namespace: 'istio-system', name: 'istio-ingressgateway' }, {
    selector: { istio: 'ingressgateway' }, type: 'NodePort',
    ports: [{ name: 'http2', port: 80, targetPort: 8080, nodePort: 30000 }, { name: 'https', port: 443, targetPort: 8443, nodePort: 30443 }],
  })
  for (const at of [0, 1]) yield pod('istio-system', `istio-ingressgateway-7d9f-${at}`, { istio: 'ingressgateway', app: 'istio-ingressgateway' }, at)
  const gateways = Math.max(1, Math.floor(n / 4))
  for (let i = 0; i < gateways; i++) yield gateway(i, [0, 1, 2, 3].map((of) => hostOf(i * 4 + of)))
  const services = Math.floor(2.5 * n)
  for (let i = 0; i < n; i++) {
    yield virtualService(i, { gateway: Math.min(gateways - 1, Math.floor(i / 4)), services, next })
    yield destinationRule(i)
    if (i % 2 === 0) yield serviceEntry(i)
  }
  for (let i = 0; i < services; i++) yield* service(i)
}

/** Names of a host, the tenth of them wild. */
function hostOf(i: number): string {
  return `${i % 10 === 9 ? '*' : 'www'}.${teamOf(i)}-${i}.example.com`
}

function teamOf(i: number): string {
  return teams[i % teams.length] ?? 'cart'
}

function namespaceOf(i: number): string {
  return `team-${teamOf(i)}`
}

function object(key: KindKey, apiVersion: string, kind: string, at: { readonly namespace: string; readonly name: string; readonly labels?: { readonly [label: string]: string } }, spec: JsonObject): MeshObject {
  return [key, { apiVersion, kind, metadata: { uid: `${kind}-${at.name}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', ...at }, spec }]
}

function gateway(i: number, hosts: readonly string[]): MeshObject {
  return object('gateways.networking.istio.io', 'networking.istio.io/v1', 'Gateway', { namespace: 'istio-system', name: `gateway-${i}` }, {
    selector: { istio: 'ingressgateway' },
    servers: [
      { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts },
      { port: { number: 443, name: `https-${i}`, protocol: 'HTTPS' }, hosts, tls: { mode: 'SIMPLE', credentialName: `cert-${i}` } },
    ],
  })
}

function virtualService(i: number, from: { readonly gateway: number; readonly services: number; readonly next: () => number }): MeshObject {
  const path = (): string => `${paths[Math.floor(from.next() * paths.length)] ?? '/'}/${Math.floor(from.next() * 100)}`
  const host = (of: number): string => `${serviceName(of)}.${namespaceOf(of)}.svc.cluster.local`
  const other = Math.floor(from.next() * from.services)
  return object('virtualservices.networking.istio.io', 'networking.istio.io/v1', 'VirtualService', { namespace: namespaceOf(i), name: `${teamOf(i)}-${i}` }, {
    hosts: [hostOf(i)], gateways: [`istio-system/gateway-${from.gateway}`],
    http: [
      { match: [{ uri: { prefix: path() }, headers: { 'x-canary': { exact: 'true' } } }], route: [{ destination: { host: host(i), subset: 'v2', port: { number: 80 } } }] },
      { match: [{ uri: { prefix: path() } }], timeout: '3s', route: [{ destination: { host: host(i), subset: 'v1', port: { number: 80 } }, weight: 90 }, { destination: { host: host(i), subset: 'v2', port: { number: 80 } }, weight: 10 }] },
      { route: [{ destination: { host: host(other), port: { number: 80 } } }] },
    ],
  })
}

function serviceName(i: number): string {
  return `${teamOf(i)}-svc-${i}`
}

function destinationRule(i: number): MeshObject {
  return object('destinationrules.networking.istio.io', 'networking.istio.io/v1', 'DestinationRule', { namespace: namespaceOf(i), name: `${serviceName(i)}` }, {
    host: `${serviceName(i)}.${namespaceOf(i)}.svc.cluster.local`, subsets: [{ name: 'v1', labels: { version: 'v1' } }, { name: 'v2', labels: { version: 'v2' } }],
  })
}

function serviceEntry(i: number): MeshObject {
  return object('serviceentries.networking.istio.io', 'networking.istio.io/v1', 'ServiceEntry', { namespace: namespaceOf(i), name: `external-${i}` }, {
    hosts: [`api-${i}.partner.example.net`], location: 'MESH_EXTERNAL', resolution: 'DNS', ports: [{ number: 443, name: 'tls', protocol: 'TLS' }],
  })
}

function* service(i: number): Generator<MeshObject> {
  const namespace = namespaceOf(i)
  const name = serviceName(i)
  yield object('services', 'v1', 'Service', { namespace, name }, { clusterIP: `10.${96 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`, selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }] })
  const pods = ['v1', 'v2'].map((version, at) => ({ name: `${name}-${version}`, version, address: `10.244.${(i >> 7) & 255}.${((i << 1) & 255) + at}`, at }))
  for (const one of pods) yield pod(namespace, one.name, { app: name, version: one.version }, one.at)
  yield ['endpointslices.discovery.k8s.io', {
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { namespace, name: `${name}-x`, labels: { 'kubernetes.io/service-name': name } }, addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: pods.map((one) => ({ addresses: [one.address], conditions: { ready: true }, targetRef: { kind: 'Pod', namespace, name: one.name } })),
  }]
}

function pod(namespace: string, name: string, labels: { readonly [label: string]: string }, at: number): MeshObject {
  return ['pods', {
    apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, labels, uid: `pod-${name}`, resourceVersion: '1' }, spec: { nodeName: `node-${at}`, containers: [{ name: 'app', image: 'app:1' }] },
    status: { phase: 'Running', podIP: `10.244.0.${at + 2}`, conditions: [{ type: 'Ready', status: 'True' }] },
  }]
}

/** Mulberry32: the same numbers for the same seed, between 0 and 1. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
