import { expect, it } from 'vitest'
import { enabled } from './features'

it('reads a switch as Go does, and falls back to the default that Istio has for it', () => {
  expect([{}, { PILOT_ENABLE_ALPN_FILTER: 'F' }, { PILOT_ENABLE_ALPN_FILTER: 'no' }].map((features) => enabled(features, 'PILOT_ENABLE_ALPN_FILTER'))).toEqual([true, false, true])
  expect([{}, { PILOT_DISABLE_MX_ALPN: 'T' }, { PILOT_DISABLE_MX_ALPN: 'yes' }].map((features) => enabled(features, 'PILOT_DISABLE_MX_ALPN'))).toEqual([false, true, false])
})
