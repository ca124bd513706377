import type { JsonObject } from '@/lib/std/json'
import { object, services } from './names'
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
