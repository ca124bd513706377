import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { accessLines, backend, plane, portOf, send } from './testing/harness'
import { cluster, configuration, httpFilter, listener } from './testing/sample-configuration'

const http = [listener(8080, [{ filters: [httpFilter('http.8080')] }])]
const all = [{ name: 'all', match: { prefix: '/' }, route: { cluster: 'api' } }]

function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => {
      answer += chunk.toString()
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}

describe('connections of the data plane', () => {
  it('joins websockets, and refuses upgrades that no filter allows', async () => {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${String(data)}`)))
    await new Promise((resolve) => sockets.once('listening', resolve))
    onTestFinished(() => void sockets.close())
    const p = await plane(configuration({ listeners: http, routes: all, clusters: [cluster('api', [{ address: '10.244.1.5', port: 80 }])] }), { '10.244.1.5:80': portOf(sockets) })
    const client = new WebSocket(`ws://127.0.0.1:${String(p.port(8080))}/ws`, { headers: { host: 'shop.example.com' } })
    const reply = await new Promise<string>((resolve, reject) => {
      client.on('open', () => client.send('hi'))
      client.on('message', (data) => resolve(String(data)))
      client.on('error', reject)
    })
    client.close()
    expect(reply).toBe('echo hi')
    expect((await accessLines(p.lines, 1))[0]).toContain('"GET /ws HTTP/1.1" 101 - via_upstream')
    const refused = await raw(p.port(8080), 'GET / HTTP/1.1\r\nHost: shop.example.com\r\nConnection: upgrade\r\nUpgrade: foo\r\n\r\n')
    expect(refused.startsWith('HTTP/1.1 403 Forbidden\r\n')).toBe(true)
  })

  it('refuses what HTTP/1 must refuse, as Envoy logs it', async () => {
    const p = await plane(configuration({ listeners: http, routes: all }))
    const port = p.port(8080)
    expect(await raw(port, 'asdf\r\n\r\n')).toContain('400 Bad Request')
    expect(await raw(port, 'GET /a HTTP/1.0\r\n\r\n')).toContain('426 Upgrade Required')
    expect(await raw(port, 'GET /a HTTP/1.1\r\nConnection: close\r\n\r\n')).toContain('400 Bad Request')
    const lines = await accessLines(p.lines, 3)
    expect(lines[0]).toContain('"- - HTTP/1.1" 400 DPE http1.codec_error - "-" 0 11')
    expect(lines[1]).toContain('"- - HTTP/1.1" 426 DPE low_version')
    expect(lines[2]).toContain('"GET /a HTTP/1.1" 400 - missing_host_header')
  })

  it('changes routes for open connections at once, keeps them over listener changes, and frees a removed listener’s port', async () => {
    const first = await backend((_, response) => response.end('one'))
    const second = await backend((_, response) => response.end('two'))
    const base = { listeners: http, clusters: [cluster('api', [{ address: '10.244.1.1', port: 80 }]), cluster('b', [{ address: '10.244.1.2', port: 80 }])] }
    const p = await plane(configuration({ ...base, routes: all }), { '10.244.1.1:80': first.port, '10.244.1.2:80': second.port })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    const port = p.port(8080)
    const ask = () => new Promise<string>((resolve, reject) => {
      request({ agent, host: '127.0.0.1', port, headers: { host: 'shop.example.com' } }, (response) => {
        const local = response.socket.localPort
        response.on('data', (chunk: Buffer) => resolve(`${chunk.toString()} ${String(local)}`))
      }).on('error', reject).end()
    })
    const [one, localPort] = (await ask()).split(' ')
    expect(one).toBe('one')
    await p.plane.apply(configuration({ ...base, routes: [{ name: 'all', match: { prefix: '/' }, route: { cluster: 'b' } }] }))
    expect(await ask()).toBe(`two ${localPort ?? ''}`)
    await p.plane.apply(configuration({ listeners: [], routes: all }))
    expect(p.plane.boundPorts().size).toBe(0)
    await expect(send(port, '/')).rejects.toThrow()
  })

  it('keeps the former listener when Envoy would refuse the new one', async () => {
    const p = await plane(configuration({ listeners: http, routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }] }))
    const twice = { filter_chain_match: { server_names: ['a.example.com'] }, filters: [httpFilter('http.8080')] }
    const result = await p.plane.apply(configuration({ listeners: [listener(8080, [twice, twice])], virtualHosts: [{ name: 'a', domains: ['x'] }, { name: 'b', domains: ['X'] }] }))
    expect(result.rejected.map((item) => [item.kind, item.name])).toEqual([['route-configuration', 'http.8080'], ['listener', '0.0.0.0_8080']])
    expect((await send(p.port(8080), '/')).status).toBe(200)
    expect(p.plane.state().rejectedListeners[0]?.details).toContain('has the same matching rules defined as')
  })

  it('does without endpoints that are unhealthy and goes round the rest', async () => {
    const hits: string[] = []
    const pods = await Promise.all(['a', 'b', 'c'].map((name) => backend((_, response) => {
      hits.push(name)
      response.end()
    })))
    const p = await plane(configuration({ listeners: http, routes: all, clusters: [cluster('api', [{ address: '10.244.1.0', port: 80 }, { address: '10.244.1.1', port: 80 }, { address: '10.244.1.2', port: 80, health: 'UNHEALTHY' }], { lb_policy: 'ROUND_ROBIN' })] }),
      Object.fromEntries(pods.map((pod, index) => [`10.244.1.${String(index)}:80`, pod.port])))
    for (let i = 0; i < 6; i++) await send(p.port(8080), '/')
    expect(hits).toEqual(['a', 'b', 'a', 'b', 'a', 'b'])
  })
})
