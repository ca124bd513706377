import type { KubeError } from './kube-error'
import { KubeError as Failure } from './kube-error'

/** A person known by a bearer token. */
export interface User {
  readonly name: 'admin' | 'editor' | 'viewer' | 'nologs'
  readonly token: string
  readonly groups: readonly string[]
}

/** One thing somebody wants to do; a subresource is part of the resource (`pods/log`). */
export interface Access {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly namespace: string
  readonly name: string
}

interface Rule {
  readonly verbs: readonly string[]
  readonly groups: readonly string[]
  readonly resources: readonly string[]
  /** undefined: in every namespace. */
  readonly namespace?: string
}

const read = ['get', 'list', 'watch']
const write = ['create', 'update', 'patch', 'delete', 'deletecollection']
const reading: readonly Rule[] = [
  { verbs: read, groups: [''], resources: ['namespaces', 'services', 'pods', 'configmaps', 'nodes', 'serviceaccounts', 'events'] },
  { verbs: read, groups: ['apps'], resources: ['deployments', 'replicasets'] },
  { verbs: read, groups: ['discovery.k8s.io'], resources: ['endpointslices'] },
  { verbs: read, groups: ['networking.k8s.io', 'networking.istio.io', 'security.istio.io', 'telemetry.istio.io', 'extensions.istio.io', 'gateway.networking.k8s.io', 'coordination.k8s.io', 'apiextensions.k8s.io'], resources: ['*'] },
  { verbs: ['create'], groups: ['authorization.k8s.io'], resources: ['*'] },
  { verbs: ['create'], groups: ['authentication.k8s.io'], resources: ['*'] },
]
const inspecting: readonly Rule[] = [{ verbs: ['get'], groups: [''], resources: ['pods/log'] }, { verbs: ['create', 'get'], groups: [''], resources: ['pods/portforward'] }]

const rules: Readonly<Record<User['name'], readonly Rule[]>> = {
  admin: [{ verbs: ['*'], groups: ['*'], resources: ['*'] }],
  editor: [...reading, ...inspecting, { verbs: write, groups: ['networking.istio.io'], resources: ['*'], namespace: 'shop' }],
  viewer: [...reading, { verbs: ['get'], groups: [''], resources: ['pods/log'] }],
  nologs: [...reading, { verbs: ['create', 'get'], groups: [''], resources: ['pods/portforward'] }, { verbs: write, groups: ['networking.istio.io'], resources: ['*'] }],
}

/** Whether a user may do this. */
export function allowed(user: User, access: Access): boolean {
  return rules[user.name].some((rule) => {
    const has = (list: readonly string[], value: string): boolean => list.includes('*') || list.includes(value)
    return has(rule.verbs, access.verb) && has(rule.groups, access.group) && has(rule.resources, access.resource) && (rule.namespace === undefined || rule.namespace === access.namespace)
  })
}

/** The rules of a user in a namespace, in the form of SelfSubjectRulesReview. */
export function resourceRules(user: User, namespace: string): readonly { readonly verbs: readonly string[]; readonly apiGroups: readonly string[]; readonly resources: readonly string[] }[] {
  return rules[user.name].filter((rule) => rule.namespace === undefined || rule.namespace === namespace).map((rule) => ({ verbs: rule.verbs, apiGroups: rule.groups, resources: rule.resources }))
}

/** The API server's words for a refusal. */
export function forbidden(user: User, access: Access): KubeError {
  const where = access.namespace === '' ? 'at the cluster scope' : `in the namespace "${access.namespace}"`
  const name = access.name === '' ? '' : ` "${access.name}"`
  const resource = access.group === '' ? access.resource : `${access.resource.split('/')[0] ?? ''}.${access.group}`
  return new Failure(403, 'Forbidden', `${resource.split('/')[0] ?? ''}${name} is forbidden: User "${user.name}" cannot ${access.verb} resource "${access.resource}" in API group "${access.group}" ${where}`, {
    ...(access.name === '' ? {} : { name: access.name }), ...(access.group === '' ? {} : { group: access.group }), kind: access.resource.split('/')[0] ?? '',
  })
}
