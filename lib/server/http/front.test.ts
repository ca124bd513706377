import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFront, type Front } from './front'

let front: Front
let seen: { readonly url: string; readonly headers: Readonly<Record<string, unknown>>; readonly raw: readonly string[] }[] = []

beforeAll(async () => {
  front = await openFront({ host: '127.0.0.1', port: 0, dev: false })
  front.serve((request, response) => {
    seen.push({ url: request.url ?? '', headers: { ...request.headers }, raw: [...request.rawHeaders] })
    response.end('served')
    return Promise.resolve()
  })
})

afterAll(() => front.drain(100))

/** Sends raw bytes, gives the status line's code; 0 when the connection was closed without one. */
function raw(lines: readonly string[]): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((done) => {
    const socket = connect(front.port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`))
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
      if (text.includes('served') || text.includes('"error"')) socket.destroy()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => done({ status: Number(text.split(' ')[1] ?? 0), text }))
  })
}

const get = (path: string, headers: readonly string[] = [], host = `127.0.0.1:${front.port}`): ReturnType<typeof raw> => raw([`GET ${path} HTTP/1.1`, `Host: ${host}`, ...headers])
const post = (path: string, headers: readonly string[]): ReturnType<typeof raw> => raw([`POST ${path} HTTP/1.1`, `Host: 127.0.0.1:${front.port}`, ...headers, 'Content-Length: 2', '', '{}'])

describe('the front', () => {
  it('answers its own names only, to the letter [421]', async () => {
    expect((await get('/')).status).toBe(200)
    expect((await get('/', [], `localhost:${front.port}`)).status).toBe(200)
    for (const host of ['evil.example', `evil.example:${front.port}`, '127.0.0.1', `127.0.0.1.evil.example:${front.port}`, `127.0.0.1:${front.port + 1}`]) expect((await get('/', [], host)).status, host).toBe(421)
    expect([0, 400, 421]).toContain((await raw(['GET / HTTP/1.1', `Host: 127.0.0.1:${front.port}`, 'Host: evil.example'])).status)
  })

  it('refuses pages of others, by Origin and by Sec-Fetch-Site', async () => {
    expect((await get('/api/clusters', ['Origin: http://evil.example'])).status).toBe(403)
    expect((await get('/api/clusters', ['Origin: null'])).status).toBe(403)
    expect((await get('/api/streams/aaaaaaaa', ['Sec-Fetch-Site: cross-site'])).status).toBe(403)
    expect((await get('/api/clusters', ['Sec-Fetch-Site: same-site'])).status).toBe(403)
    expect((await get('/', ['Sec-Fetch-Site: cross-site'])).status).toBe(200)
  })

  it('takes a change only as JSON with the header that foreign pages cannot set', async () => {
    expect((await post('/api/c/x/edits', ['Content-Type: application/json'])).status).toBe(403)
    expect((await post('/api/c/x/edits', ['X-Meridian: 1', 'Content-Type: text/plain'])).status).toBe(415)
    expect((await post('/api/c/x/edits', ['X-Meridian: 1', 'Content-Type: application/x-www-form-urlencoded'])).status).toBe(415)
    expect((await post('/', ['X-Meridian: 1', 'Content-Type: application/json'])).status).toBe(405)
    expect((await post('/api/c/x/edits', ['X-Meridian: 1', 'Content-Type: application/json; charset=utf-8'])).status).toBe(200)
    expect((await raw(['POST /api/c/x/edits HTTP/1.1', `Host: 127.0.0.1:${front.port}`, 'X-Meridian: 1', 'Content-Type: application/json', 'Content-Length: 99999999'])).status).toBe(413)
  })

  it('passes on no header that carries authority elsewhere, however it is spelt', async () => {
    seen = []
    await get('/', ['X-Middleware-Subrequest: a:a:a:a:a', 'Impersonate-User: system:admin', 'IMPERSONATE-GROUP: system:masters', 'X-Remote-User: root', 'X-Forwarded-Host: evil.example', 'X-Nonce: mine', 'X-Meridian-Session: another', 'Connection: close, X-Smuggled', 'X-Smuggled: 1'])
    const [request] = seen
    const names = [...Object.keys(request?.headers ?? {}), ...(request?.raw ?? []).filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())]
    expect(names.filter((name) => name.startsWith('x-middleware') || name.startsWith('impersonate') || name.startsWith('x-remote') || name.startsWith('x-forwarded') || name === 'x-smuggled')).toEqual([])
    expect(request?.headers['x-nonce']).not.toBe('mine')
    expect(request?.headers['x-meridian-session']).toBe('anonymous')
  })

  it('gives page and answer the same new nonce, and allows no inline script', async () => {
    seen = []
    const { text } = await get('/')
    const policy = String(seen[0]?.headers['content-security-policy'])
    expect(text.toLowerCase()).toContain(`content-security-policy: ${policy}`.toLowerCase())
    expect(policy).toContain(`'nonce-${String(seen[0]?.headers['x-nonce'])}' 'strict-dynamic'`)
    expect(policy.split('; ').find((part) => part.startsWith('script-src'))).not.toContain('unsafe')
    await get('/')
    expect(seen[1]?.headers['x-nonce']).not.toBe(seen[0]?.headers['x-nonce'])
  })

  it('refuses traversal in every encoding before anything reads it', async () => {
    seen = []
    for (const path of ['/api/c/x/pods/a/..%2f..%2fb/envoy/dump', '/api/c/x/pods/a/%2e%2e/envoy/dump', '/api/c/x/../y', '/api/c/x/pods/a%00/envoy/dump', '/api\\c', '//evil.example/', 'http://evil.example/', '/api/c/x/%5c..']) expect((await get(path)).status, path).toBe(400)
    expect(seen).toEqual([])
  })

  it('breaks off every upgrade', async () => {
    expect((await get('/', ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', 'Sec-WebSocket-Version: 13'])).status).toBe(0)
    expect((await get('/_next/webpack-hmr', ['Upgrade: websocket', 'Connection: Upgrade'])).status).toBe(0)
  })

  it('opens on a loopback address only', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.1', 'localhost.evil.example']) await expect(openFront({ host, port: 0, dev: false })).rejects.toThrow('127.0.0.1 only')
  })
})
