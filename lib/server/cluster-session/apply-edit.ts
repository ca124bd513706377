import { AppError, type FieldCause } from '@/lib/contract/app-error'
import { editReplySchema, type EditReply, type EditRequest } from '@/lib/contract/edit'
import { resourcePath } from '@/lib/kube/resource-path'
import { isWebhookDenial, readStatus, type Attempt } from '@/lib/kube/status-error'
import { replyError, type KubeReply, type KubeRequest, type KubeTransport } from '@/lib/kube/transport'
import type { Kind } from '@/lib/mesh/kinds'
import { isJsonObject, ownProperty, type JsonObject } from '@/lib/std/json'
import { fetchObject, readableKind, resourceVersionOf, shown } from './read-object'

/**
 * Sends one change, guarded by the resourceVersion that was read; the server's answer as a value. A mutation is sent
 * once: an answer that is lost becomes `outcome-unknown` after the object was read again, never a second try.
 * @throws AppError forbidden, not-found, outcome-unknown, cluster-unreachable …
 */
export async function applyEdit(transport: KubeTransport, request: EditRequest, signal: AbortSignal): Promise<EditReply> {
  const kind = readableKind(request.kind)
  const started = performance.now()
  const version = await servedVersion(transport, request, kind, signal)
  let reply: KubeReply
  try {
    reply = await transport.send(requestOf(request, kind, version, signal))
  } catch (error) {
    if (error instanceof AppError && error.code === 'outcome-unknown' && !request.dryRun) throw await afterLostAnswer(transport, request, error)
    throw error
  }
  return editReplySchema.parse(await replyOf({ transport, request, reply, millis: Math.round(performance.now() - started), signal }))
}

const served = new WeakMap<KubeTransport, Map<string, string>>()

/** The version to write in: the first of the kind's that the server serves, asked once a cluster. */
async function servedVersion(transport: KubeTransport, request: EditRequest, kind: Kind, signal: AbortSignal): Promise<string> {
  if (kind.versions.length === 1) return kind.versions[0]
  const known = served.get(transport) ?? new Map<string, string>()
  served.set(transport, known)
  const found = known.get(kind.key)
  if (found !== undefined) return found
  for (const version of kind.versions) {
    const reply = await transport.send({ path: `/apis/${kind.group}/${version}`, signal })
    if (reply.status === 404) continue
    if (reply.status === 200) known.set(kind.key, version)
    return version
  }
  throw new AppError('not-found', `${kind.key} is not installed in this cluster`, { subject: `${request.namespace}/${request.name}` })
}

function requestOf({ namespace, name, change, dryRun, kind: key }: EditRequest, kind: Kind, version: string, signal: AbortSignal): KubeRequest {
  const at = kind.namespaced ? namespace : ''
  const strict: Record<string, string> = { fieldValidation: 'Strict', fieldManager: 'meridian', ...(dryRun ? { dryRun: 'All' } : {}) }
  const path = resourcePath({ kind, version, namespace: at, name })
  const common = { signal, deadline: 60_000 }
  const attempt = (verb: string): Attempt => ({ verb, resource: key, namespace })
  const json = { 'content-type': 'application/json' }
  switch (change.verb) {
    case 'patch': {
      const guarded = [{ op: 'replace', path: '/metadata/resourceVersion', value: change.resourceVersion }, ...change.operations]
      return { ...common, method: 'PATCH', path, query: strict, headers: { 'content-type': 'application/json-patch+json' }, body: JSON.stringify(guarded), attempt: attempt('patch') }
    }
    case 'replace':
      return { ...common, method: 'PUT', path, query: strict, headers: json, body: JSON.stringify(withVersion(change.object, { kind, version, namespace: at, name, resourceVersion: change.resourceVersion })), attempt: attempt('update') }
    case 'create':
      return { ...common, method: 'POST', path: resourcePath({ kind, version, namespace: at }), query: strict, headers: json, body: JSON.stringify(withVersion(change.object, { kind, version, namespace: at, name, resourceVersion: undefined })), attempt: attempt('create') }
    case 'delete':
      return { ...common, method: 'DELETE', path, query: dryRun ? { dryRun: 'All' } : {}, headers: json, body: JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { resourceVersion: change.resourceVersion } }), attempt: attempt('delete') }
  }
}

/** The object with the address and version under which it is sent; whatever else it names there would be refused. */
function withVersion(object: JsonObject, at: { readonly kind: Kind; readonly version: string; readonly namespace: string; readonly name: string; readonly resourceVersion: string | undefined }): JsonObject {
  const metadata = ownProperty(object, 'metadata')
  const { resourceVersion: _, uid, managedFields: __, ...rest } = isJsonObject(metadata) ? metadata : {}
  const own = typeof object['apiVersion'] === 'string' ? object['apiVersion'] : ''
  const apiVersion = at.kind.group === '' ? at.version : `${at.kind.group}/${at.version}`
  if (own !== '' && groupOf(own) !== at.kind.group) throw new AppError('bad-request', `The object says ${own}, not ${at.kind.group}`)
  const kindName = object['kind']
  if (kindName !== undefined && kindName !== at.kind.kind) throw new AppError('bad-request', `The object is a ${String(kindName)}, not a ${at.kind.kind}`)
  if (rest['name'] !== undefined && rest['name'] !== at.name) throw new AppError('bad-request', `The object is named ${String(rest['name'])}, not ${at.name}`)
  if (at.namespace !== '' && rest['namespace'] !== undefined && rest['namespace'] !== at.namespace) throw new AppError('bad-request', `The object is in ${String(rest['namespace'])}, not in ${at.namespace}`)
  return {
    ...object, apiVersion, kind: at.kind.kind,
    metadata: { ...rest, name: at.name, ...(at.namespace === '' ? {} : { namespace: at.namespace }), ...(at.resourceVersion === undefined ? {} : { resourceVersion: at.resourceVersion, ...(uid === undefined ? {} : { uid }) }) },
  }
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}

async function replyOf({ transport, request, reply, millis, signal }: { readonly transport: KubeTransport; readonly request: EditRequest; readonly reply: KubeReply; readonly millis: number; readonly signal: AbortSignal }): Promise<unknown> {
  const warnings = warningsOf(reply)
  if (reply.status >= 200 && reply.status < 300) {
    const object: unknown = JSON.parse(reply.body.toString('utf8'))
    if (!isJsonObject(object)) throw new AppError('internal', 'The API server sent what is no object')
    return { kind: 'accepted', object: shown(object), resourceVersion: resourceVersionOf(object) ?? '', warnings, millis }
  }
  const status = readStatus(reply.status, reply.body.toString('utf8'))
  if (isWebhookDenial(status.message)) return { kind: 'rejected', by: 'webhook', message: status.message, causes: webhookCauses(status.message), warnings }
  if (status.code === 409) return { kind: 'conflict', message: status.message, current: await currentOf(transport, request, signal) }
  if (status.code === 404 && request.change.verb !== 'create' && status.message.includes(request.name)) return { kind: 'conflict', message: status.message, current: null }
  if (status.code === 422 && status.causes.length === 0 && request.change.verb !== 'create' && !status.message.includes(strictError)) return await opaque({ transport, request, message: status.message, warnings, signal })
  const strict = status.message.indexOf(strictError)
  if (strict >= 0) return { kind: 'rejected', by: 'api-server', message: status.message.slice(strict), causes: strictCauses(status.message.slice(strict + strictError.length)), warnings }
  if (status.code === 422 || status.code === 400) return { kind: 'rejected', by: 'api-server', message: status.message, causes: [...status.causes], warnings }
  if (status.code === 500 && status.message.includes('failed calling webhook')) return { kind: 'rejected', by: 'webhook', message: status.message, causes: [], warnings }
  throw replyError(reply, { verb: request.change.verb, resource: request.kind, namespace: request.namespace })
}

/** A 422 without causes: either the object has moved on (a patch no longer fits), or the change is wrong in itself. */
async function opaque({ transport, request, message, warnings, signal }: { readonly transport: KubeTransport; readonly request: EditRequest; readonly message: string; readonly warnings: readonly string[]; readonly signal: AbortSignal }): Promise<unknown> {
  const current = await currentOf(transport, request, signal)
  const read = request.change.verb === 'create' ? undefined : request.change.resourceVersion
  if (current === null || resourceVersionOf(current) !== read) return { kind: 'conflict', message, current }
  return { kind: 'rejected', by: 'api-server', message, causes: [], warnings }
}

async function currentOf(transport: KubeTransport, request: EditRequest, signal: AbortSignal): Promise<JsonObject | null> {
  try {
    return shown((await fetchObject(transport, request, signal)).object)
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return null
    throw error
  }
}

async function afterLostAnswer(transport: KubeTransport, request: EditRequest, lost: AppError): Promise<AppError> {
  const subject = `${request.namespace}/${request.name}`
  const read = request.change.verb === 'create' ? undefined : request.change.resourceVersion
  try {
    const current = await currentOf(transport, request, AbortSignal.timeout(10_000))
    const now = current === null ? undefined : resourceVersionOf(current)
    const unchanged = now === read
    return new AppError('outcome-unknown', unchanged
      ? 'The connection broke before the answer came. The object still is as you read it: the change has not been made (yet). Look again before you repeat it.'
      : 'The connection broke before the answer came, and the object has changed since you read it: your change may be in it. Compare before you repeat it.', { cause: lost, subject })
  } catch {
    return new AppError('outcome-unknown', 'The connection broke before the answer came, and the object cannot be read now. Look at it before you repeat the change.', { cause: lost, subject })
  }
}

/** `Warning: 299 - "text"` headers, unquoted. */
function warningsOf(reply: KubeReply): string[] {
  const value = reply.headers['warning']
  const lines = value === undefined ? [] : Array.isArray(value) ? value : [value]
  return lines.flatMap((line) => {
    const texts: string[] = []
    for (let start = line.indexOf('"'); start >= 0; start = line.indexOf('"', start)) {
      let end = start + 1
      let text = ''
      while (end < line.length && line[end] !== '"') {
        if (line[end] === '\\') end++
        text += line[end] ?? ''
        end++
      }
      texts.push(text)
      start = end + 1
    }
    return texts
  })
}

const strictError = 'strict decoding error: '

/** `unknown field "spec.x", unknown field "spec.y"` → one cause a field. (A refused patch quotes the whole object before it.) */
function strictCauses(text: string): FieldCause[] {
  return text.split(', ').map((part) => ({ field: part.split('"')[1] ?? '', reason: 'StrictDecoding', message: part }))
}

/** Istio's webhook puts several errors into one text, a line with `*` each (go-multierror). */
function webhookCauses(message: string): FieldCause[] {
  const items = message.split('\n').map((line) => line.trim()).filter((line) => line.startsWith('* ')).map((line) => line.slice(2))
  const denied = 'denied the request: '
  const texts = items.length > 0 ? items : [message.slice(message.indexOf(denied) + denied.length)]
  return texts.map((text) => ({ field: '', reason: 'Webhook', message: text }))
}

