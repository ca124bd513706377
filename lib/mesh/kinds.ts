/**
 * The closed table of kinds that Meridian reads: nothing outside it ever becomes part of a request path.
 * `key` is `plural.group` (`plural` alone for the core group), as kubectl prints it.
 */
export interface Kind {
  readonly key: KindKey
  readonly group: string
  /** Served versions, preferred first. */
  readonly versions: readonly [string, ...string[]]
  readonly kind: string
  readonly plural: string
  readonly namespaced: boolean
}

const table = [
  define('namespaces', '', ['v1'], 'Namespace', false),
  define('nodes', '', ['v1'], 'Node', false),
  define('services', '', ['v1'], 'Service'),
  define('pods', '', ['v1'], 'Pod'),
  define('configmaps', '', ['v1'], 'ConfigMap'),
  define('secrets', '', ['v1'], 'Secret'),
  define('serviceaccounts', '', ['v1'], 'ServiceAccount'),
  define('events', '', ['v1'], 'Event'),
  define('deployments', 'apps', ['v1'], 'Deployment'),
  define('replicasets', 'apps', ['v1'], 'ReplicaSet'),
  define('endpointslices', 'discovery.k8s.io', ['v1'], 'EndpointSlice'),
  define('leases', 'coordination.k8s.io', ['v1'], 'Lease'),
  define('ingresses', 'networking.k8s.io', ['v1'], 'Ingress'),
  define('ingressclasses', 'networking.k8s.io', ['v1'], 'IngressClass', false),
  define('customresourcedefinitions', 'apiextensions.k8s.io', ['v1'], 'CustomResourceDefinition', false),
  define('gateways', 'networking.istio.io', ['v1', 'v1beta1', 'v1alpha3'], 'Gateway'),
  define('virtualservices', 'networking.istio.io', ['v1', 'v1beta1', 'v1alpha3'], 'VirtualService'),
  define('destinationrules', 'networking.istio.io', ['v1', 'v1beta1', 'v1alpha3'], 'DestinationRule'),
  define('serviceentries', 'networking.istio.io', ['v1', 'v1beta1', 'v1alpha3'], 'ServiceEntry'),
  define('workloadentries', 'networking.istio.io', ['v1', 'v1beta1', 'v1alpha3'], 'WorkloadEntry'),
  define('workloadgroups', 'networking.istio.io', ['v1', 'v1beta1', 'v1alpha3'], 'WorkloadGroup'),
  define('sidecars', 'networking.istio.io', ['v1', 'v1beta1', 'v1alpha3'], 'Sidecar'),
  define('envoyfilters', 'networking.istio.io', ['v1alpha3'], 'EnvoyFilter'),
  define('proxyconfigs', 'networking.istio.io', ['v1beta1'], 'ProxyConfig'),
  define('authorizationpolicies', 'security.istio.io', ['v1', 'v1beta1'], 'AuthorizationPolicy'),
  define('requestauthentications', 'security.istio.io', ['v1', 'v1beta1'], 'RequestAuthentication'),
  define('peerauthentications', 'security.istio.io', ['v1', 'v1beta1'], 'PeerAuthentication'),
  define('telemetries', 'telemetry.istio.io', ['v1', 'v1alpha1'], 'Telemetry'),
  define('wasmplugins', 'extensions.istio.io', ['v1alpha1'], 'WasmPlugin'),
  define('trafficextensions', 'extensions.istio.io', ['v1alpha1'], 'TrafficExtension'),
  define('gatewayclasses', 'gateway.networking.k8s.io', ['v1'], 'GatewayClass', false),
  define('gateways', 'gateway.networking.k8s.io', ['v1'], 'Gateway'),
  define('httproutes', 'gateway.networking.k8s.io', ['v1'], 'HTTPRoute'),
  define('grpcroutes', 'gateway.networking.k8s.io', ['v1'], 'GRPCRoute'),
  define('listenersets', 'gateway.networking.k8s.io', ['v1'], 'ListenerSet'),
  define('backendtlspolicies', 'gateway.networking.k8s.io', ['v1'], 'BackendTLSPolicy'),
  define('tlsroutes', 'gateway.networking.k8s.io', ['v1'], 'TLSRoute'),
  define('tcproutes', 'gateway.networking.k8s.io', ['v1', 'v1alpha2'], 'TCPRoute'),
  define('referencegrants', 'gateway.networking.k8s.io', ['v1', 'v1beta1'], 'ReferenceGrant'),
] as const

/** `virtualservices.networking.istio.io`, `services`, … */
export type KindKey = (typeof table)[number]['key']

/** All kinds, in the table's order. */
export const kinds: readonly Kind[] = table

const byKey: ReadonlyMap<string, Kind> = new Map(kinds.map((kind) => [kind.key, kind]))

/** The kind with this key; undefined for what is not in the table (a user's or a URL's text). */
export function kindByKey(key: string): Kind | undefined {
  return byKey.get(key)
}

/** The kind with this API group and kind name, whatever the version. */
export function kindOf(group: string, kind: string): Kind | undefined {
  return kinds.find((candidate) => candidate.group === group && candidate.kind === kind)
}

function define<const P extends string, const G extends string>(
  plural: P,
  group: G,
  versions: readonly [string, ...string[]],
  kind: string,
  namespaced = true,
): Omit<Kind, 'key'> & { readonly key: G extends '' ? P : `${P}.${G}` } {
  const key = (group === '' ? plural : `${plural}.${group}`) as G extends '' ? P : `${P}.${G}`
  return { key, group, versions, kind, plural, namespaced }
}
