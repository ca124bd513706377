import type { JsonObject } from '@/lib/std/json'
import { hosts, object, services } from './names'
import { compact, type Random } from './random'

/** Kubernetes Ingresses with Istio's class and others. */
export function ingresses(random: Random): JsonObject[] {
  const classes = object(random, { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', name: 'istio' }, { spec: { controller: 'istio.io/ingress-controller' } })
  const made = random.times(0, 2, (index) => object(random, {
    apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace: random.pick(['shop', 'team-b']), name: `ingress-${index}`, ...random.chance(0.2) ? { annotations: { 'kubernetes.io/ingress.class': random.pick(['istio', 'nginx']) } } : {},
  }, {
    spec: compact({
      ingressClassName: random.maybe(0.8, () => random.pick(['istio', 'istio', 'istio', 'nginx'])),
      tls: random.maybe(0.3, () => [{ hosts: ['a.example.com'], secretName: 'web-cert' }]),
      defaultBackend: random.maybe(0.1, () => backend(random)),
      rules: random.times(1, 2, () => compact({ host: random.maybe(0.85, () => random.pick(['a.example.com', 'ing.example.com', '*.example.com'])), http: { paths: random.times(1, 3, () => ({ path: random.pick(['/', '/a', '/a/b', '/foo*']), pathType: random.pick(['Prefix', 'Exact', 'ImplementationSpecific']), backend: backend(random) })) } })),
    }),
  }))
  return made.length === 0 ? [] : [classes, ...made]
}

function backend(random: Random): JsonObject {
  return { service: { name: random.pick([...services, 'missing']), port: random.pick([{ number: 80 }, { name: 'http' }, { number: 8080 }]) } }
}

/** A Gateway of the Gateway API on the same pods, with routes. */
export function gatewayApi(random: Random): JsonObject[] {
  if (random.chance(0.5)) return []
  const group = 'gateway.networking.k8s.io/v1'
  const gateway = object(random, { apiVersion: group, kind: 'Gateway', namespace: 'istio-system', name: 'kube' }, {
    spec: {
      gatewayClassName: 'istio', addresses: [{ type: 'Hostname', value: 'istio-ingressgateway.istio-system.svc.cluster.local' }],
      listeners: [
        compact({ name: 'http', port: 80, protocol: 'HTTP', hostname: random.maybe(0.4, () => '*.example.com'), allowedRoutes: { namespaces: { from: random.pick(['All', 'All', 'Same']) } } }),
        ...random.chance(0.3) ? [{ name: 'https', port: 443, protocol: 'HTTPS', hostname: 'a.example.com', tls: { mode: 'Terminate', certificateRefs: [{ name: 'web-cert' }] }, allowedRoutes: { namespaces: { from: 'All' } } }] : [],
        ...random.chance(0.3) ? [{ name: 'tls', port: 443, protocol: 'TLS', hostname: 'b.example.com', tls: { mode: 'Passthrough' }, allowedRoutes: { namespaces: { from: 'All' } } }] : [],
        ...random.chance(0.3) ? [{ name: 'tcp', port: 3306, protocol: 'TCP', allowedRoutes: { namespaces: { from: 'All' } } }] : [],
      ],
    },
  })
  const parentRefs = [compact({ name: 'kube', namespace: 'istio-system', sectionName: random.maybe(0.2, () => 'http') })]
  const backendRefs = () => random.times(1, 2, () => compact({ name: random.pick([...services, 'missing']), namespace: random.maybe(0.1, () => 'team-b'), port: random.pick([80, 8080]), weight: random.maybe(0.4, () => random.pick([0, 1, 9])) }))
  const routes = random.times(1, 3, (index) => object(random, { apiVersion: group, kind: 'HTTPRoute', namespace: random.pick(['shop', 'istio-system']), name: `route-${index}` }, {
    spec: compact({ parentRefs, hostnames: random.maybe(0.8, () => random.some(hosts.filter((host) => host !== '*' && host === host.toLowerCase() && host.includes('.')), 2, 1)), rules: random.times(1, 3, () => routeRule(random, backendRefs)) }),
  }))
  const grant = object(random, { apiVersion: 'gateway.networking.k8s.io/v1beta1', kind: 'ReferenceGrant', namespace: 'team-b', name: 'from-shop' }, { spec: { from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop' }], to: [{ group: '', kind: 'Service' }] } })
  const gatewayClass = object(random, { apiVersion: group, kind: 'GatewayClass', name: 'istio' }, { spec: { controllerName: 'istio.io/gateway-controller' } })
  return [gatewayClass, gateway, ...routes, ...random.chance(0.3) ? [grant] : []]
}

function routeRule(random: Random, backendRefs: () => JsonObject[]): JsonObject {
  return compact({
    matches: random.maybe(0.7, () => random.times(1, 2, () => compact({
      path: random.maybe(0.8, () => ({ type: random.pick(['PathPrefix', 'PathPrefix', 'Exact', 'RegularExpression']), value: random.pick(['/', '/a', '/a/b', '/api']) })),
      headers: random.maybe(0.3, () => [{ name: random.pick(['x-user', 'X-Upper']), value: 'alice', type: random.pick(['Exact', 'RegularExpression']) }]),
      queryParams: random.maybe(0.15, () => [{ name: 'q', value: '1' }]), method: random.maybe(0.15, () => 'GET'),
    }))),
    filters: random.maybe(0.3, () => [random.pick<JsonObject>([
      { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-set', value: '1' }], remove: ['x-gone'] } },
      { type: 'ResponseHeaderModifier', responseHeaderModifier: { add: [{ name: 'x-add', value: '1' }] } },
      { type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } },
      { type: 'URLRewrite', urlRewrite: { hostname: 'new.example.com', path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' } } },
      { type: 'RequestMirror', requestMirror: { backendRef: { name: 'api', port: 80 } } },
    ])]),
    backendRefs: random.maybe(0.95, backendRefs),
    timeouts: random.maybe(0.15, () => ({ request: '5s' })),
  })
}
