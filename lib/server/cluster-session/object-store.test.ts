import { describe, expect, it } from 'vitest'
import type { KubeObject } from '@/lib/mesh/resource'
import { getObject } from '@/lib/mesh/snapshot'
import { createObjectStore } from './object-store'

const object = (name: string, resourceVersion: string, namespace = 'shop'): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, uid: name, resourceVersion } })

describe('the store', () => {
  it('gives the same snapshot while nothing changes, and never changes one it gave', () => {
    const store = createObjectStore('e')
    store.upsert('services', object('a', '1'))
    const first = store.cut()
    expect(store.cut()).toBe(first)
    store.upsert('services', object('a', '2'))
    store.remove('services', object('a', '2'))
    store.upsert('services', object('b', '3'))
    const second = store.cut()
    expect(getObject(first, 'services', 'shop', 'a')?.metadata.resourceVersion).toBe('1')
    expect(getObject(second, 'services', 'shop', 'a')).toBeUndefined()
    expect(second.revision.n).toBe(first.revision.n + 1)
  })

  it('copies only the namespaces that changed', () => {
    const store = createObjectStore('e')
    store.replace('services', '', [object('a', '1'), object('b', '1', 'other')])
    const first = store.cut()
    store.upsert('services', object('a', '2'))
    const second = store.cut()
    expect(second.objects.get('services')?.get('other')).toBe(first.objects.get('services')?.get('other'))
    expect(second.objects.get('services')?.get('shop')).not.toBe(first.objects.get('services')?.get('shop'))
  })

  it('keeps the identity of what a new list brings unchanged, and cuts nothing when all is so', () => {
    const store = createObjectStore('e')
    store.replace('services', '', [object('a', '1'), object('b', '1')])
    const first = store.cut()
    store.replace('services', '', [object('b', '1'), object('a', '1')])
    expect(store.cut()).toBe(first)
    store.replace('services', '', [object('a', '1'), object('b', '2')])
    const second = store.cut()
    expect(getObject(second, 'services', 'shop', 'a')).toBe(getObject(first, 'services', 'shop', 'a'))
  })

  it('replaces one namespace without touching the others', () => {
    const store = createObjectStore('e')
    store.replace('services', '', [object('a', '1'), object('b', '1', 'other')])
    store.replace('services', 'shop', [])
    const snapshot = store.cut()
    expect(getObject(snapshot, 'services', 'shop', 'a')).toBeUndefined()
    expect(getObject(snapshot, 'services', 'other', 'b')).toBeDefined()
    expect(store.count('services', '')).toBe(1)
  })
})
