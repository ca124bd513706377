import { expect, it } from 'vitest'
import { certificateState } from './certificate-state'

it('warns of a certificate under 30 days and calls it bad under 7', () => {
  expect([71, 30, 29, 7, 6, 0, -1].map(certificateState)).toEqual(['ok', 'ok', 'warn', 'warn', 'bad', 'bad', 'bad'])
})
