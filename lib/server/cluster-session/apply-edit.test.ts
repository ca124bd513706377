import { describe, expect, it } from 'vitest'
import { AppError } from '@/lib/contract/app-error'
import type { EditRequest } from '@/lib/contract/edit'
import type { KubeReply, KubeRequest, KubeTransport } from '@/lib/kube/transport'
import { applyEdit } from './apply-edit'

const stored = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'web', namespace: 'shop', resourceVersion: '7', managedFields: [{}] }, spec: { hosts: ['a'], unheard: { of: 1 } } }

const reply = (status: number, body: unknown, headers: KubeReply['headers'] = {}): KubeReply => ({ status, headers, body: Buffer.from(JSON.stringify(body)) })
const refusal = (code: number, message: string, causes?: readonly object[]): KubeReply => reply(code, { kind: 'Status', code, message, ...(causes ? { details: { causes } } : {}) })

function transportOf(answer: (request: KubeRequest) => KubeReply | AppError): KubeTransport & { readonly sent: KubeRequest[] } {
  const sent: KubeRequest[] = []
  const send = (request: KubeRequest): Promise<KubeReply> => {
    if (request.method === undefined) return Promise.resolve(request.path.split('/').length === 4 ? reply(200, {}) : reply(200, stored))
    sent.push(request)
    const answered = answer(request)
    return answered instanceof AppError ? Promise.reject(answered) : Promise.resolve(answered)
  }
  const never = (): never => { throw new Error('not used here') }
  return { sent, send, json: never, stream: never, webSocket: never, close: () => Promise.resolve() }
}

const weight = { op: 'replace' as const, path: '/spec/http/0/route/0/weight', value: 80 }
const patch = (change: Partial<EditRequest> = {}, resourceVersion = '7'): EditRequest => ({ kind: 'virtualservices.networking.istio.io', namespace: 'shop', name: 'web', dryRun: false, change: { verb: 'patch', resourceVersion, operations: [weight] }, ...change })
const apply = (transport: KubeTransport, request: EditRequest): ReturnType<typeof applyEdit> => applyEdit(transport, request, new AbortController().signal)

describe('an edit', () => {
  it('goes out as one JSON Patch whose first operation is the guard, strictly validated', async () => {
    const transport = transportOf(() => reply(200, stored, { warning: '299 - "one \\"quoted\\" warning", 299 - "two"' }))
    const answer = await apply(transport, patch({ dryRun: true }))
    expect(answer).toMatchObject({ kind: 'accepted', resourceVersion: '7', warnings: ['one "quoted" warning', 'two'], object: { spec: { unheard: { of: 1 } } } })
    const [sent] = transport.sent
    expect(JSON.parse(sent?.body ?? '')).toEqual([{ op: 'replace', path: '/metadata/resourceVersion', value: '7' }, weight])
    expect(sent?.query).toEqual({ fieldValidation: 'Strict', fieldManager: 'meridian', dryRun: 'All' })
    expect(sent?.headers?.['content-type']).toBe('application/json-patch+json')
  })

  it('becomes a conflict with the present object where that has moved on', async () => {
    expect(await apply(transportOf(() => refusal(409, 'modified')), patch())).toMatchObject({ kind: 'conflict', current: { metadata: { resourceVersion: '7' } } })
  })

  it('explains an opaque 422 by reading again: a conflict when the version differs, else a refusal', async () => {
    const opaque = (): KubeReply => refusal(422, 'the server rejected our request due to an error in our request')
    expect(await apply(transportOf(opaque), patch({}, '6'))).toMatchObject({ kind: 'conflict' })
    expect(await apply(transportOf(opaque), patch())).toMatchObject({ kind: 'rejected', by: 'api-server' })
  })

  it('gives each complaint at its field: schema, strict decoding, and the webhook’s list', async () => {
    expect(await apply(transportOf(() => refusal(422, 'invalid', [{ field: 'spec.http[0]', reason: 'FieldValueInvalid', message: 'no' }])), patch())).toMatchObject({ kind: 'rejected', causes: [{ field: 'spec.http[0]' }] })
    expect(await apply(transportOf(() => refusal(422, '"" is invalid: patch: Invalid value: "{…}": strict decoding error: unknown field "spec.x", unknown field "spec.y"')), patch())).toMatchObject({ message: 'strict decoding error: unknown field "spec.x", unknown field "spec.y"', causes: [{ field: 'spec.x' }, { field: 'spec.y' }] })
    const denial = 'admission webhook "rev.validation.istio.io" denied the request: configuration is invalid: 2 errors occurred:\n\t* weight -5 < 0\n\t* total weight 0\n'
    for (const code of [400, 403, 500]) expect(await apply(transportOf(() => refusal(code, denial)), patch())).toMatchObject({ kind: 'rejected', by: 'webhook', causes: [{ message: 'weight -5 < 0' }, { message: 'total weight 0' }] })
  })

  it('is never sent twice: a lost answer is re-read and told', async () => {
    const transport = transportOf(() => new AppError('outcome-unknown', 'broke'))
    await expect(apply(transport, patch())).rejects.toMatchObject({ code: 'outcome-unknown', message: expect.stringContaining('still is as you read it') })
    await expect(apply(transport, patch({}, '6'))).rejects.toMatchObject({ code: 'outcome-unknown', message: expect.stringContaining('has changed') })
    expect(transport.sent).toHaveLength(2)
  })

  it('refuses an object that names another place than the request, before anything is sent', async () => {
    const transport = transportOf(() => reply(201, stored))
    for (const object of [{ kind: 'Secret' }, { metadata: { name: 'other' } }, { metadata: { namespace: 'kube-system' } }, { apiVersion: 'v1' }]) {
      await expect(apply(transport, patch({ change: { verb: 'create', object } }))).rejects.toMatchObject({ code: 'bad-request' })
    }
    await expect(apply(transport, patch({ kind: 'secrets' }))).rejects.toMatchObject({ code: 'forbidden' })
    expect(transport.sent).toEqual([])
  })
})
