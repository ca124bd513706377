import type { JsonObject } from '@/lib/std/json'
import { users, type User } from './state'

/** One line of the API server's token file for each user, and one for the parts of the control plane. */
export function tokenFile(tokens: Readonly<Record<User | 'system', string>>): string {
  const line = (user: string, token: string, groups: string) => `${token},${user},${user},"${groups}"\n`
  return users.map((user) => line(user, tokens[user], user === 'admin' ? 'system:masters' : 'meridian:users')).join('') + line('meridian-system', tokens.system, 'system:masters')
}

const readable = [
  { apiGroups: [''], resources: ['namespaces', 'nodes', 'services', 'endpoints', 'pods', 'configmaps', 'serviceaccounts', 'events', 'replicationcontrollers'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['apps', 'autoscaling', 'batch', 'policy', 'coordination.k8s.io', 'discovery.k8s.io', 'networking.k8s.io', 'apiextensions.k8s.io', 'admissionregistration.k8s.io'], resources: ['*'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['networking.istio.io', 'security.istio.io', 'telemetry.istio.io', 'extensions.istio.io', 'gateway.networking.k8s.io'], resources: ['*'], verbs: ['get', 'list', 'watch'] },
]

const operations = [
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: [''], resources: ['pods/portforward'], verbs: ['get', 'create'] },
]

const writable = [
  { apiGroups: ['networking.istio.io', 'security.istio.io', 'telemetry.istio.io', 'extensions.istio.io', 'gateway.networking.k8s.io', 'networking.k8s.io', 'apps', 'autoscaling'], resources: ['*'], verbs: ['*'] },
  { apiGroups: [''], resources: ['services', 'configmaps', 'pods', 'endpoints'], verbs: ['*'] },
]

/**
 * The rights of the users: `viewer` reads all but Secrets, and logs and port-forwards; `nologs` the same
 * without logs and port-forwards; `editor` is a viewer who also writes in namespace shop; `admin` is system:masters.
 */
export function userRights(): JsonObject[] {
  const role = (name: string, rules: readonly JsonObject[]) => ({ apiVersion: rbac, kind: 'ClusterRole', metadata: { name }, rules })
  return [
    role('meridian-read', readable),
    role('meridian-operate', operations),
    role('meridian-write', writable),
    clusterBinding('meridian-read', ['viewer', 'nologs', 'editor']),
    clusterBinding('meridian-operate', ['viewer', 'editor']),
    {
      apiVersion: rbac, kind: 'RoleBinding', metadata: { name: 'meridian-write', namespace: 'shop' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'meridian-write' }, subjects: subjects(['editor']),
    },
  ]
}

const rbac = 'rbac.authorization.k8s.io/v1'

function clusterBinding(name: string, names: readonly User[]): JsonObject {
  return { apiVersion: rbac, kind: 'ClusterRoleBinding', metadata: { name }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name }, subjects: subjects(names) }
}

function subjects(names: readonly User[]): JsonObject[] {
  return names.map((name) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }))
}
