import type { JsonObject } from '@/lib/std/json'
import { object } from './names'
import { compact, type Random } from './random'

/** WasmPlugins and TrafficExtensions, most of which reach the gateway. */
export function extensions(random: Random): JsonObject[] {
  if (!random.rare(0.3)) return []
  return random.times(1, 4, (index) => {
    const lua = random.chance(0.2)
    const written = lua || random.chance(0.4)
    const module = { url: random.pick(['oci://registry.example/auth:1', 'registry.example/auth:1', 'registry.example:5000/auth', 'https://registry.example/auth.wasm', 'file:///etc/auth.wasm', ...random.wide(['http://registry.example/%zz', '', '1x:y', ' http://x'])]), type: random.maybe(0.5, () => random.pick(['HTTP', 'NETWORK', 'NETWORK', 'UNSPECIFIED_PLUGIN_TYPE'])), pluginConfig: random.maybe(0.2, () => ({ a: 1 })) }
    return object(random, { apiVersion: 'extensions.istio.io/v1alpha1', kind: written ? 'TrafficExtension' : 'WasmPlugin', namespace: random.pick(['istio-system', 'istio-system', 'istio-system', 'shop']), name: random.pick(['shared', `extension-${index}`]) }, {
      spec: compact({
        selector: random.maybe(0.4, () => ({ matchLabels: random.pick([{ istio: 'ingressgateway' }, { istio: 'ingressgateway' }, { app: 'other' }]) })),
        targetRefs: random.rarely(0.08, () => [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'kube' }]),
        phase: random.maybe(0.7, () => random.pick(['AUTHN', 'AUTHZ', 'STATS', written ? 'UNSPECIFIED' : 'UNSPECIFIED_PHASE'])),
        priority: random.maybe(0.5, () => random.pick([0, 0, 10, -5])),
        match: random.maybe(0.4, () => random.times(1, 2, () => compact({ mode: random.maybe(0.5, () => random.pick(['CLIENT', 'SERVER', 'CLIENT_AND_SERVER'])), ports: random.maybe(0.6, () => random.some([80, 443, 8080, 8443, 3306, 9000], 3, 1).map((number) => ({ number }))) }))),
        ...lua ? { lua: { inlineCode: random.pick(['function envoy_on_request(handle) end', 'x', ...random.wide([''])]) } } : written ? { wasm: compact(module) } : module,
      }),
    })
  })
}

/** EnvoyFilters that reach nothing of the gateway: patches of those that do are not computed. */
export function envoyFilters(random: Random): JsonObject[] {
  if (!random.rare(0.1)) return []
  const merge = { operation: 'MERGE', value: { stat_prefix: 'patched', alt_stat_name: 'patched' } }
  const spec = random.pick<JsonObject>([
    { configPatches: [{ applyTo: 'CLUSTER', match: { context: random.pick(['SIDECAR_OUTBOUND', 'SIDECAR_INBOUND']) }, patch: merge }] },
    { configPatches: [{ applyTo: 'CLUSTER', match: { context: 'GATEWAY', proxy: { proxyVersion: '^1\\.16.*' } }, patch: merge }] },
    { workloadSelector: { labels: { app: 'other' } }, configPatches: [{ applyTo: 'CLUSTER', patch: merge }] },
    { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'other' }], configPatches: [{ applyTo: 'CLUSTER', patch: merge }] },
    { configPatches: [{ applyTo: 'LISTENER', match: { context: 'GATEWAY', listener: { portNumber: 1 } }, patch: merge }, { applyTo: 'CLUSTER', match: { cluster: { name: 'none' } }, patch: merge }] },
  ])
  return [object(random, { apiVersion: 'networking.istio.io/v1alpha3', kind: 'EnvoyFilter', namespace: 'istio-system', name: 'patched' }, { spec })]
}
