import { describe, expect, it } from 'vitest'
import { readHead } from './request-head'

function details(protocol: 'http1' | 'http2', headers: Readonly<Record<string, string>>, more: { readonly method?: string; readonly path?: string } = {}): string {
  const head = readHead({ port: 80, protocol, tls: 'off', method: 'GET', scheme: 'http', authority: 'a.example', path: '/', headers, peerAddress: '192.0.2.1', ...more }, {}, false)
  return head.kind === 'read' ? 'read' : head.details
}

describe('[SIM5] header fields that no codec takes', () => {
  it.each([
    ['x-user', 'a', 'read', 'read'],
    ["!#$%&'*+-.^_`|~1", 'a', 'read', 'read'],
    ['@request.auth.claims.group', 'admin', 'http1.codec_error', 'http2.invalid.header.field'],
    ['x user', 'a', 'http1.codec_error', 'http2.invalid.header.field'],
    ['x-é', 'a', 'http1.codec_error', 'http2.invalid.header.field'],
    ['x-user', 'a\tb', 'read', 'read'],
    ['x-user', 'é', 'read', 'read'],
    ['x-user', 'a\u0001', 'http1.invalid_characters', 'http2.invalid.header.field'],
    ['x-user', 'a\u007f', 'http1.invalid_characters', 'http2.invalid.header.field'],
  ])('%j: %j', (name, value, http1, http2) => {
    expect([details('http1', { [name]: value }), details('http2', { [name]: value })]).toEqual([http1, http2])
  })

  it('come before what the request line means', () => {
    expect(details('http1', { a: '\u0001' }, { method: 'no' })).toBe('http1.invalid_characters')
    expect(details('http1', { '@': 'a', a: '\u0001' })).toBe('http1.invalid_characters')
    expect(details('http1', {}, { path: '/\u0001' })).toBe('http1.invalid_characters')
    expect(details('http1', {}, { path: 'ftp://a/' })).toBe('http1.invalid_scheme')
  })
})
