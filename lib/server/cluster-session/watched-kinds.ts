import { kindByKey, type Kind, type KindKey } from '@/lib/mesh/kinds'

/** What a session reads all the time; `only` limits a kind to one namespace. Secrets are never listed or watched (security.md). */
const keys: readonly { readonly key: KindKey; readonly only?: string }[] = [
  { key: 'namespaces' }, { key: 'customresourcedefinitions.apiextensions.k8s.io' }, { key: 'services' }, { key: 'pods' }, { key: 'configmaps', only: 'istio-system' },
  { key: 'deployments.apps' }, { key: 'endpointslices.discovery.k8s.io' }, { key: 'ingresses.networking.k8s.io' }, { key: 'ingressclasses.networking.k8s.io' },
  { key: 'gateways.networking.istio.io' }, { key: 'virtualservices.networking.istio.io' }, { key: 'destinationrules.networking.istio.io' }, { key: 'serviceentries.networking.istio.io' },
  { key: 'workloadentries.networking.istio.io' }, { key: 'sidecars.networking.istio.io' }, { key: 'envoyfilters.networking.istio.io' }, { key: 'proxyconfigs.networking.istio.io' },
  { key: 'authorizationpolicies.security.istio.io' }, { key: 'requestauthentications.security.istio.io' }, { key: 'peerauthentications.security.istio.io' },
  { key: 'telemetries.telemetry.istio.io' }, { key: 'wasmplugins.extensions.istio.io' }, { key: 'trafficextensions.extensions.istio.io' },
  { key: 'gatewayclasses.gateway.networking.k8s.io' }, { key: 'gateways.gateway.networking.k8s.io' }, { key: 'httproutes.gateway.networking.k8s.io' }, { key: 'grpcroutes.gateway.networking.k8s.io' },
  { key: 'tlsroutes.gateway.networking.k8s.io' }, { key: 'tcproutes.gateway.networking.k8s.io' }, { key: 'referencegrants.gateway.networking.k8s.io' }, { key: 'listenersets.gateway.networking.k8s.io' }, { key: 'backendtlspolicies.gateway.networking.k8s.io' },
]

/** See keys. */
export const watchedKinds: readonly { readonly kind: Kind & { readonly key: KindKey }; readonly only: string }[] = keys.flatMap(({ key, only = '' }) => {
  const kind = kindByKey(key)
  return kind === undefined ? [] : [{ kind: { ...kind, key }, only }]
})
