import type { JsonObject } from '@/lib/std/json'
import { backendPolicies } from './backend-policies'
import { certificate, certificateKey } from './certificate'
import { kubeGateways } from './kube-gateways'
import { kubeRoutes } from './kube-routes'
import { object } from './names'
import type { Random } from './random'

/** Objects of the Gateway API on the same pods: Gateways, ListenerSets, routes of every kind, grants, policies, and what they refer to. */
export function gatewayApi(random: Random): JsonObject[] {
  if (random.chance(0.15)) return []
  const gateways = kubeGateways(random)
  return [...classes(random), ...namespaces(random), ...secrets(random), ...gateways, ...kubeRoutes(random), ...grants(random), ...backendPolicies(random)]
}

function classes(random: Random): JsonObject[] {
  const made = (name: string, controllerName: string) => object(random, { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', name }, { spec: { controllerName } })
  return [...random.chance(0.6) ? [made('istio', random.chance(0.1) ? 'example.com/other' : 'istio.io/gateway-controller')] : [], made('custom', 'istio.io/gateway-controller'), made('foreign', 'example.com/controller')]
}

/** All or none, as a cluster has them all and a folder of files often none. */
function namespaces(random: Random): JsonObject[] {
  if (random.chance(0.1)) return []
  return ['istio-system', 'shop', 'team-b'].map((name) => object(random, { apiVersion: 'v1', kind: 'Namespace', name, labels: random.pick<JsonObject>([{ 'kubernetes.io/metadata.name': name }, { edge: 'yes' }, { edge: 'no', team: name }]) }, {}))
}

function secrets(random: Random): JsonObject[] {
  const encode = (text: string) => Buffer.from(text).toString('base64')
  const pair = { 'tls.crt': encode(certificate), 'tls.key': encode(certificateKey) }
  const secret = (namespace: string, name: string, data: JsonObject) => object(random, { apiVersion: 'v1', kind: 'Secret', namespace, name }, { data })
  const authority = (namespace: string, name: string, data: JsonObject) => object(random, { apiVersion: 'v1', kind: 'ConfigMap', namespace, name }, { data })
  return [
    ...['istio-system', 'shop', 'team-b'].filter(() => random.chance(0.85)).map((namespace) => secret(namespace, 'web-cert', pair)),
    ...random.chance(0.5) ? [secret('istio-system', 'other-cert', { cert: encode(certificate), key: encode(certificateKey) })] : [],
    ...random.chance(0.5) ? [secret('istio-system', 'bad-cert', random.pick<JsonObject>([{}, { 'tls.crt': '', 'tls.key': '' }, { 'tls.crt': encode('no certificate'), 'tls.key': encode('no key') }, { 'tls.crt': encode(certificate) }]))] : [],
    ...random.chance(0.5) ? [secret('istio-system', 'ca-secret', { 'ca.crt': encode(certificate) })] : [],
    ...['istio-system', 'shop', 'team-b'].filter(() => random.chance(0.6)).map((namespace) => authority(namespace, 'ca', random.pick<JsonObject>([{ 'ca.crt': certificate }, { 'ca.crt': certificate }, { cacert: certificate }, { other: 'x' }]))),
  ]
}

function grants(random: Random): JsonObject[] {
  const group = 'gateway.networking.k8s.io'
  return random.times(0, 3, (index) => object(random, { apiVersion: `${group}/${random.pick(['v1', 'v1beta1'])}`, kind: 'ReferenceGrant', namespace: random.pick(['shop', 'team-b', 'istio-system']), name: `grant-${index}` }, {
    spec: {
      from: random.times(1, 3, () => ({ group: random.chance(0.92) ? group : '', kind: random.pick(['HTTPRoute', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'Gateway', 'Gateway', 'ListenerSet']), namespace: random.pick(['shop', 'team-b', 'istio-system', 'istio-system']) })),
      to: random.times(1, 2, () => random.pick<JsonObject>([{ group: '', kind: 'Service' }, { group: '', kind: 'Service' }, { group: '', kind: 'Service', name: 'web' }, { group: '', kind: 'Secret' }, { group: '', kind: 'Secret', name: 'web-cert' }, { group: '', kind: 'ConfigMap' }, { group: '', kind: 'ConfigMap', name: 'ca' }, { group: 'apps', kind: 'Service' }])),
    },
  }))
}
