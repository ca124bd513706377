import type { Origin } from '../translate/compiled'

/** The AuthorizationPolicy and rule that Pilot's policy name tells (`ns[shop]-policy[deny]-rule[0]`, with or without a provider's prefix). */
export function policyOrigin(policy: string | null): Origin | undefined {
  if (policy === null) return undefined
  const namespace = between(policy, 'ns[', ']-policy[')
  const name = between(policy, ']-policy[', ']-rule[')
  const rule = between(policy, ']-rule[', ']')
  if (namespace === undefined || name === undefined || rule === undefined) return undefined
  return { resource: { group: 'security.istio.io', kind: 'AuthorizationPolicy', namespace, name }, path: `spec.rules[${rule}]` }
}

/** The object that Istio names in a route's metadata: `/apis/networking.istio.io/v1/namespaces/shop/virtual-service/counter`. */
export function metadataOrigin(config: string | undefined): Origin['resource'] | undefined {
  const [apis, group, , namespaces, namespace, kind, name] = (config ?? '').split('/').slice(1)
  if (apis !== 'apis' || namespaces !== 'namespaces' || group === undefined || namespace === undefined || kind === undefined || name === undefined) return undefined
  return { group, kind: kind.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(''), namespace, name }
}

function between(text: string, before: string, after: string): string | undefined {
  const start = text.indexOf(before)
  const end = text.indexOf(after, start + before.length)
  return start < 0 || end < 0 ? undefined : text.slice(start + before.length, end)
}
