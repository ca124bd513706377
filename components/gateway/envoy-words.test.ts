import { expect, it } from 'vitest'
import { actionWords, asObject, chainWords, filterWords, listenerAddress, matchWords } from './envoy-words'

it('reads a listener and its chains', () => {
  expect(listenerAddress({ address: { socket_address: { address: '0.0.0.0', port_value: 8443 } } })).toBe('0.0.0.0:8443')
  const chain = { filter_chain_match: { server_names: ['*.shop.example.com'], transport_protocol: 'tls' }, filters: [{ name: 'envoy.filters.network.http_connection_manager' }] }
  expect([chainWords(chain), filterWords(chain), chainWords({})]).toEqual(['*.shop.example.com tls', 'http_connection_manager', 'any'])
})

it('puts a route in words', () => {
  const match = { prefix: '/cart', headers: [{ name: ':method', string_match: { exact: 'GET' } }, { name: 'x-beta', present_match: true }] }
  expect(matchWords({ match })).toBe('GET /cart* x-beta')
  expect(actionWords({ route: { weighted_clusters: { clusters: [{ name: 'a', weight: 90 }, { name: 'b', weight: 10 }] } } })).toBe('90 a, 10 b')
  expect(actionWords({ redirect: { https_redirect: true } })).toBe('redirect to https')
  expect(actionWords({ direct_response: { status: 503 } })).toBe('answers 503')
})

it('takes anything for an object', () => {
  expect([matchWords(asObject(null)), actionWords(asObject([1])), listenerAddress(asObject('x'))]).toEqual(['', '', ':'])
})
