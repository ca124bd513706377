import type { JsonObject } from '@/lib/std/json'
import { object } from './names'
import { compact, type Random } from './random'

const group = 'gateway.networking.k8s.io/v1'

/** Hostnames as the Gateway API's schema takes them: lower case, a wildcard only as the first label. */
export const kubeHosts = ['a.example.com', 'b.example.com', 'c.b.example.com', '*.example.com', '*.b.example.com', 'example.org', '*.org', '*.com', 'xn--bcher-kva.example'] as const

/** Gateways with listeners of every kind on the gateway's Service, some on another, and ListenerSets for them. */
export function kubeGateways(random: Random): JsonObject[] {
  const names = ['kube', ...random.some(['kube-b', 'auto'], 2)]
  return [...names.flatMap((name) => gateway(random, name)), ...random.times(0, 2, (index) => listenerSet(random, names, index))]
}

function gateway(random: Random, name: string): JsonObject[] {
  const namespace = name === 'kube-b' ? random.pick(['istio-system', 'istio-system', 'shop']) : 'istio-system'
  const automatic = name === 'auto'
  const override = automatic && random.chance(0.3)
  const gatewayClassName = random.pick(['istio', 'istio', 'istio', 'istio', 'custom', 'foreign', 'missing'])
  const networked = random.chance(0.1)
  const made = object(random, { apiVersion: group, kind: 'Gateway', namespace, name, ...override ? { annotations: { 'gateway.istio.io/name-override': 'istio-ingressgateway' } } : {}, ...networked ? { labels: { 'topology.istio.io/network': 'net-1' } } : {} }, {
    spec: compact({
      gatewayClassName,
      addresses: automatic ? random.maybe(0.2, () => [{ type: 'IPAddress', value: '192.0.2.1' }]) : addresses(random).slice(0, networked ? 1 : undefined),
      listeners: random.times(1, 4, (index) => listener(random, index, namespace)),
      tls: random.maybe(0.2, () => ({ frontend: frontend(random) })),
      allowedListeners: random.maybe(0.7, () => ({ namespaces: random.pick<JsonObject>([{ from: 'All' }, { from: 'All' }, { from: 'Same' }, { from: 'None' }, { from: 'Selector', selector: { matchLabels: { edge: 'yes' } } }]) })),
    }),
  })
  const service = object(random, { apiVersion: 'v1', kind: 'Service', namespace, name: `auto-${gatewayClassName}` }, { spec: { selector: { istio: 'ingressgateway' }, ports: [{ name: 'http', port: 80, targetPort: random.pick([80, 8080, 9080]) }, { name: 'https', port: 443, targetPort: 8443 }] } })
  return [made, ...automatic && random.chance(0.8) ? [service] : []]
}

/** Several addresses of one network would scale the weights of all endpoints: SPEC's "not computed". */
function addresses(random: Random): JsonObject[] {
  const full = { type: 'Hostname', value: 'istio-ingressgateway.istio-system.svc.cluster.local' }
  return random.pick<JsonObject[]>([[full], [full], [full], [full], [{ type: 'Hostname', value: 'istio-ingressgateway' }], [full, { type: 'Hostname', value: 'auto-istio' }], [{ type: 'IPAddress', value: '192.0.2.2' }, full], [{ type: 'Hostname', value: 'elsewhere.example.com' }]])
}

function listener(random: Random, index: number, own: string): JsonObject {
  const protocol = random.pick(['HTTP', 'HTTP', 'HTTP', 'HTTPS', 'HTTPS', 'TLS', 'TLS', 'TCP', 'UDP'])
  const ports = protocol === 'HTTPS' || protocol === 'TLS' ? [443, 443, 443, 15_443] : protocol === 'TCP' ? [3306, 3306, 80] : [80, 80, 80, 8080, 9999]
  return compact({
    name: `${protocol.toLowerCase()}-${index}`, protocol, port: random.pick(ports),
    hostname: protocol === 'TCP' || protocol === 'UDP' ? undefined : random.maybe(0.6, () => random.pick(kubeHosts)),
    tls: protocol === 'HTTPS' ? terminate(random, own) : protocol === 'TLS' ? (random.chance(0.7) ? { mode: 'Passthrough' } : terminate(random, own)) : undefined,
    allowedRoutes: random.maybe(0.8, () => compact({ namespaces: random.pick<JsonObject>([{ from: 'All' }, { from: 'All' }, { from: 'All' }, { from: 'Same' }, selected(random)]), kinds: random.maybe(0.12, () => random.some([{ kind: 'HTTPRoute' }, { kind: 'GRPCRoute' }, { kind: 'TCPRoute' }, { group: 'gateway.networking.k8s.io', kind: 'TLSRoute' }, { group: 'other.example', kind: 'HTTPRoute' }], 2, 1)) })),
  })
}

function selected(random: Random): JsonObject {
  return { from: 'Selector', selector: random.pick<JsonObject>([{ matchLabels: { edge: 'yes' } }, { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } }, { matchExpressions: [{ key: 'edge', operator: 'In', values: ['yes', 'no'] }] }, { matchExpressions: [{ key: 'team', operator: 'Exists' }] }, { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] }, { matchExpressions: [{ key: 'edge', operator: 'NotIn', values: ['no'] }] }, {}]) }
}

function terminate(random: Random, own: string): JsonObject {
  const mode = random.maybe(0.2, () => random.pick(['MUTUAL', 'OPTIONAL_MUTUAL', 'ISTIO_SIMPLE', 'ISTIO_MUTUAL', 'SIMPLE']))
  const options = compact({ 'gateway.istio.io/tls-terminate-mode': mode, 'gateway.istio.io/tls-cipher-suites': random.maybe(0.1, () => 'ECDHE-RSA-AES256-GCM-SHA384, NOT-A-CIPHER') })
  return compact({ mode: random.maybe(0.6, () => 'Terminate'), certificateRefs: random.maybe(Object.keys(options).length === 0 ? 1 : 0.7, () => random.times(1, random.chance(0.2) ? 3 : 1, () => certificateRef(random, own))), options: Object.keys(options).length === 0 ? undefined : options })
}

function certificateRef(random: Random, own: string): JsonObject {
  return compact({ name: random.pick(['web-cert', 'web-cert', 'web-cert', 'web-cert', 'other-cert', 'bad-cert', 'missing-cert']), namespace: random.maybe(0.3, () => random.pick(['shop', 'team-b', own])), kind: random.maybe(0.1, () => random.pick(['Secret', 'ConfigMap'])) })
}

function frontend(random: Random): JsonObject {
  const validation = () => compact({ caCertificateRefs: random.times(1, random.chance(0.1) ? 2 : 1, () => compact({ group: '', kind: random.pick(['ConfigMap', 'ConfigMap', 'Secret', 'Other']), name: random.pick(['ca', 'ca', 'ca-secret', 'missing']), namespace: random.maybe(0.25, () => 'shop') })), mode: random.maybe(0.4, () => random.pick(['AllowValidOnly', 'AllowInsecureFallback'])) })
  return compact({ default: random.chance(0.8) ? { validation: validation() } : {}, perPort: random.maybe(0.3, () => [{ port: 443, tls: random.chance(0.7) ? { validation: validation() } : {} }]) })
}

function listenerSet(random: Random, gateways: readonly string[], index: number): JsonObject {
  const namespace = random.pick(['istio-system', 'shop', 'team-b'])
  return object(random, { apiVersion: group, kind: 'ListenerSet', namespace, name: `set-${index}` }, {
    spec: { parentRef: compact({ name: random.pick(gateways), namespace: namespace === 'istio-system' ? undefined : 'istio-system', kind: random.maybe(0.1, () => 'Gateway') }), listeners: random.times(1, 3, (at) => listener(random, at + 5, namespace)) },
  })
}
