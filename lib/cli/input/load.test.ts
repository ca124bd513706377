import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { listObjects } from '@/lib/mesh/snapshot'
import { loadObjects, type Loaded } from './load'

const folder = mkdtempSync(join(tmpdir(), 'meridian-load-'))
afterAll(() => rmSync(folder, { recursive: true }))

const service = (name: string, more = ''): string => `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}${more}}\nspec: {ports: [{port: 80}]}\n`
const load = (text: string): Loaded => loadObjects(['-'], Buffer.from(text))
const names = (loaded: Loaded): readonly string[] => [...listObjects(loaded.snapshot, 'services')].map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`)
const said = (loaded: Loaded): readonly string[] => loaded.unreadable.map(({ file, line, message }) => `${file}:${line}: ${message}`)

describe('objects of files', () => {
  it('reads folders with those in them by name, other files only when they are named, each folder once', () => {
    const at = join(folder, 'tree')
    mkdirSync(join(at, 'inner'), { recursive: true })
    writeFileSync(join(at, 'b.yml'), service('b'))
    writeFileSync(join(at, 'a.YAML'), service('a'))
    writeFileSync(join(at, 'notes.txt'), 'no: [yaml')
    writeFileSync(join(at, 'inner', 'c.json'), JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'c' } }))
    writeFileSync(join(at, 'named'), service('d'))
    symlinkSync(at, join(at, 'inner', 'loop'))
    symlinkSync('circle.yaml', join(at, 'circle.yaml'))
    const loaded = loadObjects([at, join(at, 'named')], new Uint8Array())
    expect(names(loaded)).toEqual(['default/a', 'default/b', 'default/c', 'default/d'])
    expect(said(loaded)).toEqual([`${join(at, 'circle.yaml')}:0: its links lead in a circle`])
  })
  it('tells files that are not there or may not be read, and reads the rest', () => {
    const closed = join(folder, 'closed.yaml')
    writeFileSync(closed, service('x'))
    chmodSync(closed, 0)
    const missing = join(folder, 'missing.yaml')
    const loaded = loadObjects([missing, '-'], Buffer.from(service('other')))
    expect(names(loaded)).toEqual(['default/other'])
    expect(said(loaded)).toEqual([`${missing}:0: there is no such file`])
    expect(said(loadObjects([closed], new Uint8Array())).length + names(loadObjects([closed], new Uint8Array())).length).toBe(1)
  })
  it('tells a MeshConfig that istiod could not read', () => {
    const map = (name: string, mesh: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: istio-system}\ndata:\n  mesh: ${JSON.stringify(mesh)}\n`
    const loaded = load([map('istio', 'accessLogFile: /dev/stdout\nbad: [1'), map('istio-canary', '7'), map('istio-other', 'ingressControllerMode: OFF'), map('istio-good', 'ingressControllerMode: "OFF"'), map('values', ': : [')].join('---\n'))
    expect(said(loaded).map((line) => line.replace(/(of it: ).*/, '$1…'))).toEqual([
      'stdin:5: ConfigMap istio-system/istio: data.mesh: line 2 of it: …', 'stdin:11: ConfigMap istio-system/istio-canary: data.mesh: MeshConfig is expected, an object',
      'stdin:17: ConfigMap istio-system/istio-other: data.mesh: ingressControllerMode must be text (OFF without quotes is false)',
    ])
  })
  it('refuses what is no UTF-8, and takes UTF-16 with its mark', () => {
    expect(said(loadObjects(['-'], Buffer.from([0x61, 0x3a, 0xff, 0x0a])))).toEqual(['stdin:0: it is not UTF-8 text'])
    expect(names(loadObjects(['-'], Buffer.from(`\ufeff${service('wide')}`, 'utf16le')))).toEqual(['default/wide'])
    expect(names(loadObjects(['-'], Buffer.from(`\ufeff${service('marked')}`)))).toEqual(['default/marked'])
  })
  it('takes the items of Lists, with the head of a typed List where they have none', () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } }, { apiVersion: 'v1', kind: 'ServiceList', items: [{ metadata: { name: 'b', namespace: 'n' } }, 7] }] }
    const loaded = load(JSON.stringify(list, null, 1))
    expect(names(loaded)).toEqual(['default/a', 'n/b'])
    expect(said(loaded)).toHaveLength(1)
    expect(load('apiVersion: v1\nkind: List\n')).toMatchObject({ unreadable: [] })
  })
  it.each([
    ['- a\n', '1: an object with apiVersion, kind and metadata is expected, this is a list'],
    ['just text\n', '1: an object with apiVersion, kind and metadata is expected, this is text'],
    ['a: 1\n', '1: kind is missing'],
    ['kind: Service\n', '1: apiVersion is missing'],
    ['apiVersion: v1\nkind: 7\n', '2: kind must be text'],
    ['apiVersion: v1\nkind: Service\n', '1: Service: metadata is missing'],
    ['apiVersion: v1\nkind: Service\nmetadata: [x]\n', '3: Service: metadata must be an object'],
    ['apiVersion: v1\nkind: Service\nmetadata:\n  namespace: x\n', '4: Service: metadata.name is missing'],
    ['apiVersion: v1\nkind: Service\nmetadata:\n  name: x\n  labels:\n    a: b\n    version: 1\n', '7: Service x: metadata.labels.version must be text, this is the number 1'],
    ['apiVersion: v1\nkind: Service\nmetadata:\n  name: x\n  creationTimestamp: yesterday\n', '5: Service x: metadata.creationTimestamp "yesterday" is no RFC 3339 time'],
    ['apiVersion: v1\nkind: List\nitems: {a: 1}\n', '3: items must be a list'],
  ])('tells where %j is wrong', (text, message) => {
    const loaded = load(`${text}---\n${service('good')}`)
    expect(said(loaded)).toEqual([`stdin:${message}`])
    expect(names(loaded)).toEqual(['default/good'])
  })
  it('gives times in UTC and whole seconds, and none where there is none', () => {
    const loaded = load([service('a', ', creationTimestamp: "2024-01-02T03:04:05.678+02:00"'), service('b', ', creationTimestamp: null')].join('---\n'))
    expect([...listObjects(loaded.snapshot, 'services')].map(({ metadata }) => metadata.creationTimestamp)).toEqual(['2024-01-02T01:04:05Z', undefined])
  })
  it('lets the last of equal objects count and says so; kinds that it does not read are no matter', () => {
    const loaded = load(`${service('a')}---\napiVersion: apps/v9\nkind: Whatever\n---\n${service('a', ', labels: {second: "yes"}')}`)
    expect(loaded.warnings).toEqual([{ file: 'stdin', line: 9, message: 'Service default/a is also in stdin:1; the last one counts' }])
    expect([...listObjects(loaded.snapshot, 'services')].map(({ metadata }) => metadata.labels)).toEqual([{ second: 'yes' }])
  })
})
