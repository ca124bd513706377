import { describe, expect, it } from 'vitest'
import { parseCall, type Call } from './call'

const request = (url: string, more: Partial<Call> = {}) => parseCall({ url, ...more }).request

describe('a call as a client sends it', () => {
  it.each([
    ['http://a.example', 'a.example', '/', 80],
    ['a.example/x', 'a.example', '/x', 80],
    ['http://a.example:80/x', 'a.example', '/x', 80],
    ['http://a.example:8080/x?q=1#frag', 'a.example:8080', '/x?q=1', 8080],
    ['https://a.example:443?q', 'a.example', '/?q', 443],
    ['https://A.Example:8443/', 'A.Example:8443', '/', 8443],
    ['http://user:p%40ss@a.example/x@y', 'a.example', '/x@y', 80],
    ['http://[2001:db8::1]:81/x', '[2001:db8::1]:81', '/x', 81],
    ['http://[fe80::1%25eth0]/', '[fe80::1]', '/', 80],
    ['http://10.0.0.1/', '10.0.0.1', '/', 80],
    ['http://münchen.example/straße', 'xn--mnchen-3ya.example', '/stra%C3%9Fe', 80],
    ['http://a.example/%2e%2e/a/../b//c%20d', 'a.example', '/%2e%2e/a/../b//c%20d', 80],
    ['http://a.example/a b\u0001', 'a.example', '/a%20b%01', 80],
    ['http://a.example./x', 'a.example.', '/x', 80],
    ['http://a.example#x', 'a.example', '/', 80],
    ['HTTP://a.example', 'a.example', '/', 80],
    ['http://a.example/?next=http://b.example/#x', 'a.example', '/?next=http://b.example/', 80],
  ])('%s', (url, authority, path, port) => {
    const call = parseCall({ url })
    expect([call.request.authority, call.request.path, call.url.port]).toEqual([authority, path, port])
  })
  it.each(['http://', 'http://:80/', 'ftp://a.example/', 'http://a.example:0/', 'http://a.example:65536/', 'http://a.example:x/', 'http://::1/', 'http://[::1/', 'http://[a]/', 'http://[::1]x/', 'tcp://a.example', 'http://a b/', 'http://<x>/', ''])('refuses %j', (url) => {
    expect(() => parseCall({ url })).toThrow()
  })
  it('needs no port of a tcp URL when the listener is named', () => {
    expect(parseCall({ url: 'tcp://db.example', listenerPort: 3306 })).toMatchObject({ listenerPort: 3306, request: { protocol: 'tcp', tls: 'off' } })
  })
  it('takes the Host header as the authority, and keeps the SNI', () => {
    expect(request('https://edge.example/', { headers: { HOST: 'a.example', 'X-A': ['1', '2'] } })).toMatchObject({ authority: 'a.example', sni: 'edge.example', headers: { 'x-a': ['1', '2'] } })
    expect(request('http://edge.example/', { headers: { host: '' } }).authority).toBe('')
  })
  it('names the host as SNI, but no address, and without a last dot', () => {
    expect(request('https://a.example./').sni).toBe('a.example')
    expect([request('https://10.0.0.1/').sni, request('https://[::1]/').sni, request('http://a.example/').sni, request('https://a.example/', { sni: '' }).sni]).toEqual([undefined, undefined, undefined, undefined])
    expect(request('https://10.0.0.1/', { sni: 'b.example' }).sni).toBe('b.example')
  })
  it('speaks what was offered', () => {
    expect(request('https://a.example/')).toMatchObject({ protocol: 'http2', tls: 'on', alpn: ['h2', 'http/1.1'], scheme: 'https' })
    expect(request('https://a.example/', { protocol: 'http1' })).toMatchObject({ protocol: 'http1', alpn: ['http/1.1'] })
    expect(request('https://a.example/', { alpn: ['http/1.1'] })).toMatchObject({ protocol: 'http1' })
    expect(request('http://a.example/')).toMatchObject({ protocol: 'http1', tls: 'off', method: 'GET', peerAddress: '127.0.0.1' })
    expect(request('tls://a.example', { clientCert: true })).toMatchObject({ protocol: 'tcp', tls: 'mutual', sni: 'a.example', alpn: [] })
    expect(() => request('tls://a.example', { protocol: 'http1' })).toThrow()
  })
  it('sends user and password as a header, unless one is given', () => {
    expect(request('http://user:p%40ss@a.example/').headers).toEqual({ authorization: ['Basic dXNlcjpwQHNz'] })
    expect(request('http://user@a.example/', { headers: { Authorization: 'x' } }).headers).toEqual({ authorization: ['x'] })
  })
  it('refuses a client that is no address', () => {
    expect(() => request('http://a.example/', { from: 'me' })).toThrow('"me" is no IP address')
  })
})
