import { describe, expect, it } from 'vitest'
import type { KindKey } from '../kinds'
import type { KubeObject } from '../resource'
import { snapshotOf } from '../snapshot'
import { gatewayByName } from './mentions'
import { usedObjects, usingObjects } from './references'

const object = (apiVersion: string, kind: string, [namespace, name]: readonly [string, string], spec: KubeObject['spec']): KubeObject => ({ apiVersion, kind, metadata: { namespace, name }, spec: spec ?? null })
const istio = 'networking.istio.io/v1'

const shop = object(istio, 'VirtualService', ['shop', 'shop'], {
  gateways: ['istio-system/public', 'mesh'],
  http: [{
    route: [{ destination: { host: 'cart' } }, { destination: { host: 'cart.shop.svc.cluster.local' } }, { destination: { host: 'api.stripe.com' } }],
    mirrors: [{ destination: { host: 'gone.shop.svc.cluster.local' } }],
  }],
})
const all: readonly (readonly [KindKey, KubeObject])[] = [
  ['virtualservices.networking.istio.io', shop],
  ['gateways.networking.istio.io', object(istio, 'Gateway', ['istio-system', 'public'], { servers: [{ tls: { credentialName: 'shop-tls' } }] })],
  ['services', object('v1', 'Service', ['shop', 'cart'], {})],
  ['serviceentries.networking.istio.io', object(istio, 'ServiceEntry', ['shop', 'stripe'], { hosts: ['*.stripe.com'] })],
  ['httproutes.gateway.networking.k8s.io', object('gateway.networking.k8s.io/v1', 'HTTPRoute', ['shop', 'feeds'], { parentRefs: [{ name: 'gw' }], rules: [{ backendRefs: [{ name: 'cart' }] }] })],
]
const snapshot = snapshotOf(all)

describe('references', () => {
  it('gives each object once, with its first field, and whether it is there', () => {
    expect(usedObjects(snapshot, shop).map(({ ref, path, exists }) => [ref.kind, ref.name, path, exists])).toEqual([
      ['Gateway', 'public', 'spec.gateways[0]', true],
      ['Service', 'cart', 'spec.http[0].route[0].destination.host', true],
      ['ServiceEntry', 'stripe', 'spec.http[0].route[2].destination.host', true],
      ['Service', 'gone', 'spec.http[0].mirrors[0].destination.host', false],
    ])
  })

  it('does not judge kinds that are not read', () => {
    const [gateway] = [...snapshot.objects.get('gateways.networking.istio.io')?.get('istio-system')?.values() ?? []]
    expect(gateway && usedObjects(snapshot, gateway)).toMatchObject([{ ref: { kind: 'Secret', name: 'shop-tls' }, exists: null }])
  })

  it('finds who names an object, over kinds', () => {
    expect(usingObjects(snapshot, { group: '', kind: 'Service', namespace: 'shop', name: 'cart' }).map(({ ref }) => ref.kind)).toEqual(['HTTPRoute', 'VirtualService'])
    expect(usingObjects(snapshot, { group: 'networking.istio.io', kind: 'ServiceEntry', namespace: 'shop', name: 'stripe' })).toHaveLength(1)
  })

  it.each([
    ['istio-system/public', 'istio-system', 'public'],
    ['./public', 'shop', 'public'],
    ['public', 'shop', 'public'],
    ['public.istio-system.svc.cluster.local', 'istio-system', 'public'],
  ])('reads the gateway name %s', (name, namespace, short) => {
    expect(gatewayByName(name, 'shop')).toMatchObject({ namespace, name: short })
  })
})
