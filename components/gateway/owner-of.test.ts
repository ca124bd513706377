import { expect, it } from 'vitest'
import { ownerOf } from './owner-of'

it('names the object that Pilot says a resource was made from', () => {
  const made = (config: string) => ownerOf({ metadata: { filter_metadata: { istio: { config } } } })
  expect(made('/apis/networking.istio.io/v1/namespaces/shop/virtual-service/storefront')).toEqual({ group: 'networking.istio.io', kind: 'VirtualService', namespace: 'shop', name: 'storefront' })
  expect(made('/apis/networking.istio.io/v1/namespaces/shop/destination-rule/cart')?.kind).toBe('DestinationRule')
  expect([made('/apis/other.io/v1/namespaces/shop/thing/x'), made(''), ownerOf({})]).toEqual([undefined, undefined, undefined])
})
