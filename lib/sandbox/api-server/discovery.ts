import type { JsonObject } from '@/lib/std/json'
import type { Schema } from '@/lib/mesh/schema/schema'
import { servedKinds, type ServedKind } from './resource-kinds'

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

function groups(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>()
  for (const { kind, versions } of servedKinds.values()) {
    const known = found.get(kind.group) ?? new Set<string>()
    for (const version of versions) known.add(version)
    found.set(kind.group, known)
  }
  for (const review of ['authorization.k8s.io', 'authentication.k8s.io']) found.set(review, new Set(['v1']))
  const rank = (version: string): number => (version === 'v1' ? 0 : version.includes('beta') ? 1 : 2)
  return new Map([...found].map(([group, versions]) => [group, [...versions].sort((a, b) => rank(a) - rank(b))]))
}

const reviews: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'authorization.k8s.io': [['selfsubjectaccessreviews', 'SelfSubjectAccessReview'], ['selfsubjectrulesreviews', 'SelfSubjectRulesReview']],
  'authentication.k8s.io': [['tokenreviews', 'TokenReview'], ['selfsubjectreviews', 'SelfSubjectReview']],
}

/** The reply to a discovery path, or undefined when it is none. */
export function discover(path: string): JsonObject | undefined {
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: [...groups()].filter(([group]) => group !== '').map(([group, versions]) => apiGroup(group, versions)) }
  const parts = path.split('/').filter((part) => part !== '')
  if (parts[0] === 'api' && parts[1] === 'v1' && parts.length === 2) return resourceList('', 'v1')
  if (parts[0] !== 'apis' || parts.length < 2 || parts.length > 3) return undefined
  const [, group = '', version] = parts
  const versions = groups().get(group)
  if (!versions) return undefined
  if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group, versions) }
  return versions.includes(version) ? resourceList(group, version) : undefined
}

function apiGroup(name: string, versions: readonly string[]): JsonObject {
  const listed = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }))
  return { name, versions: listed, preferredVersion: listed[0] ?? {} }
}

function resourceList(group: string, version: string): JsonObject {
  const served = [...servedKinds.values()].filter(({ kind, versions }) => kind.group === group && versions.includes(version))
  const resources = [
    ...served.flatMap(resourcesOf),
    ...(reviews[group] ?? []).map(([name, kind]) => ({ name, singularName: '', namespaced: false, kind, verbs: ['create'] })),
  ]
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: group === '' ? version : `${group}/${version}`, resources }
}

function resourcesOf({ kind, shortNames, categories, status, scale }: ServedKind): readonly JsonObject[] {
  const base = { singularName: '', namespaced: kind.namespaced }
  const sub = (name: string, subKind: string, subVerbs: readonly string[]): JsonObject => ({ ...base, name: `${kind.plural}/${name}`, kind: subKind, verbs: subVerbs })
  return [
    { ...base, name: kind.plural, singularName: kind.kind.toLowerCase(), kind: kind.kind, verbs, ...(shortNames.length === 0 ? {} : { shortNames }), ...(categories.length === 0 ? {} : { categories }) },
    ...(status ? [sub('status', kind.kind, ['get', 'patch', 'update'])] : []),
    ...(scale ? [{ ...sub('scale', 'Scale', ['get', 'patch', 'update']), group: 'autoscaling', version: 'v1' }] : []),
    ...(kind.key === 'pods' ? [sub('log', 'Pod', ['get']), sub('portforward', 'PodPortForwardOptions', ['create', 'get'])] : []),
  ]
}

/** OpenAPI v3: the index, and a document a group version with the schemas of its kinds. */
export function openApi(path: string): object | undefined {
  if (path === '/openapi/v3') {
    const paths = [...groups()].flatMap(([group, versions]) => versions.map((version) => {
      const at = group === '' ? `api/${version}` : `apis/${group}/${version}`
      return [at, { serverRelativeURL: `/openapi/v3/${at}?hash=1` }]
    }))
    return { paths: Object.fromEntries(paths) }
  }
  const parts = path.replace('/openapi/v3/', '').split('/')
  const [group, version] = parts[0] === 'api' ? ['', parts[1] ?? ''] : [parts[1] ?? '', parts[2] ?? '']
  const served = [...servedKinds.values()].filter((candidate) => candidate.kind.group === group && candidate.versions.includes(version))
  if (served.length === 0) return undefined
  const prefix = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const schemas = served.map(({ kind, schema }) => [schemaName(group, version, kind.kind), { ...headed(schema), 'x-kubernetes-group-version-kind': [{ group, version, kind: kind.kind }] }])
  const paths = served.map(({ kind }) => [`${prefix}/${kind.namespaced ? 'namespaces/{namespace}/' : ''}${kind.plural}/{name}`, operations({ group, version, kind: kind.kind })])
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: 'v1.35.4' }, paths: Object.fromEntries(paths), components: { schemas: Object.fromEntries(schemas) } }
}

/** A kind's schema with the head that every object has. */
function headed(schema: Schema | undefined): Schema {
  const head: Schema['properties'] = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  const whole: Schema = schema ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  return { ...whole, properties: { ...whole.properties, ...head } }
}

function operations(gvk: JsonObject): JsonObject {
  const parameters = [{ name: 'dryRun', in: 'query', schema: { type: 'string' } }, { name: 'fieldValidation', in: 'query', schema: { type: 'string' } }, { name: 'fieldManager', in: 'query', schema: { type: 'string' } }]
  const operation = (action: string): JsonObject => ({ parameters, responses: { 200: { description: 'OK' } }, 'x-kubernetes-action': action, 'x-kubernetes-group-version-kind': gvk })
  return { get: operation('get'), put: operation('put'), patch: operation('patch'), delete: operation('delete') }
}

function schemaName(group: string, version: string, kind: string): string {
  return group === '' ? `io.k8s.api.core.${version}.${kind}` : `${group.split('.').reverse().join('.')}.${version}.${kind}`
}
