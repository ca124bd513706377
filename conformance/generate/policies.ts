import type { JsonObject } from '@/lib/std/json'
import { object } from './names'
import { compact, type Random } from './random'

/** A public key; nobody has its private half. */
const jwks = '{"keys":[{"kty":"RSA","kid":"generated","alg":"RS256","e":"AQAB","n":"oUmHSCw3HDxIZIuFiZbvMs6BH2aWIRBla7p9KCZGVK5w2CauaCqjHbkiVpyXVjPfxiVYso7PUd2zYnbxgSSeK_hYrd2yiqUTWwI7FFl_R6DshsnJayiefFi3OCheQpkStH_l8euP3GkF6rP-C7b6rHuOpk_WA0EprArjc6nZrEVzDZE4VbnvGTH2v09eczVgKFQiMHBhJyco2DfOWxmLKwOtiZ52B96X4HBCrkacsuALZs7RRxKrfCJCFnEbP0b9y0Tc3DmaCkfpyErYR4H3loQIpLUJ5XLCK_jg8ZVluufUoVRVA5ZUYA1DBdvF8cMf6_QUl1gm_Zp0gdA6n5N27w"}]}'

/** AuthorizationPolicies, RequestAuthentications and Telemetry that reach the gateway, and some that do not. */
export function policies(random: Random): JsonObject[] {
  const selector = () => random.maybe(0.7, () => ({ matchLabels: random.pick([{ istio: 'ingressgateway' }, { istio: 'ingressgateway' }, { app: 'other' }]) }))
  const namespace = () => random.pick(['istio-system', 'istio-system', 'shop'])
  return [
    ...random.times(0, 2, (index) => object(random, { apiVersion: `security.istio.io/${random.pick(['v1', 'v1beta1'])}`, kind: 'AuthorizationPolicy', namespace: namespace(), name: `authz-${index}` }, {
      spec: compact({ selector: selector(), action: random.maybe(0.7, () => random.pick(['ALLOW', 'DENY', 'DENY', 'AUDIT'])), rules: random.maybe(0.9, () => random.times(0, 2, () => authorizationRule(random))) }),
    })),
    ...random.times(0, 1, (index) => object(random, { apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication', namespace: namespace(), name: `jwt-${index}` }, {
      spec: compact({ selector: selector(), jwtRules: [compact({ issuer: 'https://issuer.example', jwks, audiences: random.maybe(0.3, () => ['shop']), forwardOriginalToken: random.maybe(0.3, () => true), fromHeaders: random.maybe(0.2, () => [{ name: 'x-jwt', prefix: 'Bearer ' }]), fromParams: random.maybe(0.1, () => ['token']), outputPayloadToHeader: random.maybe(0.1, () => 'x-payload') })] }),
    })),
    ...random.times(0, 1, () => object(random, { apiVersion: 'telemetry.istio.io/v1', kind: 'Telemetry', namespace: namespace(), name: 'mesh-default' }, {
      spec: { accessLogging: [random.pick<JsonObject>([{ providers: [{ name: 'envoy' }] }, { disabled: true }, { providers: [{ name: 'envoy' }], filter: { expression: 'response.code >= 400' } }])] },
    })),
  ]
}

function authorizationRule(random: Random): JsonObject {
  return compact({
    from: random.maybe(0.5, () => [{ source: compact({ ipBlocks: random.maybe(0.4, () => ['10.0.0.0/8']), remoteIpBlocks: random.maybe(0.3, () => ['192.0.2.0/24']), principals: random.maybe(0.3, () => [random.pick(['cluster.local/ns/shop/sa/web', '*', 'prefix*', '*suffix'])]), namespaces: random.maybe(0.2, () => ['shop']), requestPrincipals: random.maybe(0.2, () => ['*']), notIpBlocks: random.maybe(0.2, () => ['10.1.0.0/16']) }) }]),
    to: random.maybe(0.7, () => random.times(1, 2, () => ({ operation: compact({ hosts: random.maybe(0.3, () => [random.pick(['a.example.com', '*.example.com', 'A.example.com'])]), paths: random.maybe(0.5, () => [random.pick(['/admin', '/admin*', '*.php', '*', '/a/{*}/b', '/x/{**}'])]), methods: random.maybe(0.4, () => ['GET']), notPaths: random.maybe(0.2, () => ['/healthz']), ports: random.maybe(0.1, () => ['8080']) }) }))),
    when: random.maybe(0.25, () => [random.pick([{ key: 'request.headers[x-user]', values: ['alice'] }, { key: 'source.ip', values: ['10.0.0.1'] }, { key: 'request.auth.claims[groups]', values: ['admins'] }, { key: 'destination.port', notValues: ['8080'] }, { key: 'connection.sni', values: ['a.example.com'] }])]),
  })
}
