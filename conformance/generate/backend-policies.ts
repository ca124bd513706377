import type { JsonObject } from '@/lib/std/json'
import { object, services } from './names'
import { compact, type Random } from './random'

/** BackendTLSPolicies on Services and ServiceEntries, whole or by port, some with a CA that is not there. */
export function backendPolicies(random: Random): JsonObject[] {
  return random.times(0, 3, (index) => object(random, { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'BackendTLSPolicy', namespace: random.pick(['shop', 'shop', 'team-b']), name: `backend-${index}`, ...random.chance(0.05) ? { annotations: { 'istio.io/ignore-policy-attachment': random.pick(['true', 'True', 'no']) } } : {} }, {
    spec: {
      targetRefs: random.times(1, 2, () => random.chance(0.12)
        ? { group: 'networking.istio.io', kind: 'ServiceEntry', name: random.pick(['external-0', 'external-1']) }
        : compact({ group: '', kind: 'Service', name: random.pick([...services, 'missing']), sectionName: random.maybe(0.3, () => random.pick(['http', 'grpc', 'tcp-db', 'none'])) })),
      validation: compact({
        hostname: 'backend.example.com',
        ...random.pick<JsonObject>([{ wellKnownCACertificates: 'System' }, { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] }, { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] }, { caCertificateRefs: [{ group: '', kind: random.pick(['ConfigMap', 'Secret']), name: 'missing' }] }]),
        subjectAltNames: random.maybe(0.25, () => [random.pick<JsonObject>([{ type: 'Hostname', hostname: 'alt.example.com' }, { type: 'URI', uri: 'spiffe://cluster.local/ns/shop/sa/web' }])]),
      }),
    },
  }))
}
