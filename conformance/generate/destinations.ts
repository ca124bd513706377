import type { JsonObject } from '@/lib/std/json'
import { duration, namespaces, networking, object, services, subsets } from './names'
import { compact, type Random } from './random'

/** The gateway's Service, application Services with EndpointSlices, ServiceEntries and WorkloadEntries. */
export function destinations(random: Random): JsonObject[] {
  const pod = random.rare(0.15) ? [gatewayPod(random)] : []
  return [gatewayService(random, pod.length > 0), ...pod, ...['shop', 'team-b'].flatMap((namespace) => random.some(services, 4, 2).flatMap((name) => application(random, namespace, name))), ...random.times(0, random.rare(0.5) ? 4 : 2, (index) => serviceEntry(random, index)), ...random.times(0, random.rare(0.5) ? 2 : 0, (index) => workloadEntry(random, index)), ...random.rare(0.3) ? [rootRule(random)] : []]
}

function gatewayService(random: Random, named: boolean): JsonObject {
  const port = (name: string, number: number, targetPort: number) => ({ name, port: number, targetPort })
  return object(random, { apiVersion: 'v1', kind: 'Service', namespace: 'istio-system', name: 'istio-ingressgateway', labels: { istio: 'ingressgateway' } }, {
    spec: {
      type: random.pick(['LoadBalancer', 'NodePort', 'ClusterIP']), selector: { istio: 'ingressgateway' },
      ports: named && random.rare(0.5) ? [{ name: 'http2', port: 80, targetPort: 'web' }, port('https', 443, 8443)] : random.chance(0.15) ? [port('http2', 80, 80), port('https', 443, 443)] : [port('http2', 80, 8080), port('https', 443, 8443), port('mysql', 3306, 3306), ...random.chance(0.2) ? [port('http-alt', 8080, 8080)] : []],
    },
  })
}

/** No two applications of a namespace share an address: a slice without targetRef would find the other's pods, if those came first. */
function placeOf(name: string): number {
  return services.findIndex((service) => service === name)
}

function application(random: Random, namespace: string, name: string): JsonObject[] {
  const headless = random.chance(0.1)
  const extra = random.rarely(0.1, () => random.pick([{ name: 'udp-dns', port: 53, targetPort: 5353, protocol: 'UDP' }, { name: 'mongo-x', port: 27017, targetPort: 27017 }, { name: 'redis', port: 6379, targetPort: 6379 }, { name: 'grpc-web', port: 90, targetPort: 9090 }, { name: 'http2-x', port: 91, targetPort: 'web-port' }, { name: 'unknown-proto', port: 92, targetPort: 92, appProtocol: 'kubernetes.io/h2c' }, { name: '', port: 93, targetPort: 93 }]))
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }, ...random.some([{ name: 'grpc', port: 443, targetPort: 8443 }, { name: 'tcp-db', port: 3306, targetPort: 3306 }, { name: 'other', port: 8080, targetPort: 8080, appProtocol: 'http2' }, { name: 'https', port: 9443, targetPort: 9443 }], 2), ...extra === undefined ? [] : [extra]]
  const service = random.chance(0.05)
    ? object(random, { apiVersion: 'v1', kind: 'Service', namespace, name }, { spec: { type: 'ExternalName', externalName: random.pick(['elsewhere.example.net', ...random.wide(['api.shop.svc.cluster.local'])]), ports: [{ name: 'http', port: 80 }] } })
    : object(random, { apiVersion: 'v1', kind: 'Service', namespace, name, ...random.chance(0.1) ? { annotations: random.pick<Record<string, string>>([{ 'networking.istio.io/exportTo': '.' }, { 'networking.istio.io/exportTo': '*' }, { 'networking.istio.io/exportTo': '~' }, { 'networking.istio.io/exportTo': 'istio-system' }, ...random.wide<Record<string, string>>([{ 'networking.istio.io/exportTo': 'istio-system,shop' }, { 'alpha.istio.io/kubernetes-serviceaccounts': 'web,api' }, { 'networking.istio.io/traffic-distribution': 'PreferClose' }])]) } : {} }, { spec: compact({ selector: { app: name }, ports, clusterIP: headless ? 'None' : undefined }) })
  const ready = random.int(3)
  const pods = random.rare(0.3) ? Array.from({ length: ready }, (_, index) => object(random, { apiVersion: 'v1', kind: 'Pod', namespace, name: `${name}-${index}`, labels: compact({ app: name, version: random.pick(['v1', 'v2']), 'security.istio.io/tlsMode': random.maybe(0.5, () => 'istio') }) }, { spec: { serviceAccountName: name, containers: [] }, status: { podIP: `10.244.${namespace.length}.${placeOf(name) * 10 + index}`, phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } })) : []
  const slice = object(random, { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace, name: `${name}-abc`, labels: { 'kubernetes.io/service-name': name } }, {
    addressType: 'IPv4',
    endpoints: Array.from({ length: ready }, (_, index) => ({ addresses: [`10.244.${namespace.length}.${placeOf(name) * 10 + index}`], conditions: { ready: index < 2 }, ...pods.length > 0 ? { targetRef: { kind: 'Pod', name: `${name}-${index}`, namespace } } : {} })),
    ports: ports.map((port) => ({ name: port.name, port: typeof port.targetPort === 'number' ? port.targetPort : 8080, protocol: 'protocol' in port ? port.protocol : 'TCP' })),
  })
  return [service, ...pods, ...random.chance(0.8) ? [slice] : [], ...random.chance(0.5) ? [destinationRule(random, namespace, name)] : []]
}

function destinationRule(random: Random, namespace: string, service: string): JsonObject {
  return object(random, { apiVersion: networking(random), kind: 'DestinationRule', namespace: random.pick([namespace, namespace, namespace, ...namespaces]), name: `${service}-${namespace}` }, {
    spec: compact({
      workloadSelector: random.rarely(0.06, () => ({ matchLabels: random.pick([{ istio: 'ingressgateway' }, { app: 'other' }]) })),
      host: random.pick([service, `${service}.${namespace}.svc.cluster.local`, `${service}.${namespace}.svc.cluster.local`, '*.svc.cluster.local']),
      subsets: random.maybe(0.8, () => random.some(subsets, 3, 1).map((name) => compact({ name, labels: random.rare(0.05) ? undefined : { version: name }, trafficPolicy: random.maybe(0.25, () => trafficPolicy(random)) }))),
      trafficPolicy: random.maybe(0.5, () => trafficPolicy(random)),
      exportTo: random.maybe(0.15, () => random.pick([['*'], ['.'], ['istio-system'], ...random.wide([[], ['shop', 'team-b']])])),
    }),
  })
}

function trafficPolicy(random: Random): JsonObject {
  return compact({
    loadBalancer: random.maybe(0.4, () => random.pick<JsonObject>([
      { simple: 'ROUND_ROBIN' }, { simple: 'LEAST_REQUEST' }, { simple: 'RANDOM' }, { simple: 'PASSTHROUGH' }, { consistentHash: { httpHeaderName: 'x-user' } }, { consistentHash: { useSourceIp: true } },
      { consistentHash: { httpCookie: { name: 'session', ttl: '0s' } } }, { consistentHash: { httpQueryParameterName: 'q', ringHash: { minimumRingSize: 2048 } } }, { consistentHash: { httpHeaderName: 'x-m', maglev: {} } },
      ...random.wide<JsonObject>([{ consistentHash: { httpHeaderName: 'x-m', maglev: { tableSize: 101 } } }, { consistentHash: { useSourceIp: true, ringHash: {} } }, { consistentHash: { httpCookie: { name: 'c', path: '/p', ttl: '1h' }, minimumRingSize: 64 } }, { consistentHash: {} }, { consistentHash: { httpCookie: { name: 'c', attributes: [{ name: 'SameSite', value: 'Strict' }] } } },
      { simple: 'LEAST_CONN' }, { simple: 'UNSPECIFIED' }, { simple: 'ROUND_ROBIN', warmupDurationSecs: '30s' }, { simple: 'LEAST_REQUEST', warmup: { duration: '20s', minimumPercent: 20, aggression: 1.5 } }, { warmup: { duration: '5s' } }, { simple: 'RANDOM', warmup: { duration: '5s' } },
      { localityLbSetting: { enabled: false } }, { localityLbSetting: { distribute: [{ from: 'a/*', to: { 'b/*': 100 } }] } }, { simple: 'ROUND_ROBIN', localityLbSetting: { failover: [{ from: 'a', to: 'b' }] } }, { localityLbSetting: { failoverPriority: ['topology.kubernetes.io/region'] } }]),
    ])),
    connectionPool: random.maybe(0.3, () => compact({
      tcp: random.maybe(0.6, () => compact({ idleTimeout: random.rarely(0.15, () => '90s'), maxConnectionDuration: random.rarely(0.15, () => '1h'), maxConnections: random.rare(0.2) ? undefined : random.pick([100, ...random.wide([0])]), connectTimeout: random.maybe(0.5, () => duration(random)), tcpKeepalive: random.maybe(0.3, () => ({ time: '7200s', interval: '75s' })) })),
      http: random.maybe(0.6, () => compact({ useClientProtocol: random.rarely(0.08, () => random.chance(0.8)), maxConcurrentStreams: random.rarely(0.08, () => 99), http2KeepAlive: random.rarely(0.06, () => ({ interval: '10s', timeout: '2s' })), http1MaxPendingRequests: random.rare(0.2) ? undefined : 10, http2MaxRequests: random.maybe(0.5, () => 50), maxRequestsPerConnection: random.maybe(0.4, () => 1), maxRetries: random.maybe(0.3, () => 2), idleTimeout: random.maybe(0.3, () => '30s'), h2UpgradePolicy: random.maybe(0.3, () => random.pick(['UPGRADE', 'DO_NOT_UPGRADE'])) })),
    })),
    outlierDetection: random.maybe(0.25, () => compact({ consecutive5xxErrors: random.rare(0.2) ? undefined : random.pick([5, ...random.wide([0])]), consecutiveErrors: random.rarely(0.05, () => 3), consecutiveLocalOriginFailures: random.rarely(0.1, () => 6), interval: random.maybe(0.5, () => '10s'), baseEjectionTime: random.maybe(0.4, () => '30s'), maxEjectionPercent: random.maybe(0.4, () => 50), minHealthPercent: random.maybe(0.2, () => 30), consecutiveGatewayErrors: random.maybe(0.2, () => 3), splitExternalLocalOriginErrors: random.maybe(0.1, () => true) })),
    tls: random.maybe(0.35, () => random.pick<JsonObject>([{ mode: 'ISTIO_MUTUAL' }, { mode: 'DISABLE' }, { mode: 'SIMPLE' }, { mode: 'SIMPLE', sni: 'upstream.example.com', caCertificates: '/etc/ca.crt', subjectAltNames: ['upstream.example.com'] }, { mode: 'SIMPLE', credentialName: 'upstream-ca' }, { mode: 'MUTUAL', clientCertificate: '/c.crt', privateKey: '/c.key', caCertificates: '/ca.crt' }, ...random.wide<JsonObject>([{ mode: 'ISTIO_MUTUAL', sni: 'own.example.com', subjectAltNames: ['spiffe://x'] }, { mode: 'SIMPLE', insecureSkipVerify: true }, { mode: 'MUTUAL', credentialName: 'client-cert', sni: 'x' }, { mode: 'MUTUAL', clientCertificate: '/c.crt' }, { mode: 'SIMPLE', caCertificates: '/ca.crt', caCrl: '/crl.pem', sni: 's' }, { mode: 'SIMPLE', credentialName: 'upstream-ca', insecureSkipVerify: true }])])),
    proxyProtocol: random.rarely(0.05, () => ({ version: random.pick(['V1', 'V2']) })),
    retryBudget: random.rarely(0.05, () => random.pick<JsonObject>([{}, { percent: 40, minRetryConcurrency: 9, budgetInterval: '5s' }])),
    tunnel: random.rarely(0.02, () => ({ protocol: 'CONNECT', targetHost: 'x', targetPort: 1 })),
    portLevelSettings: random.maybe(0.15, () => [{ port: { number: random.pick([80, 443, 3306]) }, ...random.pick<JsonObject>([{ tls: { mode: 'SIMPLE' } }, { loadBalancer: { simple: 'RANDOM' } }, { connectionPool: { tcp: { maxConnections: 1 } } }, ...random.wide<JsonObject>([{ loadBalancer: { simple: 'PASSTHROUGH' } }, { loadBalancer: { consistentHash: { httpHeaderName: 'x-port' } } }, { outlierDetection: { consecutiveGatewayErrors: 2 } }])]) }]),
  })
}

function serviceEntry(random: Random, index: number): JsonObject {
  const resolution = random.pick(['DNS', 'DNS', 'STATIC', 'NONE', 'DNS_ROUND_ROBIN', ...random.wide(['DYNAMIC_DNS'])])
  const host = random.pick(['ext.example.net', 'api.partner.example', '*.wild.example', 'web.shop.svc.cluster.local', ...random.wide(['Upper.Ext.example'])])
  return object(random, { apiVersion: networking(random), kind: 'ServiceEntry', namespace: random.pick(namespaces), name: `external-${index}` }, {
    spec: compact({
      hosts: random.rare(0.1) ? [host, 'second.example.net'] : [host], resolution: random.rare(0.03) ? undefined : resolution,
      workloadSelector: random.rarely(0.15, () => ({ labels: { app: 'vm' } })), subjectAltNames: random.rarely(0.15, () => random.pick([['spiffe://cluster.local/ns/x/sa/y'], ['ext.example.net']])), location: random.maybe(0.7, () => random.pick(['MESH_EXTERNAL', 'MESH_INTERNAL'])),
      ports: random.some<JsonObject>([{ number: 80, name: 'http', protocol: 'HTTP' }, { number: 443, name: 'tls', protocol: 'TLS' }, { number: 3306, name: 'tcp', protocol: 'TCP', targetPort: 13306 }, ...random.wide<JsonObject>([{ number: 8080, name: 'http2', protocol: 'HTTP2', targetPort: 18080 }, { number: 27017, name: 'mongo', protocol: 'MONGO' }, { number: 53, name: 'udp', protocol: 'UDP' }, { number: 9443, name: 'https', protocol: 'HTTPS' }, { number: 9090, name: 'grpc', protocol: 'GRPC' }])], random.rare(0.5) ? 4 : 2, 1),
      addresses: random.maybe(0.2, () => random.pick([['240.0.0.10'], ...random.wide([['240.0.0.10', '240.0.0.11'], ['10.10.0.0/16'], ['240.0.0.12/32'], ['nonsense']])])),
      exportTo: random.maybe(0.2, () => [random.pick(['*', '.', 'istio-system'])]),
      endpoints: resolution === 'NONE' ? undefined : random.maybe(resolution === 'STATIC' ? 1 : 0.4, () => random.times(1, 2, (at) => compact({ address: resolution === 'STATIC' ? `192.0.2.${at + 1}` : `backend-${at}.example.net`, ports: random.maybe(0.3, () => ({ http: 8080 })), weight: random.maybe(0.2, () => 3), labels: random.maybe(0.3, () => ({ version: 'v1' })), locality: random.maybe(0.1, () => random.pick(['region/zone', ...random.wide(['region/zone/sub', 'r'])])), serviceAccount: random.rarely(0.1, () => 'vm'), network: random.rarely(0.03, () => 'other') }))),
    }),
  })
}

/** A workload outside the cluster that Services and ServiceEntries may select. */
function workloadEntry(random: Random, index: number): JsonObject {
  return object(random, { apiVersion: networking(random), kind: 'WorkloadEntry', namespace: random.pick(['shop', 'team-b', 'istio-system']), name: `vm-${index}`, ...random.chance(0.3) ? { labels: { app: 'vm', version: 'v2' } } : {} }, {
    spec: compact({
      address: random.pick(['192.0.2.77', '192.0.2.78', 'vm.example.net', 'unix:///var/run/vm.sock', '2001:db8::77']), labels: random.maybe(0.9, () => random.pick([{ app: 'vm' }, { app: 'web', version: 'v1' }, { app: 'vm', 'security.istio.io/tlsMode': 'istio' }])),
      ports: random.maybe(0.3, () => ({ http: 8081 })), weight: random.maybe(0.2, () => 5), locality: random.maybe(0.2, () => 'region/zone'), serviceAccount: random.maybe(0.3, () => 'vm'),
    }),
  })
}

/** A DestinationRule of the root namespace for many services. */
function rootRule(random: Random): JsonObject {
  return object(random, { apiVersion: networking(random), kind: 'DestinationRule', namespace: 'istio-system', name: 'everywhere' }, {
    spec: compact({ host: random.pick(['*.svc.cluster.local', '*.shop.svc.cluster.local', '*', '*.example.net', 'web.shop.svc.cluster.local']), trafficPolicy: random.maybe(0.9, () => trafficPolicy(random)), exportTo: random.maybe(0.3, () => random.pick([['*'], ['.'], ['shop']])) }),
  })
}

/** The gateway's own pod, by which named ports are resolved. */
function gatewayPod(random: Random): JsonObject {
  return object(random, { apiVersion: 'v1', kind: 'Pod', namespace: 'istio-system', name: 'istio-ingressgateway-1', labels: { istio: 'ingressgateway', app: 'istio-ingressgateway' } }, {
    spec: { serviceAccountName: 'istio-ingressgateway', containers: [{ name: 'istio-proxy', ports: [{ name: 'web', containerPort: 8080, protocol: 'TCP' }] }] }, status: { podIP: '10.244.0.9', phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  })
}
