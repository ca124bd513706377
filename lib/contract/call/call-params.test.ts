import { expect, it } from 'vitest'
import { callOf, callParamsSchema } from './call-params'

it('tells a wrong port at its field, whatever is typed there', () => {
  for (const listenerPort of ['abc', '', '0', '65536', '1e3', '-1', '99999999999', ' 80', '0x50']) {
    expect(() => callOf(callParamsSchema.parse({ url: 'http://shop.example.com/', listenerPort })), listenerPort).toThrow(expect.objectContaining({ field: 'listenerPort' }))
  }
  expect(callOf(callParamsSchema.parse({ url: 'http://shop.example.com/', listenerPort: '8080' })).listenerPort).toBe(8080)
  expect(callParamsSchema.safeParse({ listenerPort: '1'.repeat(65) }).success).toBe(false)
})
