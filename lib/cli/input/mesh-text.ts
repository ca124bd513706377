import { isJsonObject } from '@/lib/std/json'
import { readDocuments } from './read-documents'
import type { KeyedObject } from './read-objects'

/** Why the MeshConfig that an istiod's ConfigMap holds cannot be read, so that istiod has its defaults; undefined where it can, and for all other objects. */
export function meshTextError([key, { metadata, data }]: KeyedObject): string | undefined {
  const text = key === 'configmaps' && metadata.namespace === 'istio-system' && (metadata.name === 'istio' || metadata.name.startsWith('istio-')) && isJsonObject(data) ? data['mesh'] : undefined
  if (typeof text !== 'string') return undefined
  const { documents, unreadable } = readDocuments(text, '')
  const [broken] = unreadable
  if (broken !== undefined) return `line ${broken.line} of it: ${broken.message}`
  if (!documents.every(({ value }) => isJsonObject(value))) return 'MeshConfig is expected, an object'
  return documents.some(({ value }) => isJsonObject(value) && typeof value['ingressControllerMode'] === 'boolean') ? 'ingressControllerMode must be text (OFF without quotes is false)' : undefined
}
