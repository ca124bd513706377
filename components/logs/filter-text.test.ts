import { expect, it } from 'vitest'
import { parseLogFilter } from '@/lib/mesh/log/log-filter'
import { termOf, toggleTerm } from './filter-text'

it('puts a term in, takes it out, and turns it into its exclusion', () => {
  const host = termOf('host', 'shop.example.com')
  expect(toggleTerm('cart', host, false)).toBe('cart host:shop.example.com')
  expect(toggleTerm('cart host:shop.example.com', host, false)).toBe('cart')
  expect(toggleTerm('host:shop.example.com cart', host, true)).toBe('cart -host:shop.example.com')
})

it('quotes what a filter would part, so that it reads back the same', () => {
  const term = termOf('agent', 'curl "x", y')
  expect(parseLogFilter(term)).toMatchObject({ issues: [], terms: [{ kind: 'field', field: 'agent', patterns: ['curl "x", y'] }] })
})
