import { readTarget, type PolicyTarget } from '../translate/policies/policy-selection'
import { memoParse } from './memo-parse'
import type { Fields } from './read'

/** security.istio.io AuthorizationPolicy `spec`. */
export interface AuthorizationPolicySpec extends PolicyTarget {
  readonly action: string
  readonly provider: string
  readonly rules: readonly AuthorizationRule[]
}

/** Values and not-values of one field of a rule. */
export interface Condition {
  readonly key: string
  readonly values: readonly string[]
  readonly notValues: readonly string[]
}

/** A rule: any of `from` and any of `to` and all of `when`. A source or operation is its list of conditions. */
export interface AuthorizationRule {
  readonly path: string
  readonly from: readonly (readonly Condition[])[]
  readonly to: readonly (readonly Condition[])[]
  readonly when: readonly Condition[]
}

const sourceFields = ['principals', 'requestPrincipals', 'serviceAccounts', 'trustDomains', 'namespaces', 'remoteIpBlocks', 'ipBlocks'] as const
const operationFields = ['hosts', 'methods', 'paths', 'ports'] as const

/** Parses an AuthorizationPolicy (memoised on the object). */
export const parseAuthorizationPolicy = memoParse((spec): AuthorizationPolicySpec => ({
  ...readTarget(spec),
  action: spec.string('action') ?? 'ALLOW',
  provider: spec.object('provider')?.string('name') ?? '',
  rules: spec.objects('rules').map((rule) => ({
    path: rule.path,
    from: rule.objects('from').map((from) => conditions(from.object('source'), sourceFields)),
    to: rule.objects('to').map((to) => conditions(to.object('operation'), operationFields)),
    when: rule.objects('when').map((when) => ({ key: when.string('key') ?? '', values: when.strings('values'), notValues: when.strings('notValues') })),
  })),
}))

function conditions(holder: Fields | undefined, fields: readonly string[]): readonly Condition[] {
  if (!holder) return []
  return fields.flatMap((key) => {
    const [values, notValues] = [holder.strings(key), holder.strings(`not${key.charAt(0).toUpperCase()}${key.slice(1)}`)]
    return values.length === 0 && notValues.length === 0 ? [] : [{ key, values, notValues }]
  })
}
