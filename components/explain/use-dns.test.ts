import { expect, it } from 'vitest'
import { dnsAnswer } from './use-dns'

it('says whether a name leads to the gateway', () => {
  const ours = new Set(['203.0.113.24'])
  const at = (addresses: readonly string[]) => dnsAnswer({ addresses, failure: null }, ours)
  expect(at(['203.0.113.24'])).toMatchObject({ state: 'ours', words: 'is ours' })
  expect(at(['203.0.113.24', '198.51.100.1'])).toMatchObject({ state: 'ours', words: 'some are ours' })
  expect(at(['104.16.0.1'])).toMatchObject({ state: 'other', words: 'not one of ours' })
  expect(dnsAnswer({ addresses: ['104.16.0.1'], failure: null }, new Set())).toMatchObject({ state: 'unknown' })
  expect(dnsAnswer({ addresses: [], failure: 'not-found' }, ours)).toMatchObject({ state: 'none' })
})
