import type { JsonObject } from '@/lib/std/json'
import { grpcRule, httpRule, kubeBackends } from './kube-rules'
import { kubeHosts } from './kube-gateways'
import { object } from './names'
import { compact, type Random } from './random'

const group = 'gateway.networking.k8s.io'

/** Routes of every kind on the generated Gateways and ListenerSets: some attached, some refused by their parents. */
export function kubeRoutes(random: Random): JsonObject[] {
  return [
    ...random.times(0, 3, (index) => route(random, `http-${index}`, { kind: 'HTTPRoute', hosted: 0.8, rules: () => random.times(1, 3, () => httpRule(random)) })),
    ...random.times(0, 2, (index) => route(random, `grpc-${index}`, { kind: 'GRPCRoute', hosted: 0.7, rules: () => random.times(1, 2, () => grpcRule(random)) })),
    ...random.times(0, 2, (index) => route(random, `tcp-${index}`, { kind: 'TCPRoute', hosted: 0, rules: () => random.times(1, 1, () => ({ backendRefs: kubeBackends(random) })) })),
    ...random.times(0, 2, (index) => route(random, `tls-${index}`, { kind: 'TLSRoute', hosted: 1, rules: () => random.times(1, 1, () => ({ backendRefs: kubeBackends(random) })) })),
  ]
}

function route(random: Random, name: string, { kind, hosted, rules }: { readonly kind: string; readonly hosted: number; readonly rules: () => JsonObject[] }): JsonObject {
  const namespace = random.pick(['shop', 'shop', 'istio-system', 'team-b'])
  return object(random, { apiVersion: `${group}/v1`, kind, namespace, name }, {
    spec: compact({
      parentRefs: random.maybe(0.97, () => random.times(1, random.chance(0.25) ? 2 : 1, () => parentRef(random))),
      hostnames: random.maybe(hosted, () => random.some(kubeHosts, 3, 1)),
      rules: random.maybe(kind === 'HTTPRoute' ? 0.95 : 1, rules),
    }),
  })
}

function parentRef(random: Random): JsonObject {
  const set = random.chance(0.2)
  return compact({
    name: set ? random.pick(['set-0', 'set-1']) : random.pick(['kube', 'kube', 'kube', 'kube-b', 'auto', 'missing']),
    namespace: random.maybe(0.95, () => set ? random.pick(['istio-system', 'shop', 'team-b']) : 'istio-system'),
    kind: set ? 'ListenerSet' : random.maybe(0.05, () => random.pick(['Gateway', 'Service'])),
    group: set ? group : random.maybe(0.03, () => group),
    sectionName: random.maybe(0.15, () => random.pick(['http-0', 'https-1', 'tcp-0', 'http-5'])),
    port: random.maybe(0.1, () => random.pick([80, 443, 3306])),
  })
}
