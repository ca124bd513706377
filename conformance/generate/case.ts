import { isJsonObject, type JsonObject } from '@/lib/std/json'
import { stringify } from 'yaml'
import { destinations } from './destinations'
import { envoyFilters, extensions } from './extensions'
import { gateways } from './gateways'
import { gatewayApi } from './gateway-api'
import { ingresses } from './ingresses'
import { policies } from './policies'
import { egressGateway, labelled, proxyOf } from './proxies'
import { createRandom, type Random } from './random'
import { telemetryProviders } from './telemetry'
import { virtualServices } from './virtual-services'

/**
 * What a generated mesh holds: 1 is Gateways, VirtualServices, DestinationRules, Services and ServiceEntries;
 * 2 adds policies, Telemetry and mesh configuration; 3 adds Ingresses and the Gateway API;
 * 4 adds rare and odd values of all of them, and what istiod's validator refuses.
 */
export type Level = 1 | 2 | 3 | 4

/** A generated mesh; proxies.ts says whose configuration it is translated for. */
export interface GeneratedCase {
  readonly seed: number
  readonly objects: readonly JsonObject[]
}

/** The mesh of a seed: always the same one. */
export function generateCase(seed: number, level: Level): GeneratedCase {
  const random = createRandom(seed, level >= 4)
  const objects = [...destinations(random), ...gateways(random), ...virtualServices(random)]
  if (level >= 2) objects.push(...policies(random), ...random.chance(0.4) ? [meshConfig(random)] : [])
  if (level >= 3) objects.push(...ingresses(random), ...gatewayApi(random))
  if (level >= 4) objects.push(...extensions(random), ...envoyFilters(random), ...egressGateway(random))
  return { seed, objects: labelled(reachable(unique(objects)), proxyOf(seed)) }
}

/** Where a Gateway stands for a network, Pilot leaves out endpoints that are sockets of a machine: several networks are among what SPEC.md does not compute. */
function reachable(objects: readonly JsonObject[]): readonly JsonObject[] {
  const networked = objects.some(({ metadata }) => isJsonObject(metadata) && isJsonObject(metadata['labels']) && metadata['labels']['topology.istio.io/network'] !== undefined)
  if (!networked) return objects
  return objects.map((object) => {
    const { kind, spec } = object
    return kind === 'WorkloadEntry' && isJsonObject(spec) && String(spec['address']).startsWith('unix:') ? { ...object, spec: { ...spec, address: '192.0.2.79' } } : object
  })
}

/** The objects as YAML documents, as a YAML 1.1 reader takes them (Kubernetes reads a bare `no` as false). */
export function yamlOf(objects: readonly JsonObject[]): string {
  return objects.map((object) => stringify(object, { version: '1.1' })).join('---\n')
}

function meshConfig(random: Random): JsonObject {
  const lines = random.some([
    'accessLogFile: /dev/stdout', 'accessLogEncoding: JSON', 'pathNormalization: {normalization: MERGE_SLASHES}', 'pathNormalization: {normalization: NONE}', 'defaultHttpRetryPolicy: {attempts: 5}',
    'defaultVirtualServiceExportTo: ["."]', 'defaultServiceExportTo: ["."]', 'defaultDestinationRuleExportTo: ["."]', 'enableAutoMtls: false', 'defaultConfig: {gatewayTopology: {numTrustedProxies: 2}}', 'connectTimeout: 3s', 'trustDomain: other.local',
    ...random.wide(['trustDomainAliases: [old.local, older.local]', 'h2UpgradePolicy: UPGRADE', 'tcpKeepalive: {time: 300s, interval: 10s, probes: 3}', 'accessLogFormat: "%PROTOCOL% %REQ_WITHOUT_QUERY(X-A)%\\n"', 'rootNamespace: shop', 'ingressControllerMode: DEFAULT', 'ingressSelector: ingressgateway', 'enableTracing: false', 'enableEnvoyAccessLogService: true',
    'disableEnvoyListenerLog: true', 'defaultHttpRetryPolicy: {attempts: 0}', 'defaultHttpRetryPolicy: {attempts: 2, retryOn: "5xx,503", perTryTimeout: 2s}', 'pathNormalization: {normalization: DECODE_AND_MERGE_SLASHES}', 'pathNormalization: {normalization: BASE}',
    'localityLbSetting: {enabled: false}', 'localityLbSetting: {failover: [{from: a, to: b}]}', 'localityLbSetting: {distribute: [{from: "a/*", to: {"b/*": 100}}]}', 'tlsDefaults: {minProtocolVersion: TLSV1_3, cipherSuites: [ECDHE-RSA-AES256-GCM-SHA384]}', 'meshMTLS: {minProtocolVersion: TLSV1_3}', 'tlsDefaults: {ecdhCurves: [P-256]}',
    'defaultConfig: {gatewayTopology: {proxyProtocol: {}}}', 'defaultConfig: {gatewayTopology: {forwardClientCertDetails: APPEND_FORWARD}}', 'defaultConfig: {gatewayTopology: {forwardClientCertDetails: SANITIZE}}', 'defaultConfig: {proxyHeaders: {server: {disabled: true}, requestId: {disabled: true}, attemptCount: {disabled: true}, envoyDebugHeaders: {disabled: true}}}',
    'defaultConfig: {proxyHeaders: {forwardedClientCert: SANITIZE, preserveHttp1HeaderCase: true, server: {value: mine}}}', 'defaultConfig: {proxyHeaders: {xForwardedHost: {enabled: true}, xForwardedPort: {enabled: true}}}', 'defaultConfig: {tracing: {sampling: 12.5, customTags: {lit: {literal: {value: x}}, hdr: {header: {name: x-h, defaultValue: d}}}, maxPathTagLength: 99}}',
    'defaultTrafficPolicy: {connectionPool: {tcp: {maxConnections: 7}}}', 'defaultTrafficPolicy: {outlierDetection: {consecutive5xxErrors: 4}}', 'defaultServiceExportTo: ["*"]', 'defaultVirtualServiceExportTo: ["*"]', 'defaultDestinationRuleExportTo: ["istio-system"]', 'verifyCertificateAtClient: true',
    'defaultProviders: {accessLogging: [envoy]}', 'defaultProviders: {accessLogging: [json-file], metrics: [prometheus]}', 'defaultProviders: {tracing: [none]}', 'defaultProviders: {tracing: [zipkin], metrics: [prometheus, Metrics]}', 'defaultConfig: {tracing: {enableIstioTags: false, sampling: 101}}', 'outboundTrafficPolicy: {mode: REGISTRY_ONLY}', 'enablePrometheusMerge: false',
    'discoverySelectors: [{matchLabels: {edge: "yes"}}, {matchLabels: {kubernetes.io/metadata.name: istio-system}}]', 'discoverySelectors: [{matchExpressions: [{key: edge, operator: In, values: ["yes", "no"]}]}]', 'discoverySelectors: [{matchExpressions: [{key: team, operator: DoesNotExist}]}]',
    'discoverySelectors: [{matchLabels: {edge: "yes"}}, {}]', 'discoverySelectors: [{matchLabels: {edge: "yes"}}, {matchExpressions: [{key: edge, operator: Near}]}]', 'discoverySelectors: []']),
  ], random.rare(0.7) ? 6 : 3, 1)
  const written = [...lines, ...random.rare(0.6) ? [providers] : []]
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: `${[...new Map(written.map((line) => [line.split(':')[0], line])).values()].join('\n')}\n` } }
}

const providers = `extensionProviders:
- {name: json-file, envoyFileAccessLog: {path: /dev/stderr, logFormat: {labels: {status: "%RESPONSE_CODE%", path: "%REQ_WITHOUT_QUERY(:PATH)%"}}}}
- {name: text-file, envoyFileAccessLog: {path: /tmp/log, logFormat: {text: "%PROTOCOL%"}}}
- {name: plain-file, envoyFileAccessLog: {path: /tmp/plain}}
- {name: als, envoyHttpAls: {service: api.shop.svc.cluster.local, port: 80, logName: mine, additionalRequestHeadersToLog: [x-a]}}
- {name: tcp-als, envoyTcpAls: {service: shop/api.shop.svc.cluster.local, port: 80}}
- {name: gone-als, envoyHttpAls: {service: gone.shop.svc.cluster.local, port: 80}}
- {name: ext-http, envoyExtAuthzHttp: {service: web.shop.svc.cluster.local, port: 80, pathPrefix: /check, timeout: 2s, failOpen: true, statusOnError: "503", includeRequestHeadersInCheck: [x-a, "x-b*"], headersToUpstreamOnAllow: ["*-c"], headersToDownstreamOnDeny: [x-d], includeAdditionalHeadersInCheck: {b: "2", a: "1"}, includeRequestBodyInCheck: {maxRequestBytes: 100, allowPartialMessage: true}}}
- {name: ext-grpc, envoyExtAuthzGrpc: {service: shop/web.shop.svc.cluster.local, port: 80, clearRouteCache: true}}
- {name: ext-gone, envoyExtAuthzGrpc: {service: gone.shop.svc.cluster.local, port: 80}}
- {name: prometheus, prometheus: {}}${telemetryProviders}`

/** One object a name: a cluster cannot hold two. */
function unique(objects: readonly JsonObject[]): JsonObject[] {
  return [...new Map(objects.map((object) => {
    const { kind, metadata } = object
    const named = typeof metadata === 'object' && metadata !== null && 'name' in metadata ? metadata : { name: '', namespace: '' }
    return [`${String(kind)} ${String(named['namespace'])}/${String(named['name'])}`, object]
  })).values()]
}
