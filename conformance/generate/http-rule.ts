import type { JsonObject } from '@/lib/std/json'
import { destination, destinationHost, duration, headerOperations, stringMatch } from './names'
import { compact, type Random } from './random'

const paths = ['/', '/a', '/a/', '/a/b', '/api/v1', '/Case', '/a%20b', '']
const ports = [80, 443, 8080, 9999]

/** One rule of `VirtualService.spec.http`. */
export function httpRule(random: Random): JsonObject {
  const match = random.maybe(0.75, () => random.times(random.chance(0.03) ? 0 : 1, 3, () => httpMatch(random)))
  const shared = compact({ name: random.maybe(0.2, () => random.pick(['canary', 'main', 'same'])), match, headers: random.maybe(0.2, () => headerOperations(random)) })
  switch (random.int(12)) {
    case 0: return { ...shared, redirect: redirect(random) }
    case 1: return { ...shared, ...random.rare(0.1) ? routed(random) : {}, directResponse: compact({ status: random.pick([200, 403, 404, 503]), body: random.maybe(0.5, () => random.pick([{ string: 'no' }, { bytes: 'bm8=' }, ...random.wide([{ string: '' }])])) }) }
    default: return { ...shared, ...routed(random) }
  }
}

function routed(random: Random): JsonObject {
  const weights = random.pick([[], [100], [90, 10], [50, 50], [0, 100], [1, 1, 98], [1, 2], ...random.wide([[0], [0, 1, 0]])])
  const route = weights.length === 0
    ? [{ destination: destination(random) }]
    : weights.map((weight) => compact({ destination: destination(random), weight, headers: random.maybe(0.15, () => headerOperations(random)) }))
  return compact({
    route,
    timeout: random.maybe(0.25, () => duration(random)),
    retries: random.maybe(0.25, () => compact({
      attempts: random.pick([0, 1, 3, ...random.wide([-1])]), perTryTimeout: random.maybe(0.4, () => duration(random)), retryOn: random.maybe(0.5, () => random.pick(['5xx', 'gateway-error,connect-failure', '503,reset', 'retriable-4xx', '429', ...random.wide(['retriable-status-codes,503', '600', 'gateway-error, 503 ,,'])])),
      retryRemoteLocalities: random.maybe(0.2, () => random.chance(0.5)), retryIgnorePreviousHosts: random.maybe(0.15, () => random.chance(0.5)), backoff: random.maybe(0.1, () => '100ms'),
    })),
    rewrite: random.maybe(0.25, () => random.pick([{ uri: '/new' }, { authority: 'new.example.com' }, { uri: '/', authority: 'both.example.com' }, { uriRegexRewrite: { match: '^/a/(.*)$', rewrite: '/x/\\1' } }, ...random.wide<JsonObject>([{}, { uri: '/x', uriRegexRewrite: { match: '/.*', rewrite: '/y' } }])])),
    mirror: random.maybe(0.1, () => destination(random)),
    mirrorPercent: random.rarely(0.03, () => random.pick([0, 30])),
    mirrorPercentage: random.maybe(0.08, () => ({ value: random.pick([0, 1, 12.5, 100]) })),
    mirrors: random.maybe(0.06, () => random.times(1, 2, () => compact({ destination: destination(random), percentage: random.maybe(0.6, () => ({ value: 25 })) }))),
    fault: random.maybe(0.12, () => compact({
      delay: random.maybe(0.6, () => compact({ fixedDelay: random.rare(0.1) ? undefined : duration(random), percent: random.rarely(0.1, () => 7), percentage: random.maybe(0.8, () => ({ value: random.pick([0.1, 10, 100, ...random.wide([0])]) })) })),
      abort: random.maybe(0.7, () => compact({ ...random.rare(0.1) ? { grpcStatus: random.pick(['UNAVAILABLE', 'NOT_FOUND']) } : { httpStatus: random.maybe(0.8, () => 503) }, percentage: random.maybe(0.8, () => ({ value: 50 })) })),
    })),
    corsPolicy: random.maybe(0.12, () => compact({
      allowOrigins: random.times(1, 2, () => stringMatch(random, ['https://a.example.com', 'https://b'])), allowMethods: random.maybe(0.6, () => ['GET', 'POST']), allowHeaders: random.maybe(0.4, () => ['x-custom']),
      exposeHeaders: random.maybe(0.2, () => ['x-exposed']), maxAge: random.maybe(0.4, () => '24h'), allowCredentials: random.maybe(0.4, () => random.chance(0.5)), unmatchedPreflights: random.maybe(0.2, () => random.pick(['FORWARD', 'IGNORE'])),
    })),
  })
}

function redirect(random: Random): JsonObject {
  return compact({
    uri: random.maybe(0.6, () => random.pick(['/moved', '%PREFIX()%/x', '/moved?q=1', ...random.wide([''])])), authority: random.maybe(0.5, () => 'moved.example.com'), scheme: random.maybe(0.3, () => random.pick(['https', 'http'])),
    redirectCode: random.maybe(0.5, () => random.pick([301, 302, 303, 307, 308, ...random.wide([304])])), port: random.maybe(0.15, () => random.pick([8443, ...random.wide([443, 80])])), derivePort: random.maybe(0.1, () => random.pick(['FROM_PROTOCOL_DEFAULT', 'FROM_REQUEST_PORT'])),
  })
}

function httpMatch(random: Random): JsonObject {
  return compact({
    name: random.maybe(0.1, () => random.pick(['m1', 'm2'])),
    uri: random.maybe(0.75, () => stringMatch(random, paths)),
    scheme: random.maybe(0.05, () => stringMatch(random, ['https', 'http'])),
    method: random.maybe(0.2, () => stringMatch(random, ['GET', 'POST'])),
    authority: random.maybe(0.12, () => stringMatch(random, ['a.example.com', 'b.'])),
    headers: random.maybe(0.25, () => headers(random)),
    withoutHeaders: random.maybe(0.12, () => headers(random)),
    queryParams: random.maybe(0.15, () => ({ [random.pick(['q', 'version'])]: random.chance(0.1) ? {} : random.pick([{ exact: '1' }, { exact: '' }, { regex: '\\d+' }, { prefix: 'v' }]) })),
    ignoreUriCase: random.maybe(0.12, () => true),
    port: random.maybe(0.1, () => random.pick(ports)),
    gateways: random.maybe(0.08, () => random.pick([['istio-system/public'], ['mesh'], ['public', 'istio-system/edge']])),
    sourceLabels: random.maybe(0.06, () => random.pick([{ app: 'istio-ingressgateway' }, { app: 'other' }, ...random.wide([{}])])),
    sourceNamespace: random.maybe(0.05, () => random.pick(['istio-system', 'shop'])),
    statPrefix: random.maybe(0.04, () => destinationHost(random)),
  })
}

function headers(random: Random): JsonObject {
  return Object.fromEntries(random.some(['x-user', 'cookie', 'X-Upper', ':method', 'x-empty', ...random.wide(['@request.auth.claims.group', '@request.auth.claims[a][b.c]', '@Request.Auth.Claims.sub', '@request.auth.claims'])], 2, 1).map((name) => [name, random.chance(0.2) ? {} : stringMatch(random, ['alice', 'b', ''])]))
}
