import { unknownPath } from './kube-error'
import { servedKinds, type ServedKind } from './resource-kinds'

/** What a resource request is about; `name` '' is the collection. */
export interface RequestTarget {
  readonly served: ServedKind
  readonly version: string
  /** undefined: all namespaces (or a cluster-scoped kind). */
  readonly namespace: string | undefined
  readonly name: string
  readonly subresource: string
}

const label = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/

/** Parses `/api/v1/…` and `/apis/<group>/<version>/…`; undefined for paths that are no resource. Throws 404 for names that cannot be. */
export function parseTarget(path: string): RequestTarget | undefined {
  const parts = path.split('/').filter((part) => part !== '').map(decode)
  const core = parts[0] === 'api' && parts[1] === 'v1'
  if (!core && parts[0] !== 'apis') return undefined
  const [group, version] = core ? ['', 'v1'] : [parts[1] ?? '', parts[2] ?? '']
  const rest = parts.slice(core ? 2 : 3)
  if (rest.length === 0) return undefined
  const namespaced = rest[0] === 'namespaces' && rest.length >= 3 && !(rest.length === 3 && rest[2] === 'status')
  const [plural = '', name = '', ...sub] = namespaced ? rest.slice(2) : rest
  const served = servedKinds.get(group === '' ? plural : `${plural}.${group}`)
  if (!served || !served.versions.includes(version) || sub.length > 1) throw unknownPath()
  if (namespaced !== served.kind.namespaced && (namespaced || name !== '')) throw unknownPath()
  const namespace = namespaced ? (rest[1] ?? '') : undefined
  for (const text of [namespace, name]) if (text !== undefined && text !== '' && (text.length > 253 || !label.test(text))) throw unknownPath()
  return { served, version, namespace, name, subresource: sub[0] ?? '' }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw unknownPath()
  }
}
