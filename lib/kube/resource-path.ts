import { AppError } from '@/lib/contract/app-error'
import { labelName, objectName } from '@/lib/contract/names'
import type { Kind } from '@/lib/mesh/kinds'

/** Parts of pods and workloads that are addressed below an object. */
export type Subresource = 'log' | 'portforward' | 'status' | 'scale'

/** What a path addresses: a kind of the table, then optionally a namespace, a name and a subresource. */
export interface ResourceAddress {
  readonly kind: Kind
  /** One of the kind's versions. @default the preferred one */
  readonly version?: string
  /** '' or absent: cluster-wide. */
  readonly namespace?: string
  readonly name?: string
  readonly subresource?: Subresource
}

/**
 * The URL path of a resource. Kinds come from the table; names are checked against RFC 1123 here, whatever was checked
 * before, since the API server resolves `..` in them.
 * @throws AppError bad-request
 */
export function resourcePath({ kind, version, namespace = '', name, subresource }: ResourceAddress): string {
  const used = version ?? kind.versions[0]
  if (!kind.versions.includes(used)) throw new AppError('bad-request', `${kind.key} has no version ${used}`)
  const base = kind.group === '' ? `/api/${used}` : `/apis/${kind.group}/${used}`
  if (namespace !== '' && !labelName.safeParse(namespace).success) throw new AppError('bad-request', 'The namespace is not an RFC 1123 label', { subject: 'namespace' })
  if (name !== undefined && !objectName.safeParse(name).success) throw new AppError('bad-request', 'The name is not an RFC 1123 subdomain', { subject: 'name' })
  const scope = kind.namespaced && namespace !== '' ? `/namespaces/${namespace}` : ''
  if (name === undefined) return `${base}${scope}/${kind.plural}`
  if (kind.namespaced && namespace === '') throw new AppError('bad-request', `${kind.kind} needs a namespace`, { subject: 'namespace' })
  return `${base}${scope}/${kind.plural}/${name}${subresource === undefined ? '' : `/${subresource}`}`
}
