import { expect, it } from 'vitest'
import { searchNames } from './search-names'

const things = ['shop/cart', 'shop/cart-v2', 'cart/old', 'web/shopping-cart', 'cart.example.com'].map((name, index) => ({ name, value: name, group: index === 4 ? 1 : 2 }))

it('puts the exact name before beginnings, and those before the rest', () => {
  expect(searchNames(things, 'cart', 10)).toEqual({ total: 5, results: ['shop/cart', 'cart.example.com', 'cart/old', 'shop/cart-v2', 'web/shopping-cart'] })
})

it('needs every word, in any order and case', () => {
  expect(searchNames(things, 'V2 Shop', 10).results).toEqual(['shop/cart-v2'])
})

it('counts all and gives the first', () => {
  expect(searchNames(things, 'cart', 2)).toMatchObject({ total: 5, results: { length: 2 } })
})

it('finds nothing for nothing', () => {
  expect(searchNames(things, '  ', 10)).toEqual({ total: 0, results: [] })
})
