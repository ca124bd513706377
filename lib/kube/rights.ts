import * as z from 'zod'
import type { Kind } from '@/lib/mesh/kinds'
import type { KubeTransport } from './transport'

const ruleSchema = z.object({ verbs: z.array(z.string()), apiGroups: z.array(z.string()).nullish(), resources: z.array(z.string()).nullish(), resourceNames: z.array(z.string()).nullish() })

const rulesReviewSchema = z.object({ status: z.object({ resourceRules: z.array(ruleSchema).nullish(), incomplete: z.boolean().nullish() }) })

/** What one may do in one namespace, as far as the API server could list it. */
export interface Rights {
  /** Not all rules could be listed: an absent one proves nothing. */
  readonly incomplete: boolean
  allows(verb: string, resource: { readonly group: string; readonly plural: string }): boolean
}

/** Asks for all rules in a namespace (SelfSubjectRulesReview); a namespace that does not exist gives the cluster-wide ones. */
export async function reviewRules(transport: KubeTransport, namespace: string, signal: AbortSignal): Promise<Rights> {
  const reply = rulesReviewSchema.parse(await transport.json({
    method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', signal, headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } }),
  }))
  const rules = (reply.status.resourceRules ?? []).filter((rule) => (rule.resourceNames ?? []).length === 0)
  const has = (list: readonly string[] | null | undefined, value: string): boolean => list?.includes(value) === true || list?.includes('*') === true
  return {
    incomplete: reply.status.incomplete === true,
    allows: (verb, { group, plural }) => rules.some((rule) => has(rule.verbs, verb) && has(rule.apiGroups, group) && has(rule.resources, plural)),
  }
}

/** Whether a kind may be both listed and watched. */
export function mayReflect(rights: Rights, kind: Kind): boolean {
  return rights.allows('list', kind) && rights.allows('watch', kind)
}
