import type { Json, JsonObject } from '@/lib/std/json'
import type { MeshConfig } from '../../istio/mesh-config'
import type { Condition } from '../../istio/parse-authorization-policy'
import { cidrRange, policyHeader, policyString, quoteMeta } from './string-matchers'

/** What conditions are translated with. */
export interface ConditionContext {
  readonly tcp: boolean
  readonly namespace: string
  readonly config: MeshConfig
}

/** One condition of a rule: on which side of an RBAC policy it stands, and its matchers; undefined matchers are bad values. */
export interface BuiltCondition {
  readonly side: 'permission' | 'principal'
  /** One matcher for the whole list instead of one a value. */
  readonly whole: boolean
  matchers(values: readonly string[]): readonly (JsonObject | undefined)[]
}

type Make = (value: string) => JsonObject | undefined

/** The matchers of a field of `source`, `operation` or a `when` key (Istio's generators; SPEC PO4); undefined for an unknown key. */
export function buildCondition({ key }: Condition, context: ConditionContext): BuiltCondition | undefined {
  const each = (side: BuiltCondition['side'], make: Make, httpOnly = false): BuiltCondition => ({ side, whole: false, matchers: (values) => values.map((value) => (httpOnly && context.tcp ? undefined : make(value))) })
  const whole = (side: BuiltCondition['side'], make: (values: readonly string[]) => JsonObject | undefined, httpOnly = true): BuiltCondition => ({ side, whole: true, matchers: (values) => [httpOnly && context.tcp ? undefined : make(values)] })
  switch (key) {
    case 'hosts':
      return each('permission', (value) => ({ header: policyHeader(':authority', value, true) }), true)
    case 'methods':
      return each('permission', (value) => ({ header: policyHeader(':method', value) }), true)
    case 'paths':
      return each('permission', pathMatcher, true)
    case 'ports':
    case 'destination.port':
      return each('permission', portMatcher)
    case 'destination.ip':
      return each('permission', (value) => field('destination_ip', cidrRange(value)))
    case 'connection.sni':
      return each('permission', (value) => ({ requested_server_name: policyString(value) }))
    case 'principals':
    case 'source.principal':
      return { side: 'principal', whole: false, matchers: (values) => principalAliases(values, context.config).map((value) => authenticated(principalMatcher(value))) }
    case 'trustDomains':
    case 'source.trustDomain':
      return { side: 'principal', whole: false, matchers: (values) => domainAliases(values, context.config).map((value) => authenticated(trustDomainMatcher(value))) }
    case 'serviceAccounts':
    case 'source.serviceAccount':
      return each('principal', (value) => authenticated({ safe_regex: { regex: serviceAccountRegex(value, context.namespace) } }))
    case 'namespaces':
    case 'source.namespace':
      return each('principal', (value) => authenticated({ safe_regex: { regex: `.*/ns/${value.split('*').map(quoteMeta).join('.*')}/.*` } }))
    case 'requestPrincipals':
    case 'request.auth.principal':
      return whole('principal', requestPrincipals)
    case 'request.auth.audiences':
      return whole('principal', (values) => ({ metadata: claimMatcher(['aud'], values) }))
    case 'request.auth.presenter':
      return whole('principal', (values) => ({ metadata: claimMatcher(['azp'], values) }))
    case 'ipBlocks':
    case 'source.ip':
      return each('principal', (value) => field('direct_remote_ip', cidrRange(value)))
    case 'remoteIpBlocks':
    case 'remote.ip':
      return each('principal', (value) => field('remote_ip', cidrRange(value)))
    default:
      return prefixedCondition(key, { each, whole })
  }
}

interface Builders {
  readonly each: (side: BuiltCondition['side'], make: Make, httpOnly?: boolean) => BuiltCondition
  readonly whole: (side: BuiltCondition['side'], make: (values: readonly string[]) => JsonObject | undefined, httpOnly?: boolean) => BuiltCondition
}

function prefixedCondition(key: string, { each, whole }: Builders): BuiltCondition | undefined {
  if (key.startsWith('request.headers')) {
    const name = bracketed(key.slice('request.headers'.length))
    return each('principal', (value) => (name === undefined ? undefined : { header: policyHeader(name, value) }), true)
  }
  if (key.startsWith('request.auth.claims')) {
    const claims = nested(key.slice('request.auth.claims'.length))
    return whole('principal', (values) => (claims ? { metadata: claimMatcher(claims, values) } : undefined))
  }
  if (!key.startsWith('experimental.envoy.filters.')) return undefined
  const rest = key.slice('experimental.'.length)
  const open = rest.indexOf('[')
  const inner = rest.endsWith(']') ? rest.slice(open + 1, -1) : rest.slice(open + 1)
  return whole('permission', (values) => (open < 0 ? undefined : { metadata: { filter: rest.slice(0, open), path: [{ key: inner }], value: oneOrMore(values.map(filterValue)) } }), false)
}

function filterValue(value: string): JsonObject {
  const listed = value.startsWith('[') && value.endsWith(']')
  return listed ? { list_match: { one_of: { string_match: policyString(value.replaceAll('[', '').replaceAll(']', '')) } } } : { string_match: policyString(value) }
}

function field(name: string, value: Json | undefined): JsonObject | undefined {
  return value === undefined ? undefined : { [name]: value }
}

function authenticated(matcher: JsonObject): JsonObject {
  return { authenticated: { principal_name: matcher } }
}

function pathMatcher(value: string): JsonObject {
  if (!value.includes('{*}') && !value.includes('{**}')) return { url_path: { path: policyString(value) } }
  return { uri_template: { name: 'uri-template', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig', path_template: value.replaceAll('{*}', '*').replaceAll('{**}', '**') } } }
}

function portMatcher(value: string): JsonObject | undefined {
  const port = Number(value)
  const digits = value !== '' && [...value].every((char) => char >= '0' && char <= '9')
  return digits && port <= 65_535 ? { destination_port: port } : undefined
}

function principalMatcher(value: string): JsonObject {
  if (value === '*') return { safe_regex: { regex: '.+' } }
  if (value.startsWith('*')) return { safe_regex: { regex: `spiffe://.*${quoteMeta(value.slice(1))}` } }
  return value.endsWith('*') ? { prefix: `spiffe://${value.slice(0, -1)}` } : { exact: `spiffe://${value}` }
}

function trustDomainMatcher(value: string): JsonObject {
  if (value === '*') return { prefix: 'spiffe://' }
  const star = value.indexOf('*')
  return star < 0 ? { prefix: `spiffe://${value}/` } : { safe_regex: { regex: `spiffe://${quoteMeta(value.slice(0, star))}[^/]*${quoteMeta(value.slice(star + 1))}/.*` } }
}

function serviceAccountRegex(value: string, namespace: string): string {
  const slash = value.indexOf('/')
  const [at, account] = slash < 0 ? [namespace, value] : [value.slice(0, slash), value.slice(slash + 1)]
  return `spiffe://.+/ns/${quoteMeta(at)}/(.+/|)sa/${quoteMeta(account)}(/.+)?`
}

/** Istio's Bundle.ReplaceTrustDomainAliases: a five-part principal of a known domain stands for all of the mesh's. */
function principalAliases(values: readonly string[], config: MeshConfig): readonly string[] {
  const domains = [config.trustDomain, ...config.trustDomainAliases]
  return values.flatMap((value) => {
    const [domain = '', ...rest] = value.split('/')
    if (rest.length !== 4 || domain === '*' || (domain !== 'cluster.local' && !domains.some((known) => covers(known, domain)))) return [value]
    return [...new Set(domains.map((known) => (domain.startsWith('*') && known.endsWith(domain.slice(1)) ? value : [known, ...rest].join('/'))))]
  })
}

function covers(known: string, domain: string): boolean {
  if (known === domain || domain === '*') return true
  return (domain.endsWith('*') && known.startsWith(domain.slice(0, -1))) || (domain.startsWith('*') && known.endsWith(domain.slice(1))) || (known.endsWith('*') && domain.startsWith(known.slice(0, -1))) || (known.startsWith('*') && domain.endsWith(known.slice(1)))
}

function domainAliases(values: readonly string[], config: MeshConfig): readonly string[] {
  const domains = [config.trustDomain, ...config.trustDomainAliases]
  return [...new Set(values.flatMap((value) => (domains.includes(value) ? domains : [value])))]
}

const anything: JsonObject = { safe_regex: { regex: '.+' } }

function requestPrincipals(values: readonly string[]): JsonObject | undefined {
  const all = values.map((value): JsonObject => {
    const slash = value.lastIndexOf('/')
    const [issuer, subject] = splitPrincipal(value, slash)
    return { and_ids: { ids: [{ metadata: jwtMatcher(['iss'], { string_match: issuer }) }, { metadata: jwtMatcher(['sub'], { string_match: subject }) }] } }
  })
  return all.length > 1 ? { or_ids: { ids: all } } : all[0]
}

function splitPrincipal(value: string, slash: number): readonly [JsonObject, JsonObject] {
  const [issuer, subject] = slash < 0 ? [value, ''] : [value.slice(0, slash), value.slice(slash + 1)]
  if (value === '*') return [anything, anything]
  if (value.startsWith('*')) return slash < 0 ? [anything, { suffix: value.slice(1) }] : [issuer === '*' ? anything : { suffix: issuer.slice(1) }, { exact: subject }]
  if (value.endsWith('*')) return slash < 0 ? [{ prefix: value.slice(0, -1) }, anything] : [{ exact: issuer }, subject === '*' ? anything : { prefix: subject.slice(0, -1) }]
  return [{ exact: issuer }, { exact: subject }]
}

function jwtMatcher(claims: readonly string[], value: JsonObject): JsonObject {
  return { filter: 'envoy.filters.http.jwt_authn', path: [{ key: 'payload' }, ...claims.map((key) => ({ key }))], value }
}

function claimMatcher(claims: readonly string[], values: readonly string[]): JsonObject {
  const value = oneOrMore(values.map((each) => ({ string_match: policyString(each) })))
  return jwtMatcher(claims, { or_match: { value_matchers: [{ list_match: { one_of: value } }, value] } })
}

function oneOrMore(values: readonly JsonObject[]): JsonObject {
  const [only] = values
  return values.length === 1 && only ? only : { or_match: { value_matchers: values } }
}

function bracketed(text: string): string | undefined {
  return text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : undefined
}

/** `[a][b]` as its names; a malformed nest counts as one name in brackets. */
function nested(text: string): readonly string[] | undefined {
  const names: string[] = []
  for (let at = 0; at < text.length;) {
    const end = text.indexOf(']', at + 1)
    const name = text.slice(at + 1, end)
    if (text.charAt(at) !== '[' || end < 0 || name.includes('[')) {
      const single = bracketed(text)
      return single === undefined ? undefined : [single]
    }
    names.push(name)
    at = end + 1
  }
  return names
}
