import type { JsonObject } from '@/lib/std/json'
import { httpRule } from './http-rule'
import { destination, headerOperations, gatewayNames, hosts, namespaces, oddHosts, networking, object } from './names'
import { compact, type Random } from './random'

/** How a VirtualService may name a gateway. */
export function gatewayReference(random: Random): string {
  const name = random.pick(gatewayNames)
  return random.pick([`istio-system/${name}`, `istio-system/${name}`, `istio-system/${name}`, name, `./${name}`, `shop/${name}`, `${name}.istio-system.svc.cluster.local`, `${name}.istio-system`, 'mesh', ...random.wide([`*/${name}`, `istio-system/${name}/x`, ''])])
}

const exportTo = [['*'], ['.'], ['istio-system'], ['shop', 'istio-system'], ['~'], ['team-b']] as const
const oddExportTo = [['*', '.'], ['~', 'istio-system'], ['.', 'shop'], []] as const

/** VirtualServices with HTTP, TLS and TCP routes; now and then a root with a delegate. */
export function virtualServices(random: Random): JsonObject[] {
  return random.times(0, random.rare(0.1) ? 15 : 8, (index) => index).flatMap((index) => {
    const namespace = random.pick(namespaces)
    const name = random.pick([`vs-${index}`, `route-${index}`, 'web', 'shared'])
    const labels = random.maybe(0.05, () => ({ 'istio.io/rev': random.pick(['default', 'canary']) }))
    const of = (body: JsonObject) => object(random, { apiVersion: networking(random), kind: 'VirtualService', namespace, name: `${name}-${index}`, ...(labels === undefined ? {} : { labels }) }, { spec: body })
    if (random.chance(0.08)) return delegated(random, index, namespace)
    return [of(compact({
      hosts: random.some([...hosts, ...random.wide(oddHosts)], 3, random.rare(0.01) ? 0 : 1),
      gateways: random.maybe(0.97, () => random.times(random.rare(0.02) ? 0 : 1, 3, () => gatewayReference(random))),
      exportTo: random.maybe(0.2, () => [...random.pick([...exportTo, ...random.wide(oddExportTo)])]),
      http: random.maybe(0.85, () => random.times(1, 4, () => httpRule(random))),
      tls: random.maybe(0.25, () => random.times(1, 2, () => tlsRule(random))),
      tcp: random.maybe(0.25, () => random.times(1, 2, () => tcpRule(random))),
    }))]
  })
}

function delegated(random: Random, index: number, namespace: string): JsonObject[] {
  const delegate = { name: `delegate-${index}`, namespace: random.pick(namespaces) }
  const root = object(random, { apiVersion: networking(random), kind: 'VirtualService', namespace, name: `root-${index}` }, {
    spec: {
      hosts: random.some(hosts, 2, 1), gateways: [gatewayReference(random)],
      http: [compact({ name: random.rarely(0.3, () => 'root'), match: random.maybe(0.8, () => random.times(1, random.rare(0.4) ? 2 : 1, () => compact({ name: random.rarely(0.3, () => 'rm'), uri: random.rare(0.2) ? undefined : random.pick([{ prefix: '/a' }, { exact: '/a' }, { prefix: '/' }, ...random.wide([{ regex: '/a.*' }])]), headers: random.maybe(0.3, () => ({ 'x-root': { exact: '1' } })), method: random.rarely(0.15, () => random.pick([{ exact: 'GET' }, { prefix: 'G' }])), port: random.rarely(0.1, () => 80), gateways: random.rarely(0.1, () => ['istio-system/public', 'istio-system/edge']), sourceLabels: random.rarely(0.1, () => ({ app: 'istio-ingressgateway' })), sourceNamespace: random.rarely(0.05, () => 'istio-system'), ignoreUriCase: random.rarely(0.05, () => true), queryParams: random.rarely(0.1, () => ({ q: { exact: '1' } })), withoutHeaders: random.rarely(0.1, () => ({ 'x-user': { prefix: 'a' } })) }))), headers: random.rarely(0.15, () => headerOperations(random)), retries: random.rarely(0.1, () => ({ attempts: 4 })), rewrite: random.rarely(0.1, () => ({ uri: '/root' })), fault: random.rarely(0.05, () => ({ abort: { httpStatus: 500, percentage: { value: 1 } } })), corsPolicy: random.rarely(0.05, () => ({ allowOrigins: [{ exact: 'https://root' }] })), delegate: random.chance(0.1) ? { name: delegate.name } : delegate, timeout: random.maybe(0.2, () => '5s') }), ...random.times(0, 2, () => httpRule(random))],
    },
  })
  const target = object(random, { apiVersion: networking(random), kind: 'VirtualService', namespace: delegate.namespace, name: delegate.name }, {
    spec: compact({
      exportTo: random.maybe(0.15, () => [...random.pick([...exportTo, ...random.wide(oddExportTo)])]),
      http: random.times(1, 3, () => random.chance(0.5) ? httpRule(random) : { match: [{ uri: { prefix: random.pick(['/a', '/a/b', '/b']) } }], route: [{ destination: destination(random) }] }),
    }),
  })
  return random.chance(0.9) ? [root, target] : [root]
}

function tlsRule(random: Random): JsonObject {
  return {
    match: random.times(1, 2, () => compact({ sniHosts: random.some(hosts.filter((host) => host !== '*'), 2, 1), port: random.maybe(0.4, () => random.pick([443, 8443, 15443])), gateways: random.maybe(0.1, () => [gatewayReference(random)]) })),
    route: weighted(random),
  }
}

function tcpRule(random: Random): JsonObject {
  return compact({
    match: random.maybe(0.6, () => random.times(1, 2, () => compact({ port: random.maybe(0.7, () => random.pick([3306, 3306, 9000, 80])), gateways: random.maybe(0.2, () => [gatewayReference(random)]), destinationSubnets: random.maybe(0.05, () => ['10.0.0.0/8']) }))),
    route: weighted(random),
  })
}

/** Destinations of an L4 rule; several share by weight, not all of them 0, for Pilot dies of that. */
function weighted(random: Random): JsonObject[] {
  if (random.chance(0.6)) return [compact({ destination: destination(random), weight: random.maybe(0.4, () => random.pick([0, 100])) })]
  return [0, 30, 70].slice(random.int(2)).map((weight) => ({ destination: destination(random), weight }))
}
