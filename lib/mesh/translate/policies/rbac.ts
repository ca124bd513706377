import type { JsonObject } from '@/lib/std/json'
import type { NamedConfig } from '../../envoy/listener'
import type { GatewayWorkload } from '../../gateway-workload'
import type { MeshConfig } from '../../istio/mesh-config'
import { parseAuthorizationPolicy, type AuthorizationRule, type Condition } from '../../istio/parse-authorization-policy'
import type { KubeObject } from '../../resource'
import type { Snapshot } from '../../snapshot'
import { enabled } from '../features'
import { namedConfig } from '../listener-filters'
import { externalAuthorizer, type AuthorizerLookup } from './external-authorizer'
import { attaches, nearbyPolicies } from './policy-selection'
import { buildCondition, type ConditionContext } from './rbac-conditions'

/** The filters of the AuthorizationPolicies that reach a gateway, for HTTP or for TCP chains (SPEC PO2–PO9). */
export interface AuthorizationFilters {
  /** CUSTOM: before JWT. */
  readonly custom: readonly NamedConfig[]
  /** AUDIT, DENY, ALLOW: after it. */
  readonly local: readonly NamedConfig[]
}

/** What the filters are built with. */
export interface AuthorizationInput {
  readonly snapshot: Snapshot
  readonly gateway: GatewayWorkload
  readonly config: MeshConfig
  readonly features: Readonly<Record<string, string>>
  readonly lookup: AuthorizerLookup
}

type Action = 'ALLOW' | 'DENY' | 'LOG'

/** Istio's authz builder (security/authz/builder). */
export function authorizationFilters(input: AuthorizationInput, tcp: boolean): AuthorizationFilters {
  const applying = nearbyPolicies(input.snapshot, 'authorizationpolicies.security.istio.io', { ...input, first: 'root' }).filter((object) => attaches(parseAuthorizationPolicy(object).value, object.metadata.namespace ?? '', input))
  const of = (action: string): readonly KubeObject[] => applying.filter((object) => parseAuthorizationPolicy(object).value.action === action)
  const local = ([['AUDIT', 'LOG'], ['DENY', 'DENY'], ['ALLOW', 'ALLOW']] as const).flatMap(([written, action]) => {
    const policies = of(written)
    return policies.length === 0 ? [] : [localFilter(policies, { action, tcp, input })]
  })
  return { custom: customFilters(of('CUSTOM'), input, tcp), local }
}

interface RuleContext {
  readonly action: Action
  readonly tcp: boolean
  readonly input: AuthorizationInput
}

function localFilter(policies: readonly KubeObject[], at: RuleContext): NamedConfig {
  const [enforced, shadow] = [policies.filter((policy) => !dryRun(policy)), policies.filter(dryRun)]
  const prefix = shadow.length > 0 && at.action === 'LOG' ? '' : shadow.length > 0 && at.action === 'DENY' ? 'istio_dry_run_deny_' : 'istio_dry_run_allow_'
  return rbacFilter(at.tcp, {
    ...(enforced.length === 0 ? {} : { rules: rulesOf(enforced, at, '') }),
    ...(shadow.length === 0 ? {} : { shadow_rules: rulesOf(shadow, at, '') }),
    ...(prefix === '' ? {} : { shadow_rules_stat_prefix: prefix }),
  })
}

function rbacFilter(tcp: boolean, fields: JsonObject): NamedConfig {
  return tcp ? namedConfig('envoy.filters.network.rbac', 'filters.network.rbac.v3.RBAC', { ...fields, stat_prefix: 'tcp.' }) : namedConfig('envoy.filters.http.rbac', 'filters.http.rbac.v3.RBAC', fields)
}

function dryRun(policy: KubeObject): boolean {
  return ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(policy.metadata.annotations?.['istio.io/dry-run'] ?? '')
}

const never: JsonObject = { permissions: [{ not_rule: { any: true } }], principals: [{ not_id: { any: true } }] }

function rulesOf(policies: readonly KubeObject[], at: RuleContext, prefix: string, suffix = ''): JsonObject {
  const made: [string, JsonObject][] = []
  for (const policy of policies) {
    const { rules } = parseAuthorizationPolicy(policy).value
    const name = (index: number): string => `${prefix}ns[${policy.metadata.namespace ?? ''}]-policy[${policy.metadata.name}]-rule[${index}]${suffix}`
    if (rules.length === 0) made.push([name(0), never])
    rules.forEach((rule, index) => {
      const built = buildRule(rule, { tcp: at.tcp, namespace: policy.metadata.namespace ?? '', config: at.input.config }, at.action)
      if (built) made.push([name(index), built])
    })
  }
  return { ...(at.action === 'ALLOW' ? {} : { action: at.action }), ...(made.length === 0 ? {} : { policies: Object.fromEntries(made) }) }
}

/** undefined: the rule is dropped, for an unknown key or, in ALLOW, for a bad value (istio-policies B7, B8). */
function buildRule(rule: AuthorizationRule, context: ConditionContext, action: Action): JsonObject | undefined {
  const when = rule.when.filter((condition) => condition.values.length > 0 || condition.notValues.length > 0)
  if (rule.when.some((condition) => buildCondition(condition, context) === undefined)) return undefined
  const side = (wanted: 'permission' | 'principal'): readonly Condition[] => when.filter((condition) => buildCondition(condition, context)?.side === wanted)
  const list = (alternatives: readonly (readonly Condition[])[], wanted: 'permission' | 'principal'): readonly (JsonObject | undefined)[] =>
    (alternatives.length === 0 ? [[]] : alternatives).map((own) => conjunction([...own, ...side(wanted)], { wanted, context, action }))
  const [permissions, principals] = [list(rule.to, 'permission'), list(rule.from, 'principal')]
  const kept = (items: readonly (JsonObject | undefined)[]): readonly JsonObject[] => items.filter((item) => item !== undefined)
  if (kept(permissions).length < permissions.length || kept(principals).length < principals.length) return undefined
  return { permissions: kept(permissions), principals: kept(principals) }
}

interface Side {
  readonly wanted: 'permission' | 'principal'
  readonly context: ConditionContext
  readonly action: Action
}

function conjunction(conditions: readonly Condition[], at: Side): JsonObject | undefined {
  const permission = at.wanted === 'permission'
  const set = (kind: 'and' | 'or', items: readonly JsonObject[]): JsonObject => (permission ? { [`${kind}_rules`]: { rules: items } } : { [`${kind}_ids`]: { ids: items } })
  const all: JsonObject[] = []
  for (const condition of conditions) {
    const built = buildCondition(condition, at.context)
    if (!built) return undefined
    for (const [values, negated] of [[condition.values, false], [condition.notValues, true]] as const) {
      if (values.length === 0) continue
      const matchers = built.matchers(values)
      const good = matchers.filter((matcher) => matcher !== undefined)
      if (at.action === 'ALLOW' && good.length < matchers.length) return undefined
      const [only] = good
      if (!only) continue
      const joined = built.whole ? only : set('or', good)
      all.push(negated ? { [permission ? 'not_rule' : 'not_id']: joined } : joined)
    }
  }
  return set('and', all.length === 0 ? [{ any: true }] : all)
}

/** CUSTOM: an RBAC filter that only marks what matches, then the authoriser that asks for what is marked (istio-policies B9). */
function customFilters(policies: readonly KubeObject[], input: AuthorizationInput, tcp: boolean): readonly NamedConfig[] {
  const providers = [...new Set(policies.map((policy) => parseAuthorizationPolicy(policy).value.provider))].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const many = providers.length > 1 && !enabled(input.features, 'PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS')
  return providers.flatMap((provider) => {
    const own = policies.filter((policy) => parseAuthorizationPolicy(policy).value.provider === provider)
    const [enforced, shadow] = [own.filter((policy) => !dryRun(policy)), own.filter(dryRun)]
    const at: RuleContext = { action: 'DENY', tcp, input }
    const prefix = provider === '' ? 'istio-ext-authz-' : `istio-ext-authz-${provider}-`
    const authorizer = many ? undefined : externalAuthorizer(provider, input.config, input.lookup)
    if (!authorizer) return [rbacFilter(tcp, { rules: rulesOf(enforced, at, prefix, '-deny-due-to-bad-CUSTOM-action') })]
    const filter = tcp ? authorizer.tcp : authorizer.http
    if (!filter) return []
    const dry = rulesOf(shadow, at, prefix)
    return [
      rbacFilter(tcp, { ...(dry['policies'] === undefined ? {} : { rules: dry }), shadow_rules: rulesOf(enforced, at, prefix), shadow_rules_stat_prefix: 'istio_ext_authz_' }),
      filter,
    ]
  })
}
