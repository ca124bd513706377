import { isJsonObject, type JsonObject } from '@/lib/std/json'
import { object } from './names'
import type { Random } from './random'

/** A gateway's pods, as Pilot is told of them. */
export interface GeneratedProxy {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
}

const ingress: GeneratedProxy = { namespace: 'istio-system', labels: { istio: 'ingressgateway', app: 'istio-ingressgateway' } }
const egress: GeneratedProxy = { namespace: 'shop', labels: { istio: 'ingressgateway', app: 'istio-egressgateway', 'service.istio.io/canonical-name': 'egress' } }
const ofGatewayApi: GeneratedProxy = { namespace: 'istio-system', labels: { istio: 'ingressgateway', app: 'istio-ingressgateway', 'gateway.networking.k8s.io/gateway-name': 'kube' } }
const lonely: GeneratedProxy = { namespace: 'team-b', labels: { istio: 'other', 'istio.io/rev': 'default' } }

/** Whose configuration a seed's mesh is translated for: mostly the ingress gateway in istio-system, seldom an egress gateway of another namespace, pods of the Gateway API, or pods that few Gateways select. */
export function proxyOf(seed: number): GeneratedProxy {
  switch (seed % 30) {
    case 7: case 17: return egress
    case 22: return ofGatewayApi
    case 27: return lonely
    default: return ingress
  }
}

/** The pods and the Service of the egress gateway. */
export function egressGateway(random: Random): JsonObject[] {
  if (!random.rare(0.15)) return []
  return [
    object(random, { apiVersion: 'v1', kind: 'Service', namespace: egress.namespace, name: 'istio-egressgateway' }, { spec: { selector: { app: 'istio-egressgateway' }, ports: [{ name: 'http', port: 80, targetPort: random.pick([80, 8080]) }, { name: 'https', port: 443, targetPort: 8443 }, { name: 'tcp', port: 3306, targetPort: 3307 }] } }),
    object(random, { apiVersion: 'v1', kind: 'Pod', namespace: egress.namespace, name: 'istio-egressgateway-1', labels: { ...egress.labels } }, { spec: { containers: [{ name: 'istio-proxy' }] }, status: { podIP: '10.244.0.8', phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }),
  ]
}

/** The ingress gateway's pod with all labels of the seed's proxy, as a pod of it has them: named target ports are found by it. */
export function labelled(objects: readonly JsonObject[], { namespace, labels }: GeneratedProxy): readonly JsonObject[] {
  if (namespace !== ingress.namespace) return objects
  return objects.map((object) => {
    const { kind, metadata } = object
    return kind === 'Pod' && isJsonObject(metadata) && metadata['name'] === 'istio-ingressgateway-1' ? { ...object, metadata: { ...metadata, labels: { ...labels } } } : object
  })
}
