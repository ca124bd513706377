import { isJsonObject, type JsonObject } from '@/lib/std/json'
import type { KubeObject } from '@/lib/mesh/resource'

/** An object with the head that an API server guarantees; undefined without apiVersion, kind or name. */
export function kubeObject(object: JsonObject): KubeObject | undefined {
  const { apiVersion, kind, metadata } = object
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || !isJsonObject(metadata) || typeof metadata['name'] !== 'string') return undefined
  return { ...object, apiVersion, kind, metadata: { ...metadata, name: metadata['name'] } }
}
