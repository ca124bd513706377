import type { JsonObject } from '@/lib/std/json'
import { services } from './names'
import { compact, type Random } from './random'

/** backendRefs, with their filters where the kind has them. */
export function kubeBackends(random: Random, filters?: () => JsonObject): JsonObject[] {
  return random.times(1, 2, () => {
    const odd = random.maybe(0.08, () => random.pick<JsonObject>([{ kind: 'Hostname', group: 'networking.istio.io', name: 'ext.example.net' }, { kind: 'Hostname', group: 'networking.istio.io', name: 'web.shop.svc.cluster.local' }, { kind: 'InferencePool', group: 'inference.networking.k8s.io', name: 'pool' }, { kind: 'ServiceImport', group: 'multicluster.x-k8s.io', name: 'web' }, { kind: 'Service', group: '', name: 'web' }, { kind: 'Strange', group: 'example.com', name: 'web' }]))
    return compact({
      ...odd ?? { name: random.pick([...services, ...services, 'missing', random.chance(0.1) ? 'web.shop' : 'missing']) },
      namespace: random.maybe(0.25, () => random.pick(['team-b', 'shop', 'istio-system'])),
      port: random.maybe(0.98, () => random.pick([80, 80, 8080, 443, 3306])), weight: random.maybe(0.4, () => random.pick([0, 1, 9])),
      filters: filters && random.maybe(0.2, () => [filters()]),
    })
  })
}

/** A rule of an HTTPRoute. */
export function httpRule(random: Random): JsonObject {
  return compact({
    name: random.maybe(0.1, () => 'named'),
    matches: random.maybe(0.8, () => random.times(random.chance(0.05) ? 0 : 1, 3, () => compact({
      path: random.maybe(0.8, () => ({ type: random.pick(['PathPrefix', 'PathPrefix', 'PathPrefix', 'Exact', 'RegularExpression']), value: random.pick(['/', '/a', '/a/', '/a/b', '/api', '/ü']) })),
      headers: random.maybe(0.3, () => headerMatches(random)),
      queryParams: random.maybe(0.15, () => [{ name: 'q', value: '1', type: random.pick(['Exact', 'RegularExpression']) }]),
      method: random.maybe(0.15, () => random.pick(['GET', 'POST'])),
    }))),
    filters: random.maybe(0.4, () => random.times(1, 2, () => httpFilter(random))),
    backendRefs: random.maybe(0.93, () => kubeBackends(random, () => random.chance(0.93) ? headerFilter(random) : mirror(random))),
    timeouts: random.maybe(0.2, () => compact({ request: random.maybe(0.8, () => random.pick(['5s', '0s', '1m30s', '250ms'])), backendRequest: random.maybe(0.5, () => random.pick(['1s', '0s', '100ms'])) })),
    retry: random.maybe(0.2, () => compact({ attempts: random.maybe(0.7, () => random.pick([0, 1, 5])), codes: random.maybe(0.6, () => random.some([500, 502, 503, 429, 599], 3, 1)), backoff: random.maybe(0.4, () => random.pick(['100ms', '1s'])) })),
    sessionPersistence: random.maybe(0.03, () => ({ sessionName: 'sticky', type: 'Cookie' })),
  })
}

/** A rule of a GRPCRoute. */
export function grpcRule(random: Random): JsonObject {
  return compact({
    name: random.maybe(0.1, () => 'named'),
    matches: random.maybe(0.85, () => random.times(1, 3, () => compact({
      method: random.maybe(0.85, () => {
        const type = random.maybe(0.6, () => random.pick(['Exact', 'RegularExpression']))
        return random.pick<JsonObject>([compact({ service: 'shop.Cart', method: 'Add', type }), compact({ service: 'shop.Cart', type }), compact({ method: 'Add', type })])
      }),
      headers: random.maybe(0.3, () => headerMatches(random)),
    }))),
    filters: random.maybe(0.3, () => [random.pick<() => JsonObject>([() => headerFilter(random), () => headerFilter(random), () => mirror(random), () => ({ type: 'ExtensionRef', extensionRef: { group: 'example.com', kind: 'Filter', name: 'x' } })])()]),
    backendRefs: random.maybe(0.93, () => kubeBackends(random, () => random.chance(0.95) ? headerFilter(random) : mirror(random))),
  })
}

function headerMatches(random: Random): JsonObject[] {
  return random.times(1, 2, (index) => compact({ name: index === 0 ? random.pick(['x-user', 'X-Upper']) : 'x-other', value: random.pick(['alice', 'a.*']), type: random.maybe(0.6, () => random.pick(['Exact', 'RegularExpression'])) }))
}

function headerFilter(random: Random): JsonObject {
  const items = () => random.some([{ name: 'x-set', value: '1' }, { name: 'X-Set', value: '2' }, { name: 'Host', value: 'other.example.com' }, { name: 'x-tab', value: 'a\tb' }, ...random.chance(0.1) ? [{ name: 'x-bad', value: 'a\u0001b' }] : []], 3, 1)
  const body = compact({ set: random.maybe(0.6, items), add: random.maybe(0.5, items), remove: random.maybe(0.4, () => ['x-gone']) })
  return random.chance(0.5) ? { type: 'RequestHeaderModifier', requestHeaderModifier: body } : { type: 'ResponseHeaderModifier', responseHeaderModifier: body }
}

function mirror(random: Random): JsonObject {
  return { type: 'RequestMirror', requestMirror: compact({ backendRef: compact({ name: random.pick(['api', 'web', 'missing']), port: 80, namespace: random.maybe(0.2, () => 'team-b') }), ...random.pick<JsonObject>([{}, {}, { percent: 42 }, { fraction: { numerator: 1, denominator: 3 } }, { fraction: { numerator: 5 } }]) }) }
}

function path(random: Random): JsonObject {
  return random.pick<JsonObject>([{ type: 'ReplaceFullPath', replaceFullPath: '/full' }, { type: 'ReplacePrefixMatch', replacePrefixMatch: random.pick(['/new', '/new/', '/', '']) }])
}

function httpFilter(random: Random): JsonObject {
  switch (random.int(12)) {
    case 0: case 1: case 2: return headerFilter(random)
    case 3: case 4: return { type: 'RequestRedirect', requestRedirect: compact({ scheme: random.maybe(0.5, () => random.pick(['http', 'https'])), hostname: random.maybe(0.4, () => 'to.example.com'), port: random.maybe(0.3, () => 8443), path: random.maybe(0.4, () => path(random)), statusCode: random.maybe(0.6, () => random.pick([301, 302, 303, 307, 308])) }) }
    case 5: case 6: return { type: 'URLRewrite', urlRewrite: compact({ hostname: random.maybe(0.5, () => 'new.example.com'), path: random.maybe(0.7, () => path(random)) }) }
    case 7: case 8: return mirror(random)
    case 9: case 10: return { type: 'CORS', cors: compact({
      allowOrigins: random.maybe(0.9, () => random.some(['*', 'https://a.example.com', 'https://*.example.com', 'https://b.example.com:*', 'http://x.y+z*'], 3, 1)), allowMethods: random.maybe(0.6, () => random.pick([['GET', 'POST'], ['*']])), allowHeaders: random.maybe(0.4, () => ['x-one', 'x-two']),
      exposeHeaders: random.maybe(0.3, () => ['x-out']), allowCredentials: random.maybe(0.4, () => random.chance(0.6)), maxAge: random.maybe(0.4, () => random.pick([1, 3600])),
    }) }
    default: return random.chance(0.3) ? { type: 'ExtensionRef', extensionRef: { group: 'example.com', kind: 'Filter', name: 'x' } } : headerFilter(random)
  }
}
