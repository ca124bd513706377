import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { ProbeRequest } from './probe-case'
import { probePort } from './probe-configuration'
import type { ClientCertificates } from './surroundings'

/** What a client saw: its own address, and the answer's head if one came. */
export interface RawAnswer {
  /** `ip:port` of the client, as a log names it. */
  readonly peer: string
  readonly headers: readonly (readonly [string, string])[]
}

/** Sends one request byte for byte on a connection of its own, and waits for the answer's head or the connection's end. */
export async function sendRaw(port: number, request: ProbeRequest, certificates: ClientCertificates, id: string): Promise<RawAnswer> {
  const socket = connect({ host: '127.0.0.1', port })
  socket.on('error', () => undefined)
  await new Promise<void>((resolve) => { socket.once('connect', resolve).once('close', () => resolve()) })
  const source = 20_000 + Number(id) % 40_000
  const peer = `127.0.0.1:${socket.localPort ?? 0}`
  if (request.from !== undefined) socket.write(`PROXY ${request.from.includes(':') ? `TCP6 ${request.from} ::1` : `TCP4 ${request.from} 127.0.0.1`} ${source} ${probePort}\r\n`)
  try {
    const carrier = request.tls ? await secure(socket, request, certificates) : socket
    const headers = request.http2 ? await askHttp2(carrier, request, id) : await askHttp1(carrier, request, id)
    return { peer, headers }
  } catch {
    return { peer, headers: [] }
  } finally {
    socket.destroy()
  }
}

function secure(socket: Socket, request: ProbeRequest, certificates: ClientCertificates): Promise<TLSSocket> {
  const own = request.certificate === undefined ? {} : certificates[request.certificate]
  return new Promise((resolve, reject) => {
    const secured = connectTls({ socket, rejectUnauthorized: false, ...(request.sni === undefined ? {} : { servername: request.sni }), ...(request.alpn.length === 0 ? {} : { ALPNProtocols: [...request.alpn] }), ...own })
    secured.once('secureConnect', () => resolve(secured)).once('error', reject).once('close', () => reject(new Error('closed')))
  })
}

function askHttp1(socket: Socket, request: ProbeRequest, id: string): Promise<readonly (readonly [string, string])[]> {
  const lines = [`${request.method} ${request.path} HTTP/1.1`, ...(request.authority === '' ? [] : [`host: ${request.authority}`]), ...request.headers.map(([name, value]) => `${name}: ${value}`), `x-judge-id: ${id}`]
  return new Promise((resolve) => {
    let text = ''
    const end = () => resolve(headOf(text))
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      while (text.startsWith('HTTP/1.1 100') && text.includes('\r\n\r\n')) text = text.slice(text.indexOf('\r\n\r\n') + 4)
      if (text.includes('\r\n\r\n')) end()
    })
    socket.once('end', end).once('close', end).once('error', end)
    socket.setTimeout(3000, end)
    socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  })
}

function headOf(text: string): readonly (readonly [string, string])[] {
  return text.slice(0, Math.max(0, text.indexOf('\r\n\r\n'))).split('\r\n').slice(1).map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
  })
}

function askHttp2(socket: Socket, request: ProbeRequest, id: string): Promise<readonly (readonly [string, string])[]> {
  return new Promise((resolve) => {
    const session = connectHttp2(`${request.tls ? 'https' : 'http'}://127.0.0.1`, { createConnection: () => socket })
    const end = (headers: readonly (readonly [string, string])[]) => {
      resolve(headers)
      session.destroy()
    }
    session.on('error', () => end([])).on('close', () => end([]))
    const sent: Record<string, string | string[]> = {
      ':method': request.method, ':path': request.path, ':scheme': request.tls ? 'https' : 'http', ...(request.authority === '' ? {} : { ':authority': request.authority }), 'x-judge-id': id,
    }
    for (const [name, value] of request.headers) {
      const known = sent[name.toLowerCase()]
      sent[name.toLowerCase()] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value]
    }
    const stream = session.request(sent)
    stream.on('response', (headers) => end(Object.entries(headers).flatMap(([name, value]) => name.startsWith(':') ? [] : (Array.isArray(value) ? value : [String(value)]).map((one) => [name, one] as const))))
    stream.on('error', () => end([])).on('close', () => end([]))
    stream.setTimeout(3000, () => end([]))
    stream.end()
  })
}
