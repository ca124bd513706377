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

const logs = [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }]
const portForward = [{ apiGroups: [''], resources: ['pods/portforward'], verbs: ['get', 'create'] }]
const writable = [{ apiGroups: ['networking.istio.io'], resources: ['*'], verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'] }]

/**
 * The rights of the users, as on the sandbox: all read all but Secrets. `viewer` reads logs; `editor` reads logs, may
 * port-forward, and writes Istio's objects in namespace shop; `nologs` may port-forward and writes Istio's objects
 * everywhere, but may read no logs; `admin` is system:masters.
 */
export function userRights(): JsonObject[] {
  const role = (name: string, rules: readonly JsonObject[]) => ({ apiVersion: rbac, kind: 'ClusterRole', metadata: { name }, rules })
  return [
    role('meridian-read', readable),
    role('meridian-logs', logs),
    role('meridian-port-forward', portForward),
    role('meridian-write', writable),
    clusterBinding('meridian-read', ['viewer', 'nologs', 'editor']),
    clusterBinding('meridian-logs', ['viewer', 'editor']),
    clusterBinding('meridian-port-forward', ['editor', 'nologs']),
    clusterBinding('meridian-write', ['nologs']),
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
