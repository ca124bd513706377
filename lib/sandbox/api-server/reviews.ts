import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { allowed, resourceRules, type User } from './users'

/** The reply to a review that is posted, or undefined when the path is none. */
export function review(path: string, body: Json, user: User, users: readonly User[]): JsonObject | undefined {
  const spec = isJsonObject(body) && isJsonObject(body['spec']) ? body['spec'] : {}
  const head = (kind: string, group: string): JsonObject => ({ kind, apiVersion: `${group}/v1`, metadata: { creationTimestamp: null }, spec })
  switch (path) {
    case '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews': {
      const wanted = isJsonObject(spec['resourceAttributes']) ? spec['resourceAttributes'] : undefined
      const text = (key: string): string => (wanted && typeof wanted[key] === 'string' ? wanted[key] : '')
      const sub = text('subresource')
      const can = wanted === undefined || allowed(user, { verb: text('verb'), group: text('group'), resource: sub === '' ? text('resource') : `${text('resource')}/${sub}`, namespace: text('namespace'), name: text('name') })
      return { ...head('SelfSubjectAccessReview', 'authorization.k8s.io'), status: can ? { allowed: true, reason: 'RBAC: allowed' } : { allowed: false } }
    }
    case '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews': {
      const namespace = typeof spec['namespace'] === 'string' ? spec['namespace'] : ''
      return { ...head('SelfSubjectRulesReview', 'authorization.k8s.io'), status: { resourceRules: resourceRules(user, namespace).map((rule) => ({ verbs: [...rule.verbs], apiGroups: [...rule.apiGroups], resources: [...rule.resources] })), nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/version', '/api*', '/apis*', '/openapi*'] }], incomplete: false } }
    }
    case '/apis/authentication.k8s.io/v1/tokenreviews': {
      const known = users.find((candidate) => candidate.token === spec['token'])
      return { ...head('TokenReview', 'authentication.k8s.io'), status: known ? { authenticated: true, user: { username: known.name, groups: [...known.groups] } } : { authenticated: false, error: 'invalid bearer token' } }
    }
    case '/apis/authentication.k8s.io/v1/selfsubjectreviews':
      return { ...head('SelfSubjectReview', 'authentication.k8s.io'), status: { userInfo: { username: user.name, groups: [...user.groups, 'system:authenticated'] } } }
    default:
      return undefined
  }
}
