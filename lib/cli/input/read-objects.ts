import { isJsonObject, ownProperty, type Json, type JsonObject } from '@/lib/std/json'
import { kindOf, type KindKey } from '@/lib/mesh/kinds'
import type { KubeObject, ObjectMeta } from '@/lib/mesh/resource'
import { parseTime } from './creation-time'
import { findShapeError } from './shape'

/** An object of a kind that Meridian reads, under its kind's key. */
export type KeyedObject = readonly [KindKey, KubeObject]

/** A place in a document that keeps an object from being read. */
export interface HeadError {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** The objects of a document: itself, or the items of a List. Kinds that Meridian does not read are left out. */
export interface DocumentObjects {
  readonly objects: readonly KeyedObject[]
  readonly errors: readonly HeadError[]
}

/**
 * Reads a document's objects as the API server would take their heads: apiVersion, kind, metadata with a name and maps
 * of text, and as istiod's decoders would take the rest: an object with a field of a wrong type is none. No namespace is `default`; no creation time stays none; `List` and `<Kind>List` give their items.
 */
export function readObjects(value: Json, path: HeadError['path'] = [], outer?: ListHead): DocumentObjects {
  if (!isJsonObject(value)) return failed(path, `an object with apiVersion, kind and metadata is expected, this is ${nameOf(value)}`)
  const apiVersion = ownProperty(value, 'apiVersion') ?? outer?.apiVersion
  const kind = ownProperty(value, 'kind') ?? outer?.kind
  if (typeof kind !== 'string' || kind === '') return failed([...path, 'kind'], kind === undefined || kind === null ? 'kind is missing' : 'kind must be text')
  if (typeof apiVersion !== 'string' || apiVersion === '') return failed([...path, 'apiVersion'], apiVersion === undefined || apiVersion === null ? 'apiVersion is missing' : 'apiVersion must be text')
  if (kind.endsWith('List')) return readList(value, path, listHead(apiVersion, kind))
  const known = kindOf(apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '', kind)
  if (known === undefined) return { objects: [], errors: [] }
  const errors: HeadError[] = []
  const metadata = readMetadata(value['metadata'], { path: [...path, 'metadata'], namespaced: known.namespaced, errors })
  if (metadata === undefined) return { objects: [], errors: errors.map((error) => ({ ...error, message: `${kind}${nameIn(value['metadata'])}: ${error.message}` })) }
  const wrong = findShapeError(known.key, value)
  if (wrong !== undefined) return failed([...path, ...wrong.path], `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}: ${fieldPath(wrong.path)}: ${wrong.message}`)
  return { objects: [[known.key, { ...value, apiVersion, kind, metadata }]], errors: [] }
}

/** ` name` of metadata that has one, for the sentence about what is wrong with it. */
function nameIn(metadata: Json | undefined): string {
  const name = isJsonObject(metadata) ? metadata['name'] : undefined
  return typeof name === 'string' && name !== '' ? ` ${name}` : ''
}

function fieldPath(path: HeadError['path']): string {
  return path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('').slice(1)
}

interface ListHead {
  readonly apiVersion: string
  readonly kind: string
}

/** What items without a head of their own are: those of a VirtualServiceList are VirtualServices. */
function listHead(apiVersion: string, kind: string): ListHead | undefined {
  return kind === 'List' ? undefined : { apiVersion, kind: kind.slice(0, -'List'.length) }
}

function readList(value: JsonObject, path: HeadError['path'], head: ListHead | undefined): DocumentObjects {
  const items = value['items'] ?? []
  if (!Array.isArray(items)) return failed([...path, 'items'], 'items must be a list')
  const read = items.map((item: Json, index) => readObjects(item, [...path, 'items', index], head))
  return { objects: read.flatMap(({ objects }) => objects), errors: read.flatMap(({ errors }) => errors) }
}

function readMetadata(value: Json | undefined, at: { readonly path: HeadError['path']; readonly namespaced: boolean; readonly errors: HeadError[] }): ObjectMeta | undefined {
  const wrong = (key: string | undefined, message: string): void => { at.errors.push({ path: key === undefined ? at.path : [...at.path, ...key.split('/')], message }) }
  if (!isJsonObject(value)) {
    wrong(undefined, value === undefined || value === null ? 'metadata is missing' : 'metadata must be an object')
    return undefined
  }
  const text = (key: string): string | undefined => {
    const found = ownProperty(value, key) ?? undefined
    if (found === undefined || typeof found === 'string') return found
    wrong(key, `metadata.${key} must be text`)
    return undefined
  }
  const texts = (key: string): Readonly<Record<string, string>> | undefined => {
    const found = ownProperty(value, key) ?? undefined
    if (found === undefined) return undefined
    if (!isJsonObject(found)) {
      wrong(key, `metadata.${key} must be a map of text`)
      return undefined
    }
    return Object.fromEntries(Object.entries(found).flatMap(([name, item]) => {
      if (typeof item === 'string' || item === null || item === undefined) return [[name, item ?? '']]
      wrong(`${key}/${name}`, `metadata.${key}.${name} must be text, this is ${nameOf(item)}`)
      return []
    }))
  }
  const name = text('name')
  if (name === undefined || name === '') wrong('name', 'metadata.name is missing')
  const namespace = text('namespace')
  const created = text('creationTimestamp')
  const creationTimestamp = created === undefined || created === '' ? undefined : parseTime(created)
  if (created !== undefined && created !== '' && creationTimestamp === undefined) wrong('creationTimestamp', `metadata.creationTimestamp ${JSON.stringify(created)} is no RFC 3339 time`)
  const labels = texts('labels')
  const annotations = texts('annotations')
  if (at.errors.length > 0 || name === undefined) return undefined
  const { name: _name, namespace: _namespace, labels: _labels, annotations: _annotations, creationTimestamp: _created, uid: _uid, resourceVersion: _version, ...others } = value
  const uid = text('uid')
  const resourceVersion = text('resourceVersion')
  return {
    ...others, name, ...(at.namespaced ? { namespace: namespace === undefined || namespace === '' ? 'default' : namespace } : {}),
    ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }), ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }),
  }
}

function failed(path: HeadError['path'], message: string): DocumentObjects {
  return { objects: [], errors: [{ path, message }] }
}

function nameOf(value: Json | undefined): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : typeof value === 'string' ? 'text' : typeof value === 'number' ? `the number ${value}` : `${String(value)}`
}
