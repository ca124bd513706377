import { randomBytes } from 'node:crypto'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import type { Kind } from '@/lib/mesh/kinds'
import { jsonEqual } from '@/lib/std/json-patch'
import { prune, applyDefaults } from '@/lib/mesh/schema/prune'
import { validateSchema } from '@/lib/mesh/schema/validate-schema'
import type { KubeObject } from '@/lib/mesh/resource'
import { checkBuiltin, defaultBuiltin } from './builtin-checks'
import { badRequest, conflict, invalid, KubeError, notFound } from './kube-error'
import { applyServerSide, recordUpdate } from './managed-fields'
import { jsonPatch, mergePatch, strategicMergePatch } from './patching'
import type { AdmissionCheck, Clock } from './ports'
import { applyConflict } from './kube-error'
import type { ServedKind } from './resource-kinds'
import { subjectOf, type ObjectStore } from './store'

/** What the writes need. */
export interface WriteContext {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly admission: AdmissionCheck
}

/** How a write was asked for. */
export interface WriteOptions {
  readonly dryRun: boolean
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore'
  readonly fieldManager: string
  readonly force: boolean
  readonly subresource: string
}

/** What a write made, and the warnings that go with it. */
export interface Written {
  readonly object: KubeObject
  readonly created: boolean
  readonly warnings: readonly string[]
}

/** Creates an object from a request's body. */
export function createObject(context: WriteContext, served: ServedKind, body: Json, at: { readonly namespace: string | undefined; readonly options: WriteOptions }): Written {
  const named = withName(headed(body, served))
  const namespace = served.kind.namespaced ? (at.namespace ?? named.metadata.namespace ?? 'default') : undefined
  if (namespace !== undefined && named.metadata.namespace !== undefined && named.metadata.namespace !== namespace) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`)
  }
  const { resourceVersion, ...metadata } = named.metadata
  if (resourceVersion !== undefined && resourceVersion !== '') throw badRequest('resourceVersion should not be set on objects to be created')
  const { status: _status, ...rest } = named
  const own: KubeObject = { ...(served.status ? rest : named), apiVersion: named.apiVersion, kind: named.kind, metadata: { ...metadata, name: named.metadata.name, ...(namespace === undefined ? {} : { namespace }) } }
  if (namespace !== undefined && !context.store.get(namespaceKind, '', namespace)) throw notFound(subjectOf(namespaceKind, namespace))
  const prepared = prepare(context, served, own, { old: undefined, options: at.options })
  const managed = recordUpdate(undefined, prepared.object, { manager: at.options.fieldManager, time: now(context), schema: served.schema, subresource: at.options.subresource })
  if (at.options.dryRun) {
    if (context.store.get(served.kind, namespace ?? '', own.metadata.name)) throw new KubeError(409, 'AlreadyExists', `${served.kind.plural} "${own.metadata.name}" already exists`)
    return { object: { ...managed, metadata: { ...managed.metadata, uid: '00000000-0000-0000-0000-000000000000', creationTimestamp: now(context), generation: 1 } }, created: true, warnings: prepared.warnings }
  }
  return { object: context.store.create(served.kind, managed), created: true, warnings: prepared.warnings }
}

const namespaceKind: Kind = { key: 'namespaces', group: '', versions: ['v1'], kind: 'Namespace', plural: 'namespaces', namespaced: false }

/** Replaces an object (PUT), or its status or scale. */
export function replaceObject(context: WriteContext, served: ServedKind, body: Json, at: { readonly namespace: string; readonly name: string; readonly options: WriteOptions }): Written {
  const current = context.store.get(served.kind, at.namespace, at.name)
  if (!current) throw notFound(subjectOf(served.kind, at.name))
  const next = headed(body, served)
  if (next.metadata.name !== at.name) throw badRequest(`the name of the object (${next.metadata.name}) does not match the name on the URL (${at.name})`)
  return store(context, served, { current, next, options: at.options, recordAs: 'Update' })
}

/** Patches an object by content type; `application/apply-patch+yaml` applies and creates what is not there. */
export function patchObject(context: WriteContext, served: ServedKind, patch: Json, at: { readonly namespace: string; readonly name: string; readonly contentType: string; readonly options: WriteOptions }): Written {
  const current = context.store.get(served.kind, at.namespace, at.name)
  if (at.contentType.includes('apply-patch')) return applyObject(context, served, patch, { ...at, current })
  if (!current) throw notFound(subjectOf(served.kind, at.name))
  const target: JsonObject = current
  const patched = at.contentType.includes('json-patch') ? jsonPatch(target, patch) : at.contentType.includes('strategic') ? strategicMergePatch(target, patch) : mergePatch(target, patch)
  const next = headed(patched, served)
  if (next.metadata.name !== at.name || (next.metadata.namespace ?? '') !== at.namespace) throw badRequest('the name and namespace of an object cannot be changed')
  return store(context, served, { current, next, options: at.options, recordAs: 'Update' })
}

function applyObject(context: WriteContext, served: ServedKind, patch: Json, at: { readonly namespace: string; readonly name: string; readonly current: KubeObject | undefined; readonly options: WriteOptions }): Written {
  const written = headed(patch, served)
  const applied: KubeObject = { ...written, metadata: { ...written.metadata, name: at.name, ...(at.namespace === '' ? {} : { namespace: at.namespace }) } }
  if (applied.metadata['managedFields'] !== undefined) throw badRequest('metadata.managedFields must be nil')
  const shape = { schema: served.schema, manager: at.options.fieldManager, time: now(context), force: at.options.force }
  const empty: KubeObject = { apiVersion: applied.apiVersion, kind: applied.kind, metadata: { name: at.name, ...(at.namespace === '' ? {} : { namespace: at.namespace }) } }
  const outcome = applyServerSide(at.current ?? empty, applied, shape)
  if (outcome.kind === 'conflict') throw applyConflict(outcome.causes)
  if (at.current) return store(context, served, { current: at.current, next: outcome.object, options: at.options, recordAs: 'Apply' })
  const prepared = prepare(context, served, outcome.object, { old: undefined, options: at.options })
  if (at.options.dryRun) return { object: prepared.object, created: true, warnings: prepared.warnings }
  return { object: context.store.create(served.kind, prepared.object), created: true, warnings: prepared.warnings }
}

function store(context: WriteContext, served: ServedKind, change: { readonly current: KubeObject; readonly next: KubeObject; readonly options: WriteOptions; readonly recordAs: 'Update' | 'Apply' }): Written {
  const { current, options } = change
  const wanted = change.next.metadata.resourceVersion
  if (wanted !== undefined && wanted !== '' && wanted !== current.metadata.resourceVersion) throw conflict(subjectOf(served.kind, current.metadata.name))
  if (change.next.metadata.uid !== undefined && change.next.metadata.uid !== current.metadata.uid) throw conflict(subjectOf(served.kind, current.metadata.name))
  const scoped = bySubresource(served, current, change.next, options.subresource)
  const prepared = prepare(context, served, scoped, { old: current, options })
  const managed = change.recordAs === 'Apply' ? prepared.object : recordUpdate(current, prepared.object, { manager: options.fieldManager, time: now(context), schema: served.schema, subresource: options.subresource })
  const kept: KubeObject = { ...managed, metadata: { ...managed.metadata, uid: current.metadata.uid ?? '', resourceVersion: current.metadata.resourceVersion ?? '', creationTimestamp: current.metadata.creationTimestamp ?? '', ...(current.metadata['generation'] === undefined ? {} : { generation: current.metadata['generation'] }) } }
  const bump = !jsonEqual(current['spec'], kept['spec'])
  if (options.dryRun) return { object: kept, created: false, warnings: prepared.warnings }
  return { object: context.store.update(served.kind, kept, { bumpGeneration: bump }), created: false, warnings: prepared.warnings }
}

/** A write of the whole leaves the status alone; one of the status leaves everything else. */
function bySubresource(served: ServedKind, current: KubeObject, next: KubeObject, subresource: string): KubeObject {
  const status = current['status']
  if (subresource === 'status') return { ...current, ...(next['status'] === undefined ? {} : { status: next['status'] }) }
  if (!served.status) return next
  const { status: _given, ...rest } = next
  return { ...rest, apiVersion: next.apiVersion, kind: next.kind, metadata: next.metadata, ...(status === undefined ? {} : { status }) }
}

function prepare(context: WriteContext, served: ServedKind, object: KubeObject, at: { readonly old: KubeObject | undefined; readonly options: WriteOptions }): { readonly object: KubeObject; readonly warnings: readonly string[] } {
  if (!served.schema) {
    const filled = defaultBuiltin(object, allocator(context.store))
    const causes = checkBuiltin(filled)
    if (causes.length > 0) throw invalid(subjectOf(served.kind, object.metadata.name), causes)
    return { object: filled, warnings: [] }
  }
  const schema = { ...served.schema, properties: { ...served.schema.properties, metadata: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, apiVersion: { type: 'string' }, kind: { type: 'string' } } }
  const { value, unknown } = prune(object, schema)
  if (unknown.length > 0 && at.options.fieldValidation === 'Strict') throw badRequest(`strict decoding error: ${unknown.map((field) => `unknown field "${field}"`).join(', ')}`)
  const warnings = at.options.fieldValidation === 'Warn' ? unknown.map((field) => `unknown field "${field}"`) : []
  const filled = headed(applyDefaults(value, schema), served)
  const errors = validateSchema(filled, schema, { field: '', old: at.old })
  if (errors.length > 0) throw invalid(subjectOf(served.kind, object.metadata.name), errors)
  const verdict = context.admission.check(filled)
  if (!verdict.allowed) throw new KubeError(400, '', `admission webhook "${context.admission.webhook}" denied the request: ${verdict.message}`)
  return { object: filled, warnings: [...warnings, ...verdict.warnings] }
}

function allocator(store: ObjectStore): { readonly clusterIp: () => string; readonly nodePort: () => number } {
  const number = store.revision()
  return { clusterIp: () => `10.96.${(number >> 8) & 255}.${(number & 254) + 1}`, nodePort: () => 31_000 + (number % 1_000) }
}

/** An untyped body as an object of the kind it was sent to. */
function headed(body: Json, served: ServedKind): KubeObject {
  if (!isJsonObject(body)) throw badRequest('the object provided is unrecognized (must be of type object)')
  const kind = body['kind'] ?? served.kind.kind
  const given = body['apiVersion']
  const group = typeof given === 'string' && given.includes('/') ? given.slice(0, given.indexOf('/')) : typeof given === 'string' ? '' : served.kind.group
  if (kind !== served.kind.kind || group !== served.kind.group) throw badRequest(`${String(kind)} in version "${String(given)}" cannot be handled as a ${served.kind.kind}`)
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {}
  const name = typeof metadata['name'] === 'string' ? metadata['name'] : ''
  const version = served.kind.group === '' ? 'v1' : `${served.kind.group}/${served.versions[0] ?? 'v1'}`
  return { ...body, apiVersion: version, kind: served.kind.kind, metadata: { ...metadata, name } }
}

const nameForm = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

function withName(object: KubeObject): KubeObject {
  const generate = object.metadata['generateName']
  const name = object.metadata.name === '' && typeof generate === 'string' ? `${generate}${randomBytes(3).toString('hex').slice(0, 5)}` : object.metadata.name
  if (name === '') throw new KubeError(422, 'Invalid', `${object.kind} "" is invalid: metadata.name: Required value: name or generateName is required`, { kind: object.kind, causes: [{ reason: 'FieldValueRequired', message: 'Required value: name or generateName is required', field: 'metadata.name' }] })
  if (name.length > 253 || !nameForm.test(name)) {
    throw new KubeError(422, 'Invalid', `${object.kind} ${JSON.stringify(name)} is invalid: metadata.name: Invalid value: ${JSON.stringify(name)}: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`, { kind: object.kind, causes: [{ reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(name)}`, field: 'metadata.name' }] })
  }
  return { ...object, metadata: { ...object.metadata, name } }
}

function now(context: WriteContext): string {
  return context.clock.now().toISOString().replace(/\.\d+Z$/, 'Z')
}
