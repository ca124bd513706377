import { AppError } from '@/lib/contract/app-error'
import { objectReplySchema } from '@/lib/contract/edit'
import { resourcePath } from '@/lib/kube/resource-path'
import { replyError, type KubeTransport } from '@/lib/kube/transport'
import { kindByKey, type Kind } from '@/lib/mesh/kinds'
import { isJsonObject, ownProperty, type JsonObject } from '@/lib/std/json'

/** Which object, by the key of its kind. */
export interface ObjectAddress {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** Kinds whose contents never leave the server. */
const closed = new Set(['secrets'])

/** The kind of the table, or AppError: not-found for what is not in it, forbidden for what is never shown. */
export function readableKind(key: string): Kind {
  const kind = kindByKey(key)
  if (!kind) throw new AppError('not-found', `${key} is not a kind that Meridian knows`)
  if (closed.has(kind.key)) throw new AppError('forbidden', 'Meridian never shows Secrets')
  return kind
}

/** Reads an object whole, in the first version that the server serves. @throws AppError */
export async function fetchObject(transport: KubeTransport, { kind: key, namespace, name }: ObjectAddress, signal: AbortSignal): Promise<{ readonly object: JsonObject; readonly version: string }> {
  const kind = readableKind(key)
  const attempt = { verb: 'get', resource: kind.key, namespace }
  for (const version of kind.versions) {
    const reply = await transport.send({ path: resourcePath({ kind, version, namespace: kind.namespaced ? namespace : '', name }), signal, attempt })
    if (reply.status === 200) {
      const object: unknown = JSON.parse(reply.body.toString('utf8'))
      if (isJsonObject(object)) return { object, version }
      throw new AppError('internal', 'The API server sent what is no object')
    }
    const error = replyError(reply, attempt)
    if (error.code !== 'not-found' || error.message.includes(name) || version === kind.versions.at(-1)) throw error
  }
  throw new AppError('not-found', `${kind.kind} ${name} is not there`)
}

/** Reply of GET object: managedFields are left out, all else is as stored. */
export async function readObject(transport: KubeTransport, address: ObjectAddress, signal: AbortSignal): Promise<unknown> {
  const { object } = await fetchObject(transport, address, signal)
  return objectReplySchema.parse({ object: shown(object), resourceVersion: resourceVersionOf(object) ?? '' })
}

/** An object without managedFields, for people and editors. */
export function shown(object: JsonObject): JsonObject {
  const metadata = ownProperty(object, 'metadata')
  if (!isJsonObject(metadata)) return object
  const { managedFields: _, ...rest } = metadata
  return { ...object, metadata: rest }
}

/** The object's resourceVersion, where it has one. */
export function resourceVersionOf(object: JsonObject): string | undefined {
  const metadata = ownProperty(object, 'metadata')
  const version = isJsonObject(metadata) ? metadata['resourceVersion'] : undefined
  return typeof version === 'string' ? version : undefined
}
