import { compareBytes } from '@/lib/std/compare-bytes'
import type { JsonObject } from '@/lib/std/json'
import type { NamedConfig } from '../../envoy/listener'
import type { GatewayWorkload } from '../../gateway-workload'
import { memoParse } from '../../istio/memo-parse'
import type { MeshConfig } from '../../istio/mesh-config'
import type { Fields } from '../../istio/read'
import type { Snapshot } from '../../snapshot'
import type { Features } from '../features'
import { namedConfig } from '../listener-filters'
import { attaches, nearbyPolicies, readTarget } from './policy-selection'

const parseRequestAuthentication = memoParse((spec) => ({ ...readTarget(spec), rules: spec.objects('jwtRules') }))

/** The key set that istiod sends where it could not fetch one: nobody holds its private half, so no token passes. */
const unreachableKeys = '{\n  "keys": [\n    {\n      "kty": "RSA",\n      "e": "AQAB",\n      "n": "0xObjM0UvS_oaazjpEYlAbwctEJ4L8pH3OuTb7qth7gUwqet-EzQB4dgFdvSdMgrLnSncQGRjpEYz3F3viIbH-3EN3TxSlPNviHxeOdyiBVfumN8dMxbLvVJUpfNOnvmMxJcl-8NNjAwcOjk4otSALaYgYYyOPyvKtgVdrQr-FoubWX4yrjxW-MJ2-7OBeepUUNOsVwGV23YX03sVkkyvY3otRflkBcY3_HKpBxJl9wk2GyOShN4_PNUF9-vwfnvOXMbCDX-w4PTef4geeb_GiT40YCKHTKMSPVanGRn5GExIWmki-mmqh94-mPTJyBR74ShspL3BxPZitDL574T1w"\n    }\n  ]\n}'

/** Istio's JwtFilter: rules of all RequestAuthentications that apply, by issuer (SPEC PO10–PO12, istio-policies C1–C3). */
export function jwtFilters(snapshot: Snapshot, at: { readonly gateway: GatewayWorkload; readonly config: MeshConfig; readonly features: Features }): readonly NamedConfig[] {
  const rules = nearbyPolicies(snapshot, 'requestauthentications.security.istio.io', { ...at, first: 'own' })
    .filter((object) => attaches(parseRequestAuthentication(object).value, object.metadata.namespace ?? '', at))
    .flatMap((object) => parseRequestAuthentication(object).value.rules)
    .sort((a, b) => compareBytes(a.string('issuer') ?? '', b.string('issuer') ?? ''))
  if (rules.length === 0) return []
  const names = rules.map((_, index) => `origins-${index}`)
  const optional = names.map((name): JsonObject => ({ requires_any: { requirements: [{ provider_name: name }, { allow_missing: {} }] } }))
  const [only] = optional
  const requires: JsonObject = optional.length === 1 && only ? only : { requires_any: { requirements: [...names.map((name) => ({ provider_name: name })), { requires_all: { requirements: optional } }] } }
  return [namedConfig('envoy.filters.http.jwt_authn', 'filters.http.jwt_authn.v3.JwtAuthentication', {
    providers: Object.fromEntries(rules.map((rule, index) => [`origins-${index}`, provider(rule)])),
    rules: [{ match: { prefix: '/' }, requires }],
    bypass_cors_preflight: true,
  })]
}

function provider(rule: Fields): JsonObject {
  const text = (key: string, field: string): JsonObject => {
    const value = rule.string(key) ?? ''
    return value === '' ? {} : { [field]: value }
  }
  const list = (key: string, field: string): JsonObject => {
    const values = rule.strings(key)
    return values.length === 0 ? {} : { [field]: values }
  }
  const headers = rule.objects('fromHeaders').map((header) => {
    const prefix = header.string('prefix') ?? ''
    return { name: header.string('name') ?? '', ...(prefix === '' ? {} : { value_prefix: prefix }) }
  })
  const claims = rule.objects('outputClaimToHeaders').map((claim) => ({ header_name: claim.string('header') ?? '', claim_name: claim.string('claim') ?? '' }))
  const keys = rule.string('jwks') ?? ''
  const spaced = [...new Set(['permission', 'scope', ...rule.strings('spaceDelimitedClaims')])].sort(compareBytes)
  return {
    ...text('issuer', 'issuer'),
    ...list('audiences', 'audiences'),
    local_jwks: { inline_string: keys === '' ? unreachableKeys : keys },
    ...(rule.bool('forwardOriginalToken') === true ? { forward: true } : {}),
    ...(headers.length === 0 ? {} : { from_headers: headers }),
    ...list('fromParams', 'from_params'),
    ...list('fromCookies', 'from_cookies'),
    ...text('outputPayloadToHeader', 'forward_payload_header'),
    payload_in_metadata: 'payload',
    normalize_payload_in_metadata: { space_delimited_claims: spaced },
    ...(claims.length === 0 ? {} : { claim_to_headers: claims }),
    clear_route_cache: true,
  }
}
