import { request } from 'node:https'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority } from '../certificates/authority'
import { startApiServer, type ApiServer } from './start-api-server'
import { createStore, type ObjectStore } from './store'
import { servedKinds } from './resource-kinds'
import type { User } from './users'

const users: readonly User[] = (['admin', 'editor', 'viewer', 'nologs'] as const).map((name) => ({ name, token: `token-${name}`, groups: [name] }))
const clock = { now: () => new Date() }
let store: ObjectStore
let server: ApiServer

interface Reply {
  readonly status: number
  readonly body: Record<string, never> & { readonly [key: string]: unknown }
  readonly warning: string
}

function call(method: string, path: string, body?: unknown, options: { readonly user?: string; readonly type?: string; readonly accept?: string } = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1', port: server.port, path, method, rejectUnauthorized: false,
      headers: { authorization: `Bearer token-${options.user ?? 'admin'}`, 'content-type': options.type ?? 'application/json', accept: options.accept ?? 'application/json' },
    }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => { text += chunk.toString() })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: (text === '' ? {} : JSON.parse(text)) as Reply['body'], warning: String(response.headers['warning'] ?? '') }))
    })
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
  })
}

/** Reads watch events until `enough` says so. */
function watch(path: string, enough: (events: readonly { type: string; object: { metadata: { name?: string } } }[]) => boolean): Promise<readonly { type: string; object: { metadata: { name?: string } } }[]> {
  return new Promise((resolve, reject) => {
    const events: { type: string; object: { metadata: { name?: string } } }[] = []
    const sent = request(`${server.url}${path}`, { rejectUnauthorized: false, headers: { authorization: 'Bearer token-admin' } }, (response) => {
      let rest = ''
      response.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) events.push(JSON.parse(line) as (typeof events)[number])
        if (enough(events)) {
          sent.destroy()
          resolve(events)
        }
      })
      response.on('end', () => resolve(events))
    })
    sent.on('error', reject)
    sent.end()
  })
}

const services = '/apis/networking.istio.io/v1/namespaces/shop/virtualservices'
const cart = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'cart' }, spec: { hosts: ['cart'], http: [{ route: [{ destination: { host: 'cart' }, weight: 100 }] }] } }

beforeAll(async () => {
  store = createStore(clock)
  server = await startApiServer({
    store, clock, users, authority: await createAuthority('test', new Date()), port: 0,
    admission: { webhook: 'rev.validation.istio.io', check: (object) => (JSON.stringify(object['spec']).includes('forbidden-host') ? { allowed: false, message: 'configuration is invalid: no' } : { allowed: true, warnings: [] }) },
    runtime: { async *logs() { yield 'line\n' }, connect: () => Promise.reject(new Error('nothing listens')) },
  })
  for (const name of ['shop', 'other']) await call('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
})
afterAll(() => server.stop())

describe('the sandbox API server', () => {
  it('creates, reads, replaces by version, and refuses a stale one', async () => {
    const made = await call('POST', services, cart)
    expect(made.status).toBe(201)
    expect((await call('POST', services, cart)).body).toMatchObject({ code: 409, reason: 'AlreadyExists' })
    const patched = await call('PATCH', `${services}/cart`, [{ op: 'replace', path: '/spec/http/0/route/0/weight', value: 90 }], { type: 'application/json-patch+json' })
    expect(patched.body).toMatchObject({ metadata: { generation: 2 } })
    const stale = [{ op: 'replace', path: '/metadata/resourceVersion', value: (made.body as unknown as { metadata: { resourceVersion: string } }).metadata.resourceVersion }, { op: 'replace', path: '/spec/hosts/0', value: 'x' }]
    expect((await call('PATCH', `${services}/cart`, stale, { type: 'application/json-patch+json' })).body).toMatchObject({ code: 409, reason: 'Conflict' })
    expect((await call('GET', '/apis/networking.istio.io/v1beta1/namespaces/shop/virtualservices/cart')).body).toMatchObject({ apiVersion: 'networking.istio.io/v1beta1' })
  })

  it('checks schema, CEL, unknown fields and the webhook, each in its own form', async () => {
    const bad = { ...cart, metadata: { name: 'bad' }, spec: { http: [{ timeout: '0s', route: [{ weight: 'x' }] }] } }
    const refused = await call('POST', services, bad)
    expect(refused.status).toBe(422)
    expect((refused.body as unknown as { details: { causes: { field: string }[] } }).details.causes.map(({ field }) => field)).toEqual(expect.arrayContaining(['spec.http[0].timeout', 'spec.http[0].route[0].destination']))
    const unknown = { ...cart, metadata: { name: 'odd' }, spec: { ...cart.spec, nonsense: 1 } }
    expect((await call('POST', `${services}?fieldValidation=Strict`, unknown)).body).toMatchObject({ code: 400, message: expect.stringContaining('unknown field "spec.nonsense"') as string })
    expect((await call('POST', `${services}?dryRun=All`, unknown)).warning).toContain('unknown field')
    expect((await call('GET', `${services}/odd`)).status).toBe(404)
    const denied = { ...cart, metadata: { name: 'denied' }, spec: { ...cart.spec, hosts: ['forbidden-host'] } }
    expect((await call('POST', services, denied)).body).toMatchObject({ code: 400, message: 'admission webhook "rev.validation.istio.io" denied the request: configuration is invalid: no' })
  })

  it('applies server side: conflicts with another manager, wins by force, drops what is no longer applied', async () => {
    const path = `${services}/applied`
    const apply = (spec: unknown, query: string) => call('PATCH', `${path}?${query}`, { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'applied' }, spec }, { type: 'application/apply-patch+yaml' })
    expect((await apply({ hosts: ['a'], http: cart.spec.http }, 'fieldManager=one')).status).toBe(201)
    expect((await apply({ hosts: ['b'] }, 'fieldManager=two')).body).toMatchObject({ code: 409, details: { causes: [{ reason: 'FieldManagerConflict', field: '.spec.hosts' }] } })
    expect((await apply({ hosts: ['b'] }, 'fieldManager=two&force=true')).body).toMatchObject({ spec: { hosts: ['b'] } })
    const dropped = await apply({}, 'fieldManager=one')
    expect(dropped.body).toMatchObject({ spec: { hosts: ['b'] } })
    expect((dropped.body as unknown as { spec: object }).spec).not.toHaveProperty('http')
  })

  it('watches from a version on, streams the initial state with its bookmark, and says 410 for what it forgot', async () => {
    const listed = await call('GET', services)
    const version = (listed.body as unknown as { metadata: { resourceVersion: string } }).metadata.resourceVersion
    const following = watch(`${services}?watch=true&resourceVersion=${version}`, (events) => events.length >= 2)
    await call('POST', services, { ...cart, metadata: { name: 'watched' } })
    await call('DELETE', `${services}/watched`)
    expect((await following).map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual(['ADDED watched', 'DELETED watched'])
    const initial = await watch(`${services}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`, (events) => events.some(({ type }) => type === 'BOOKMARK'))
    expect(initial.filter(({ type }) => type === 'ADDED').length).toBeGreaterThan(0)
    store.compact()
    expect(await watch(`${services}?watch=true&resourceVersion=${version}`, () => false)).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }])
  })

  it('pages lists and selects by labels', async () => {
    for (const name of ['p1', 'p2', 'p3']) await call('POST', '/apis/networking.istio.io/v1/namespaces/other/virtualservices', { ...cart, metadata: { name, labels: { page: 'yes', nr: name } } })
    const first = await call('GET', '/apis/networking.istio.io/v1/virtualservices?limit=2&labelSelector=page%3Dyes')
    const token = (first.body as unknown as { metadata: { continue: string } }).metadata.continue
    const second = await call('GET', `/apis/networking.istio.io/v1/virtualservices?limit=2&labelSelector=page%3Dyes&continue=${token}`)
    expect([(first.body as unknown as { items: unknown[] }).items.length, (second.body as unknown as { items: unknown[] }).items.length]).toEqual([2, 1])
    expect((await call('GET', '/apis/networking.istio.io/v1/virtualservices?labelSelector=nr+in+(p1,p3)')).body).toMatchObject({ items: [{ metadata: { name: 'p1' } }, { metadata: { name: 'p3' } }] })
  })

  it('tells people apart', async () => {
    expect((await call('GET', services, undefined, { user: 'nobody' })).status).toBe(401)
    expect((await call('POST', services, cart, { user: 'viewer' })).body).toMatchObject({ code: 403, message: 'virtualservices.networking.istio.io is forbidden: User "viewer" cannot create resource "virtualservices" in API group "networking.istio.io" in the namespace "shop"' })
    expect((await call('GET', '/api/v1/namespaces/shop/pods/x/log', undefined, { user: 'nologs' })).status).toBe(403)
    const asked = { spec: { resourceAttributes: { verb: 'update', group: 'networking.istio.io', resource: 'virtualservices', namespace: 'other' } } }
    expect((await call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', asked, { user: 'editor' })).body).toMatchObject({ status: { allowed: false } })
  })

  it.each(['/api/v1/namespaces/shop/pods/..%2f..%2fkube-system/log', '/api/v1/namespaces/%2e%2e/secrets', '/apis/networking.istio.io/v1/namespaces/shop/unknown', '/nothing'])('serves nothing at %s', async (path) => {
    expect((await call('GET', path)).status).toBe(404)
  })

  it('survives an outage on the same port with the same objects', async () => {
    await server.stop()
    await expect(call('GET', services)).rejects.toThrow()
    await server.start()
    expect((await call('GET', `${services}/cart`)).status).toBe(200)
  })

  it('knows every kind of the table', () => {
    expect(servedKinds.size).toBeGreaterThan(30)
  })
})
