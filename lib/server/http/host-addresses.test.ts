import { expect, it } from 'vitest'
import { hostNameSchema } from '@/lib/contract/host-addresses'
import { hostAddresses } from './host-addresses'

it('answers with the addresses of a name, or why there are none', async () => {
  expect((await hostAddresses('localhost')).addresses.some((address) => address === '127.0.0.1' || address === '::1')).toBe(true)
  expect(await hostAddresses('name.invalid')).toMatchObject({ host: 'name.invalid', addresses: [] })
})

it('takes host names only', () => {
  for (const wrong of ['', '*.example.com', '-a', 'a..b', 'a/b', 'a b', `${'a'.repeat(64)}.com`, `${'a.'.repeat(130)}com`, '[::1]']) expect(hostNameSchema.safeParse(wrong).success, wrong).toBe(false)
  for (const right of ['shop.example.com', 'Shop.Example.com.', 'a_b.example']) expect(hostNameSchema.safeParse(right).success, right).toBe(true)
})
