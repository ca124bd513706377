import { connect as connectHttp2, createServer as createHttp2 } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { connect as connectTcp, createServer as createTcp } from 'node:net'
import { connect as connectTls, createServer as createTls } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { TlsSecret } from '../gateway-runtime'
import type { TestCertificate } from './testing/certificates'
import { makeCertificate } from './testing/certificates'
import { accessLines, backend, plane, portOf, send } from './testing/harness'
import { cluster, configuration, httpFilter, listener, tcpFilter, tlsSocket } from './testing/sample-configuration'

const api = 'api'
const routes = [{ name: 'all', match: { prefix: '/' }, route: { cluster: api } }]
const anyHost = [{ name: 'any', domains: ['*'], routes }]

function secret(name: string, made: TestCertificate): TlsSecret {
  return { name, certificateChain: made.certificate, privateKey: made.key }
}

function get(port: number, serverName: string, tls: { readonly key?: string; readonly cert?: string } = {}): Promise<{ readonly status: number; readonly body: string; readonly subject: string }> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ host: '127.0.0.1', port, servername: serverName, rejectUnauthorized: false, agent: false, headers: { host: 'shop.example.com' }, ...tls }, (response) => {
      const { socket } = response
      const subject = 'getPeerCertificate' in socket && typeof socket.getPeerCertificate === 'function' ? String(socket.getPeerCertificate().subject.CN) : ''
      let body = ''
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString()
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, subject }))
    })
    request.on('error', reject)
    request.end()
  })
}

describe('TLS through the data plane', () => {
  it('chooses the chain by SNI, speaks HTTP/1.1 and h2, logs the server name and refuses unknown names', async () => {
    const { port } = await backend((request, response) => response.end(String(request.headers['x-forwarded-proto'])))
    const [a, b] = await Promise.all([makeCertificate({ name: 'a', dns: ['a.example.com'] }), makeCertificate({ name: 'b', dns: ['*.b.example.com'] })])
    const p = await plane(configuration({
      listeners: [listener(8443, [
        { filter_chain_match: { server_names: ['a.example.com'] }, filters: [httpFilter('http.8080')], transport_socket: tlsSocket('kubernetes://a') },
        { filter_chain_match: { server_names: ['*.b.example.com'] }, filters: [httpFilter('http.8080')], transport_socket: tlsSocket('kubernetes://b') },
      ], true)],
      virtualHosts: anyHost, clusters: [cluster(api, [{ address: '10.244.1.5', port: 80 }])], secrets: [secret('kubernetes://a', a), secret('kubernetes://b', b)],
    }), { '10.244.1.5:80': port })
    expect(await get(p.port(8443), 'a.example.com')).toEqual({ status: 200, body: 'https', subject: 'a' })
    expect(await get(p.port(8443), 'x.b.example.com')).toEqual({ status: 200, body: 'https', subject: 'b' })
    await expect(get(p.port(8443), 'c.example.com')).rejects.toThrow()
    const lines = await accessLines(p.lines, 3)
    expect(lines[0]).toContain(' a.example.com all')
    expect(lines[2]).toContain('"- - -" 0 NR filter_chain_not_found')
    expect(lines[2]).toContain(' c.example.com -')

    const session = connectHttp2(`https://127.0.0.1:${String(p.port(8443))}`, { servername: 'a.example.com', rejectUnauthorized: false })
    const stream = session.request({ ':path': '/h2', ':authority': 'shop.example.com' })
    const body = await new Promise<string>((resolve, reject) => {
      let text = ''
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      stream.on('end', () => resolve(text))
      stream.on('error', reject)
      stream.end()
    })
    session.close()
    expect(body).toBe('https')
    expect((await accessLines(p.lines, 4))[3]).toContain('"GET /h2 HTTP/2" 200 - via_upstream')
  })

  it('demands a client certificate of the right authority for MUTUAL and tells its names upstream', async () => {
    const { port } = await backend((request, response) => response.end(String(request.headers['x-forwarded-client-cert'])))
    const authority = await makeCertificate({ name: 'ca', authority: true })
    const [server, client, stranger] = await Promise.all([makeCertificate({ name: 's', dns: ['a.example.com'] }), makeCertificate({ name: 'c', uris: ['spiffe://cluster.local/ns/shop/sa/web'], issuer: authority }), makeCertificate({ name: 'x' })])
    const socket = tlsSocket('kubernetes://a')
    const hcm = httpFilter('http.8080')
    const p = await plane(configuration({
      listeners: [listener(8443, [{
        filters: [{ ...hcm, typed_config: { '@type': '', ...hcm.typed_config, forward_client_cert_details: 'SANITIZE_SET' } }],
        transport_socket: { ...socket, typed_config: { ...socket.typed_config, require_client_certificate: true, common_tls_context: { ...socket.typed_config.common_tls_context, combined_validation_context: { validation_context_sds_secret_config: { name: 'kubernetes://a-cacert' } } } } },
      }], true)],
      virtualHosts: anyHost, clusters: [cluster(api, [{ address: '10.244.1.5', port: 80 }])],
      secrets: [secret('kubernetes://a', server), { name: 'kubernetes://a-cacert', trustedCa: authority.certificate }],
    }), { '10.244.1.5:80': port })
    expect((await get(p.port(8443), 'a.example.com', { key: client.key, cert: client.certificate })).body).toBe('URI=spiffe://cluster.local/ns/shop/sa/web')
    await expect(get(p.port(8443), 'a.example.com')).rejects.toThrow()
    await expect(get(p.port(8443), 'a.example.com', { key: stranger.key, cert: stranger.certificate })).rejects.toThrow()
  })

  it('passes TLS through by SNI, and proxies TCP with Envoy’s log line', async () => {
    const made = await makeCertificate({ name: 'inner', dns: ['pass.example.com'] })
    const inner = createTls({ key: made.key, cert: made.certificate }, (socket) => socket.end('inner'))
    const echo = createTcp((socket) => socket.pipe(socket))
    for (const server of [inner, echo]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      onTestFinished(() => void server.close())
    }
    const p = await plane(configuration({
      listeners: [listener(8443, [{ filter_chain_match: { server_names: ['pass.example.com'] }, filters: [tcpFilter('inner')] }], true), listener(3306, [{ filters: [tcpFilter('echo')] }]), listener(3307, [{ filters: [tcpFilter('nowhere')] }])],
      clusters: [cluster('inner', [{ address: '10.244.1.1', port: 443 }]), cluster('echo', [{ address: '10.244.1.2', port: 3306 }]), cluster('nowhere', [{ address: '10.244.1.3', port: 1 }])],
    }), { '10.244.1.1:443': portOf(inner), '10.244.1.2:3306': portOf(echo) })
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connectTls({ host: '127.0.0.1', port: p.port(8443), servername: 'pass.example.com', rejectUnauthorized: false })
      socket.on('data', (chunk) => resolve(`${chunk.toString()} ${socket.getPeerCertificate().subject.CN}`))
      socket.on('error', reject)
    })
    expect(text).toBe('inner inner')
    const echoed = await new Promise<string>((resolve, reject) => {
      const socket = connectTcp(p.port(3306), '127.0.0.1', () => socket.write('select 1'))
      socket.on('data', (chunk) => {
        resolve(chunk.toString())
        socket.end()
      })
      socket.on('error', reject)
    })
    expect(echoed).toBe('select 1')
    await new Promise<void>((resolve) => connectTcp(p.port(3307), '127.0.0.1').on('close', () => resolve()).on('error', () => undefined).resume())
    const lines = await accessLines(p.lines, 3)
    expect(lines.find((line) => line.includes(' echo '))).toMatch(/"- - -" 0 - - - "-" 8 8 \d+ - "-" "-" "-" "-" "10\.244\.1\.2:3306" echo 10\.244\.0\.9:\d+ 10\.244\.0\.9:3306 127\.0\.0\.1:\d+ - -$/)
    expect(lines.find((line) => line.includes(' nowhere '))).toContain('"- - -" 0 UF,URX - - "delayed_connect_error:_Connection_refused"')
    expect(lines.find((line) => line.includes(' inner '))).toContain(' pass.example.com -')
  })

  it('speaks h2c by prior knowledge, to upstreams that want HTTP/2 as well', async () => {
    const upstream = createHttp2((request, response) => {
      response.setHeader('x-version', request.httpVersion)
      response.end(request.url)
    })
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void upstream.close())
    const http2Options = { typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': { explicit_http_config: { http2_protocol_options: {} } } } }
    const p = await plane(configuration({ listeners: [listener(8080, [{ filters: [httpFilter('http.8080')] }])], virtualHosts: anyHost, clusters: [cluster(api, [{ address: '10.244.1.5', port: 80 }], http2Options)] }), { '10.244.1.5:80': portOf(upstream) })
    const session = connectHttp2(`http://127.0.0.1:${String(p.port(8080))}`)
    onTestFinished(() => session.destroy())
    const stream = session.request({ ':path': '/c', ':authority': 'shop.example.com', ':method': 'POST' })
    stream.end('body')
    const [version, body] = await new Promise<readonly [string, string]>((resolve, reject) => {
      let text = ''
      let seen = ''
      stream.on('response', (headers) => {
        seen = String(headers['x-version'])
      })
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      stream.on('end', () => resolve([seen, text]))
      stream.on('error', reject)
    })
    expect([version, body]).toEqual(['2.0', '/c'])
    const dead = await plane(configuration({ listeners: [listener(8080, [{ filters: [httpFilter('http.8080')] }])], virtualHosts: anyHost, clusters: [cluster(api, [{ address: '10.244.1.5', port: 80 }], http2Options)] }), { '10.244.1.5:80': 1 })
    expect(await send(dead.port(8080), '/c')).toMatchObject({ status: 503, body: 'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure' })
  })
})
