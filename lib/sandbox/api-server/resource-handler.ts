import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import type { KubeObject } from '@/lib/mesh/resource'
import { readBody, sendJson, type Exchange } from './exchange'
import { badRequest, conflict, KubeError, notFound } from './kube-error'
import type { PodRuntime } from './ports'
import { atVersion, formOf, metadataOnly, tableOf } from './presentation'
import { sendLogs } from './pod-streams'
import { getOne, listObjects, watchObjects, type ReadContext } from './read-objects'
import type { RequestTarget } from './request-target'
import { fieldSelector, labelSelector } from './selectors'
import { subjectOf } from './store'
import { allowed, forbidden } from './users'
import { createObject, patchObject, replaceObject, type WriteContext, type WriteOptions, type Written } from './write-object'

/** Everything a resource request may need. */
export interface ResourceContext extends ReadContext, WriteContext {
  readonly runtime: PodRuntime
}

/** Serves one resource request: rights first, then the verb. */
export async function handleResource(context: ResourceContext, exchange: Exchange, target: RequestTarget): Promise<void> {
  const verb = verbOf(exchange, target)
  const { kind } = target.served
  const access = { verb, group: kind.group, resource: target.subresource === '' ? kind.plural : `${kind.plural}/${target.subresource}`, namespace: target.namespace ?? '', name: target.name }
  if (!allowed(exchange.user, access)) throw forbidden(exchange.user, access)
  if (kind.namespaced && target.namespace === undefined && target.name !== '') throw new KubeError(404, 'NotFound', 'the server could not find the requested resource', {})
  switch (verb) {
    case 'get':
      return read(context, exchange, target)
    case 'list':
      return listObjects(context, exchange, target)
    case 'watch':
      return watchObjects(context, exchange, target)
    case 'create':
      return respond(context, exchange, target, createObject(context, target.served, await readBody(exchange.request), { namespace: target.namespace, options: optionsOf(exchange, target) }))
    case 'update':
      return respond(context, exchange, target, update(context, target, await readBody(exchange.request), optionsOf(exchange, target)))
    case 'patch':
      return respond(context, exchange, target, await patch(context, exchange, target))
    case 'delete':
      return remove(context, exchange, target, await readBody(exchange.request))
    case 'deletecollection':
      return removeAll(context, exchange, target)
    default:
      throw new KubeError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})
  }
}

function verbOf({ request, url }: Exchange, target: RequestTarget): string {
  switch (request.method) {
    case 'GET':
      if (target.name !== '' && url.searchParams.get('watch') !== 'true') return 'get'
      return url.searchParams.get('watch') === 'true' || url.searchParams.get('watch') === '1' ? 'watch' : 'list'
    case 'POST':
      return target.name === '' ? 'create' : ''
    case 'PUT':
      return target.name === '' ? '' : 'update'
    case 'PATCH':
      return target.name === '' ? '' : 'patch'
    case 'DELETE':
      return target.name === '' ? 'deletecollection' : 'delete'
    default:
      return ''
  }
}

async function read(context: ResourceContext, exchange: Exchange, target: RequestTarget): Promise<void> {
  if (target.subresource === '' || target.subresource === 'status') return getOne(context, exchange, target)
  const object = stored(context, target)
  if (target.subresource === 'scale' && target.served.scale) return sendJson(exchange.response, 200, scaleOf(object))
  if (target.subresource === 'log' && target.served.kind.key === 'pods') return sendLogs(context.runtime, exchange, object)
  throw new KubeError(404, 'NotFound', 'the server could not find the requested resource', {})
}

function stored(context: ResourceContext, target: RequestTarget): KubeObject {
  const object = context.store.get(target.served.kind, target.namespace ?? '', target.name)
  if (!object) throw notFound(subjectOf(target.served.kind, target.name))
  return object
}

function scaleOf(object: KubeObject): JsonObject {
  const spec = isJsonObject(object['spec']) ? object['spec'] : {}
  const status = isJsonObject(object['status']) ? object['status'] : {}
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  return {
    kind: 'Scale', apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }), ...(creationTimestamp === undefined ? {} : { creationTimestamp }) },
    spec: { replicas: spec['replicas'] ?? 0 }, status: { replicas: status['replicas'] ?? 0 },
  }
}

/** A Scale written back becomes spec.replicas. */
function scaled(object: KubeObject, scale: Json): JsonObject {
  const wanted = isJsonObject(scale) && isJsonObject(scale['spec']) ? scale['spec']['replicas'] : undefined
  if (typeof wanted !== 'number' || !Number.isInteger(wanted) || wanted < 0) throw badRequest('spec.replicas: Invalid value: must be greater than or equal to 0')
  return { ...object, spec: { ...(isJsonObject(object['spec']) ? object['spec'] : {}), replicas: wanted } }
}

function update(context: ResourceContext, target: RequestTarget, body: Json, options: WriteOptions): Written {
  const at = { namespace: target.namespace ?? '', name: target.name, options }
  if (target.subresource !== 'scale') return replaceObject(context, target.served, body, at)
  return replaceObject(context, target.served, scaled(stored(context, target), body), { ...at, options: { ...options, subresource: '' } })
}

const patchTypes = ['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml', 'application/apply-patch+cbor']

async function patch(context: ResourceContext, exchange: Exchange, target: RequestTarget): Promise<Written> {
  const contentType = (exchange.request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? ''
  if (!patchTypes.includes(contentType)) throw new KubeError(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${patchTypes.slice(0, 4).join(', ')}`)
  if (contentType.includes('strategic') && target.served.schema) throw new KubeError(415, 'UnsupportedMediaType', 'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml')
  const body = await readBody(exchange.request)
  const options = optionsOf(exchange, target)
  const at = { namespace: target.namespace ?? '', name: target.name, contentType, options }
  if (target.subresource !== 'scale') return patchObject(context, target.served, body, at)
  const wanted = isJsonObject(body) ? body : {}
  return replaceObject(context, target.served, scaled(stored(context, target), wanted), { ...at, options: { ...options, subresource: '' } })
}

function optionsOf({ request, url }: Exchange, target: RequestTarget): WriteOptions {
  const params = url.searchParams
  const validation = params.get('fieldValidation') ?? 'Warn'
  const dryRun = params.getAll('dryRun')
  if (dryRun.some((value) => value !== 'All')) throw badRequest(`Invalid value: ${JSON.stringify(dryRun)}: dryRun: Unsupported value`)
  const agent = (request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown'
  const manager = params.get('fieldManager')
  if (manager === null && (request.headers['content-type'] ?? '').includes('apply-patch')) throw badRequest('PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch')
  return {
    dryRun: dryRun.length > 0, fieldValidation: validation === 'Strict' || validation === 'Ignore' ? validation : 'Warn', fieldManager: manager === null || manager === '' ? agent : manager,
    force: params.get('force') === 'true', subresource: target.subresource === 'status' ? 'status' : '',
  }
}

function respond(context: ResourceContext, exchange: Exchange, target: RequestTarget, written: Written): void {
  const shown = atVersion(written.object, target.served, target.version)
  const form = formOf(exchange.request.headers.accept)
  const body = target.subresource === 'scale' ? scaleOf(written.object)
    : form === 'table' ? tableOf([shown], target.served, { now: context.clock.now(), resourceVersion: shown.metadata.resourceVersion ?? '', headers: true })
      : form === 'metadata' ? metadataOnly(shown) : shown
  sendJson(exchange.response, written.created ? 201 : 200, body, written.warnings)
}

function remove(context: ResourceContext, exchange: Exchange, target: RequestTarget, body: Json): void {
  const object = stored(context, target)
  const preconditions = isJsonObject(body) && isJsonObject(body['preconditions']) ? body['preconditions'] : {}
  for (const key of ['uid', 'resourceVersion'] as const) {
    const wanted = preconditions[key]
    if (wanted !== undefined && wanted !== null && wanted !== object.metadata[key]) throw conflict(subjectOf(target.served.kind, target.name))
  }
  const dryRun = exchange.url.searchParams.getAll('dryRun').includes('All') || (isJsonObject(body) && Array.isArray(body['dryRun']) && body['dryRun'].includes('All'))
  if (!dryRun) context.store.delete(target.served.kind, target.namespace ?? '', target.name)
  const { kind } = target.served
  sendJson(exchange.response, 200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name: target.name, ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.plural, uid: object.metadata.uid ?? '' } })
}

function removeAll(context: ResourceContext, exchange: Exchange, target: RequestTarget): void {
  const labels = labelSelector(exchange.url.searchParams.get('labelSelector'))
  const fields = fieldSelector(exchange.url.searchParams.get('fieldSelector'))
  const gone = context.store.list(target.served.kind, target.namespace).filter((object) => labels(object.metadata.labels ?? {}) && fields(object))
  for (const object of gone) context.store.delete(target.served.kind, object.metadata.namespace ?? '', object.metadata.name)
  sendJson(exchange.response, 200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' })
}
