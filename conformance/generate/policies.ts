import type { JsonObject } from '@/lib/std/json'
import { object } from './names'
import { loggingProviders, metricsAndTracing } from './telemetry'
import { compact, type Random } from './random'

/** A public key; nobody has its private half. */
const jwks = '{"keys":[{"kty":"RSA","kid":"generated","alg":"RS256","e":"AQAB","n":"oUmHSCw3HDxIZIuFiZbvMs6BH2aWIRBla7p9KCZGVK5w2CauaCqjHbkiVpyXVjPfxiVYso7PUd2zYnbxgSSeK_hYrd2yiqUTWwI7FFl_R6DshsnJayiefFi3OCheQpkStH_l8euP3GkF6rP-C7b6rHuOpk_WA0EprArjc6nZrEVzDZE4VbnvGTH2v09eczVgKFQiMHBhJyco2DfOWxmLKwOtiZ52B96X4HBCrkacsuALZs7RRxKrfCJCFnEbP0b9y0Tc3DmaCkfpyErYR4H3loQIpLUJ5XLCK_jg8ZVluufUoVRVA5ZUYA1DBdvF8cMf6_QUl1gm_Zp0gdA6n5N27w"}]}'

/** AuthorizationPolicies, RequestAuthentications and Telemetry that reach the gateway, and some that do not. */
export function policies(random: Random): JsonObject[] {
  const selector = () => random.maybe(0.7, () => ({ matchLabels: random.pick([{ istio: 'ingressgateway' }, { istio: 'ingressgateway' }, { app: 'other' }]) }))
  const namespace = () => random.pick(['istio-system', 'istio-system', 'shop'])
  const targets = () => random.rarely(0.08, () => [random.pick<JsonObject>([{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'kube' }, { group: '', kind: 'Service', name: 'web' }])])
  return [
    ...random.times(0, random.rare(0.5) ? 4 : 2, (index) => object(random, { apiVersion: `security.istio.io/${random.pick(['v1', 'v1beta1'])}`, kind: 'AuthorizationPolicy', namespace: namespace(), name: `authz-${index}`, ...random.rare(0.1) ? { annotations: { 'istio.io/dry-run': random.pick(['true', 'false', 'T', 'maybe']) } } : {} }, {
      spec: compact({ selector: selector(), targetRefs: targets(), ...action(random), rules: random.maybe(0.9, () => random.times(0, 2, () => authorizationRule(random))) }),
    })),
    ...random.times(0, random.rare(0.5) ? 3 : 1, (index) => object(random, { apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication', namespace: namespace(), name: `jwt-${index}` }, {
      spec: compact({ selector: selector(), targetRefs: targets(), jwtRules: random.times(random.rare(0.05) ? 0 : 1, random.rare(0.5) ? 2 : 1, (at) => compact({ issuer: random.pick(['https://issuer.example', ...random.wide([`https://issuer-${at}.example`])]), jwks, audiences: random.maybe(0.3, () => ['shop']), forwardOriginalToken: random.maybe(0.3, () => true), fromHeaders: random.maybe(0.2, () => [{ name: 'x-jwt', prefix: 'Bearer ' }]), fromParams: random.maybe(0.1, () => ['token']), outputPayloadToHeader: random.maybe(0.1, () => 'x-payload'), fromCookies: random.rarely(0.08, () => ['session']), outputClaimToHeaders: random.rarely(0.1, () => [{ header: 'x-sub', claim: 'sub' }]), spaceDelimitedClaims: random.rarely(0.05, () => ['roles']), timeout: random.rarely(0.05, () => '3s') })) }),
    })),
    ...random.times(0, random.rare(0.5) ? 3 : 1, (index) => object(random, { apiVersion: `telemetry.istio.io/${random.pick(['v1', 'v1alpha1'])}`, kind: 'Telemetry', namespace: namespace(), name: random.pick(['mesh-default', `logs-${index}`]) }, {
      spec: compact({ selector: random.rarely(0.3, () => ({ matchLabels: random.pick([{ istio: 'ingressgateway' }, { app: 'other' }]) })), targetRefs: targets(), accessLogging: random.rare(0.05) ? undefined : random.times(1, random.rare(0.4) ? 2 : 1, () => accessLogging(random)), ...metricsAndTracing(random) }),
    })),
    ...random.times(0, random.rare(0.5) ? 1 : 0, () => object(random, { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', namespace: random.pick(['istio-system', 'shop', 'team-b']), name: 'default' }, {
      spec: compact({ selector: random.maybe(0.2, () => ({ matchLabels: { app: 'web' } })), mtls: random.maybe(0.9, () => ({ mode: random.pick(['STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET']) })), portLevelMtls: random.maybe(0.1, () => ({ '8080': { mode: 'DISABLE' } })) }),
    })),
  ]
}

function accessLogging(random: Random): JsonObject {
  if (!random.rare(0.8)) return random.pick<JsonObject>([{ providers: [{ name: 'envoy' }] }, { disabled: true }, { providers: [{ name: 'envoy' }], filter: { expression: 'response.code >= 400' } }])
  return compact({
    providers: random.maybe(0.75, () => random.some(['envoy', 'envoy', 'json-file', 'text-file', 'plain-file', 'als', 'tcp-als', 'gone-als', 'missing', ...loggingProviders], 2, 1).map((name) => ({ name }))),
    disabled: random.maybe(0.2, () => random.chance(0.7)),
    filter: random.maybe(0.25, () => ({ expression: 'response.code >= 400' })),
    match: random.maybe(0.2, () => ({ mode: random.pick(['CLIENT', 'SERVER', 'CLIENT_AND_SERVER']) })),
  })
}

/** An action, with the authoriser that CUSTOM needs. */
function action(random: Random): JsonObject {
  if (random.rare(0.18)) return { action: 'CUSTOM', provider: { name: random.pick(['ext-http', 'ext-http', 'ext-grpc', 'ext-gone', 'unknown']) } }
  return random.chance(0.7) ? { action: random.pick(['ALLOW', 'DENY', 'DENY', 'AUDIT']) } : {}
}

function authorizationRule(random: Random): JsonObject {
  return compact({
    from: random.maybe(0.5, () => [{ source: compact({ ipBlocks: random.maybe(0.4, () => random.some(['10.0.0.0/8', ...random.wide(['10.9.9.9', '2001:db8::1', 'nonsense', '10.0.0.0/33'])], random.rare(0.5) ? 2 : 1, 1)), remoteIpBlocks: random.maybe(0.3, () => ['192.0.2.0/24']), principals: random.maybe(0.3, () => random.some(['cluster.local/ns/shop/sa/web', '*', 'prefix*', '*suffix', ...random.wide(['*/sa/web', 'old.local/ns/a/sa/b', 'a.+b'])], random.rare(0.5) ? 2 : 1, 1)), notPrincipals: random.rarely(0.1, () => ['cluster.local/ns/shop/sa/web']), namespaces: random.maybe(0.2, () => [random.pick(['shop', ...random.wide(['team-*', '*'])])]), notNamespaces: random.rarely(0.08, () => ['other']), requestPrincipals: random.maybe(0.2, () => [random.pick(['*', ...random.wide(['https://issuer.example/alice', '*/alice', 'https://issuer.example/*', '*ample/bob'])])]), notRequestPrincipals: random.rarely(0.08, () => ['*']), notIpBlocks: random.maybe(0.2, () => ['10.1.0.0/16']), notRemoteIpBlocks: random.rarely(0.08, () => ['2001:db8::/32', '192.0.2.1']), serviceAccounts: random.rarely(0.08, () => [random.pick(['shop/web', 'web'])]), notServiceAccounts: random.rarely(0.05, () => ['shop/db']), trustDomains: random.rarely(0.05, () => [random.pick(['cluster.local', '*', 'other.*'])]) }) }]),
    to: random.maybe(0.7, () => random.times(1, 2, () => ({ operation: compact({ hosts: random.maybe(0.3, () => [random.pick(['a.example.com', '*.example.com', 'A.example.com'])]), paths: random.maybe(0.5, () => random.some(['/admin', '/admin*', '*.php', '*', '/a/{*}/b', '/x/{**}', ...random.wide([''])], random.rare(0.5) ? 2 : 1, 1)), notHosts: random.rarely(0.08, () => ['b.example.com', '*.b.example.com']), notMethods: random.rarely(0.08, () => ['DELETE']), notPorts: random.rarely(0.05, () => ['9999']), methods: random.maybe(0.4, () => random.some(['GET', ...random.wide(['PO*', '*', '*ST'])], random.rare(0.5) ? 2 : 1, 1)), notPaths: random.maybe(0.2, () => ['/healthz']), ports: random.maybe(0.1, () => [random.pick(['8080', ...random.wide(['70000', 'x'])])]) }) }))),
    when: random.maybe(0.25, () => [random.pick<JsonObject>([{ key: 'request.headers[x-user]', values: ['alice'] }, { key: 'source.ip', values: ['10.0.0.1'] }, { key: 'request.auth.claims[groups]', values: ['admins'] }, { key: 'destination.port', notValues: ['8080'] }, { key: 'connection.sni', values: ['a.example.com'] }, ...random.wide<JsonObject>([{ key: 'request.headers[x-user]', values: ['*', 'b*'], notValues: ['*c'] }, { key: 'request.headers', values: ['x'] }, { key: 'remote.ip', notValues: ['10.0.0.0/8'] }, { key: 'source.namespace', values: ['shop'] }, { key: 'source.principal', values: ['*'] }, { key: 'request.auth.principal', values: ['https://issuer.example/*'] }, { key: 'request.auth.audiences', values: ['a', 'b'] }, { key: 'request.auth.presenter', notValues: ['p*'] }, { key: 'request.auth.claims[a][b]', values: ['x', '*y'] }, { key: 'destination.ip', values: ['10.0.0.0/8'] }, { key: 'experimental.envoy.filters.network.mysql_proxy[db.t]', values: ['[update]', 'x'] }, { key: 'source.serviceAccount', values: ['shop/web'] }, { key: 'unknown.key', values: ['x'] }])])]),
  })
}
