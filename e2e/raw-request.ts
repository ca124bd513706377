import { connect } from 'node:net'

/** A request as it is written here: nothing of its path is resolved, encoded or put right on the way. */
export interface RawRequest {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What came back. */
export interface RawReply {
  readonly status: number
  readonly text: string
  readonly cookie: string | undefined
}

/** Sends it to `origin` on a connection of its own. */
export function sendRaw(origin: string, { method = 'GET', path, headers = {}, body = '' }: RawRequest): Promise<RawReply> {
  const { hostname, port, host } = new URL(origin)
  const fields = Object.entries({ host, connection: 'close', 'content-length': String(Buffer.byteLength(body)), ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => { socket.write(`${method} ${path} HTTP/1.1\r\n${fields.join('')}\r\n${body}`) })
    let reply = ''
    socket.setTimeout(20_000, () => socket.destroy(new Error(`${method} ${path}: no answer within 20 s`)))
    socket.setEncoding('utf8').on('data', (part: string) => { reply += part })
    socket.on('error', reject)
    socket.on('close', () => {
      const [head = '', ...rest] = reply.split('\r\n\r\n')
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), text: rest.join('\r\n\r\n'), cookie: /^set-cookie: ([^;\r]+)/im.exec(head)?.[1] })
    })
  })
}
