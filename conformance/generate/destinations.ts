import type { JsonObject } from '@/lib/std/json'
import { duration, namespaces, networking, object, services, subsets } from './names'
import { compact, type Random } from './random'

/** The gateway's Service, application Services with EndpointSlices, ServiceEntries and WorkloadEntries. */
export function destinations(random: Random): JsonObject[] {
  return [gatewayService(random), ...['shop', 'team-b'].flatMap((namespace) => random.some(services, 4, 2).flatMap((name) => application(random, namespace, name))), ...random.times(0, 2, (index) => serviceEntry(random, index))]
}

function gatewayService(random: Random): JsonObject {
  const port = (name: string, number: number, targetPort: number) => ({ name, port: number, targetPort })
  return object(random, { apiVersion: 'v1', kind: 'Service', namespace: 'istio-system', name: 'istio-ingressgateway', labels: { istio: 'ingressgateway' } }, {
    spec: {
      type: random.pick(['LoadBalancer', 'NodePort', 'ClusterIP']), selector: { istio: 'ingressgateway' },
      ports: random.chance(0.15) ? [port('http2', 80, 80), port('https', 443, 443)] : [port('http2', 80, 8080), port('https', 443, 8443), port('mysql', 3306, 3306), ...random.chance(0.2) ? [port('http-alt', 8080, 8080)] : []],
    },
  })
}

function application(random: Random, namespace: string, name: string): JsonObject[] {
  const headless = random.chance(0.1)
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }, ...random.some([{ name: 'grpc', port: 443, targetPort: 8443 }, { name: 'tcp-db', port: 3306, targetPort: 3306 }, { name: 'other', port: 8080, targetPort: 8080, appProtocol: 'http2' }, { name: 'https', port: 9443, targetPort: 9443 }], 2)]
  const service = random.chance(0.05)
    ? object(random, { apiVersion: 'v1', kind: 'Service', namespace, name }, { spec: { type: 'ExternalName', externalName: 'elsewhere.example.net', ports: [{ name: 'http', port: 80 }] } })
    : object(random, { apiVersion: 'v1', kind: 'Service', namespace, name, ...random.chance(0.08) ? { annotations: { 'networking.istio.io/exportTo': random.pick(['.', '*', '~', 'istio-system']) } } : {} }, { spec: compact({ selector: { app: name }, ports, clusterIP: headless ? 'None' : undefined }) })
  const ready = random.int(3)
  const slice = object(random, { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace, name: `${name}-abc`, labels: { 'kubernetes.io/service-name': name } }, {
    addressType: 'IPv4',
    endpoints: Array.from({ length: ready }, (_, index) => ({ addresses: [`10.244.${namespace.length}.${name.length * 10 + index}`], conditions: { ready: index < 2 } })),
    ports: ports.map((port) => ({ name: port.name, port: port.targetPort, protocol: 'TCP' })),
  })
  return [service, ...random.chance(0.8) ? [slice] : [], ...random.chance(0.5) ? [destinationRule(random, namespace, name)] : []]
}

function destinationRule(random: Random, namespace: string, service: string): JsonObject {
  return object(random, { apiVersion: networking(random), kind: 'DestinationRule', namespace: random.pick([namespace, namespace, namespace, ...namespaces]), name: `${service}-${namespace}` }, {
    spec: compact({
      host: random.pick([service, `${service}.${namespace}.svc.cluster.local`, `${service}.${namespace}.svc.cluster.local`, '*.svc.cluster.local']),
      subsets: random.maybe(0.8, () => random.some(subsets, 3, 1).map((name) => compact({ name, labels: { version: name }, trafficPolicy: random.maybe(0.25, () => trafficPolicy(random)) }))),
      trafficPolicy: random.maybe(0.5, () => trafficPolicy(random)),
      exportTo: random.maybe(0.15, () => [random.pick(['*', '.', 'istio-system'])]),
    }),
  })
}

function trafficPolicy(random: Random): JsonObject {
  return compact({
    loadBalancer: random.maybe(0.4, () => random.pick([
      { simple: 'ROUND_ROBIN' }, { simple: 'LEAST_REQUEST' }, { simple: 'RANDOM' }, { simple: 'PASSTHROUGH' }, { consistentHash: { httpHeaderName: 'x-user' } }, { consistentHash: { useSourceIp: true } },
      { consistentHash: { httpCookie: { name: 'session', ttl: '0s' } } }, { consistentHash: { httpQueryParameterName: 'q', ringHash: { minimumRingSize: 2048 } } }, { consistentHash: { httpHeaderName: 'x-m', maglev: {} } },
    ])),
    connectionPool: random.maybe(0.3, () => compact({
      tcp: random.maybe(0.6, () => compact({ maxConnections: 100, connectTimeout: random.maybe(0.5, () => duration(random)), tcpKeepalive: random.maybe(0.3, () => ({ time: '7200s', interval: '75s' })) })),
      http: random.maybe(0.6, () => compact({ http1MaxPendingRequests: 10, http2MaxRequests: random.maybe(0.5, () => 50), maxRequestsPerConnection: random.maybe(0.4, () => 1), maxRetries: random.maybe(0.3, () => 2), idleTimeout: random.maybe(0.3, () => '30s'), h2UpgradePolicy: random.maybe(0.3, () => random.pick(['UPGRADE', 'DO_NOT_UPGRADE'])) })),
    })),
    outlierDetection: random.maybe(0.25, () => compact({ consecutive5xxErrors: 5, interval: random.maybe(0.5, () => '10s'), baseEjectionTime: random.maybe(0.4, () => '30s'), maxEjectionPercent: random.maybe(0.4, () => 50), minHealthPercent: random.maybe(0.2, () => 30), consecutiveGatewayErrors: random.maybe(0.2, () => 3), splitExternalLocalOriginErrors: random.maybe(0.1, () => true) })),
    tls: random.maybe(0.35, () => random.pick([{ mode: 'ISTIO_MUTUAL' }, { mode: 'DISABLE' }, { mode: 'SIMPLE' }, { mode: 'SIMPLE', sni: 'upstream.example.com', caCertificates: '/etc/ca.crt', subjectAltNames: ['upstream.example.com'] }, { mode: 'SIMPLE', credentialName: 'upstream-ca' }, { mode: 'MUTUAL', clientCertificate: '/c.crt', privateKey: '/c.key', caCertificates: '/ca.crt' }])),
    portLevelSettings: random.maybe(0.15, () => [{ port: { number: random.pick([80, 443, 3306]) }, ...random.pick<JsonObject>([{ tls: { mode: 'SIMPLE' } }, { loadBalancer: { simple: 'RANDOM' } }, { connectionPool: { tcp: { maxConnections: 1 } } }]) }]),
  })
}

function serviceEntry(random: Random, index: number): JsonObject {
  const resolution = random.pick(['DNS', 'DNS', 'STATIC', 'NONE', 'DNS_ROUND_ROBIN'])
  const host = random.pick(['ext.example.net', 'api.partner.example', '*.wild.example', 'web.shop.svc.cluster.local'])
  return object(random, { apiVersion: networking(random), kind: 'ServiceEntry', namespace: random.pick(namespaces), name: `external-${index}` }, {
    spec: compact({
      hosts: [host], resolution, location: random.maybe(0.7, () => random.pick(['MESH_EXTERNAL', 'MESH_INTERNAL'])),
      ports: random.some([{ number: 80, name: 'http', protocol: 'HTTP' }, { number: 443, name: 'tls', protocol: 'TLS' }, { number: 3306, name: 'tcp', protocol: 'TCP', targetPort: 13306 }], 2, 1),
      addresses: random.maybe(0.2, () => ['240.0.0.10']),
      exportTo: random.maybe(0.2, () => [random.pick(['*', '.', 'istio-system'])]),
      endpoints: resolution === 'NONE' ? undefined : random.maybe(resolution === 'STATIC' ? 1 : 0.4, () => random.times(1, 2, (at) => compact({ address: resolution === 'STATIC' ? `192.0.2.${at + 1}` : `backend-${at}.example.net`, ports: random.maybe(0.3, () => ({ http: 8080 })), weight: random.maybe(0.2, () => 3), labels: random.maybe(0.3, () => ({ version: 'v1' })), locality: random.maybe(0.1, () => 'region/zone') }))),
    }),
  })
}
