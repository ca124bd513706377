/** What the first bytes of a connection are. */
export type FirstBytes =
  | { readonly kind: 'more' }
  | { readonly kind: 'not-tls' }
  | { readonly kind: 'client-hello'; readonly serverName: string; readonly protocols: readonly string[] }

/** Most bytes that are looked at, as Envoy's tls_inspector (64 KiB). */
const LIMIT = 65_536

/** Reads server name and ALPN offers of a TLS ClientHello, as tls_inspector does; handles hellos cut into several records. */
export function readClientHello(bytes: Buffer): FirstBytes {
  if (bytes.length === 0) return { kind: 'more' }
  if (bytes[0] !== 22) return { kind: 'not-tls' }
  const handshake: Buffer[] = []
  let position = 0
  while (position + 5 <= bytes.length) {
    if (bytes[position] !== 22 || bytes[position + 1] !== 3) return { kind: 'not-tls' }
    const length = bytes.readUInt16BE(position + 3)
    handshake.push(bytes.subarray(position + 5, Math.min(position + 5 + length, bytes.length)))
    position += 5 + length
  }
  const message = Buffer.concat(handshake)
  if (message.length > 0 && message[0] !== 1) return { kind: 'not-tls' }
  const complete = message.length >= 4 && message.length >= 4 + message.readUIntBE(1, 3)
  if (!complete) return bytes.length > LIMIT ? { kind: 'not-tls' } : { kind: 'more' }
  try {
    return parseHello(message.subarray(4, 4 + message.readUIntBE(1, 3)))
  } catch {
    return { kind: 'not-tls' }
  }
}

function parseHello(hello: Buffer): FirstBytes {
  let position = 34
  position += 1 + hello.readUInt8(position)
  position += 2 + hello.readUInt16BE(position)
  position += 1 + hello.readUInt8(position)
  let serverName = ''
  let protocols: readonly string[] = []
  const end = position + 2 <= hello.length ? position + 2 + hello.readUInt16BE(position) : position
  position += 2
  while (position + 4 <= end) {
    const type = hello.readUInt16BE(position)
    const length = hello.readUInt16BE(position + 2)
    const body = hello.subarray(position + 4, position + 4 + length)
    if (type === 0 && body.length > 5) serverName = body.subarray(5, 5 + body.readUInt16BE(3)).toString('latin1').toLowerCase()
    if (type === 16) protocols = parseProtocols(body)
    position += 4 + length
  }
  return { kind: 'client-hello', serverName, protocols }
}

function parseProtocols(body: Buffer): readonly string[] {
  const out: string[] = []
  for (let position = 2; position < body.length; position += 1 + body.readUInt8(position)) {
    out.push(body.subarray(position + 1, position + 1 + body.readUInt8(position)).toString('latin1'))
  }
  return out
}
