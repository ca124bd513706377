import type { Duplex } from 'node:stream'
import { createServer as createTlsServer } from 'node:tls'
import type { Server as TlsServer, TLSSocket } from 'node:tls'
import { connectionManager, downstreamTls, requiresClientCertificate, tcpProxy, validationOf } from '@/lib/mesh/simulate/listener-match'
import { listOf, objectOf } from '@/lib/mesh/simulate/read'
import type { JsonObject } from '@/lib/std/json'
import type { DownstreamConnection, PlaneContext } from './context'
import type { HttpCodec } from './http-codec'
import { createHttpCodec } from './http-codec'
import type { TlsMaterial } from './secrets'
import { tlsMaterial } from './secrets'
import type { TcpSession } from './tcp-proxy'
import { openTcp } from './tcp-proxy'

/** A filter chain as it runs: TLS termination if it has any, then HTTP or TCP. */
export interface ChainRuntime {
  /** Takes a connection whose first bytes have been put back. `offered`: the ALPN list of a client that speaks TLS, else undefined. */
  accept(socket: Duplex, connection: DownstreamConnection, first: { readonly offered: readonly string[] | undefined; readonly preface: boolean }): void
  readonly terminatesTls: boolean
  readonly isHttp: boolean
  drain(): void
}

/** Makes the runtime of one filter chain. */
export function createChain(context: PlaneContext, chain: JsonObject): ChainRuntime {
  const hcm = connectionManager(chain)
  const proxy = tcpProxy(chain)
  const tls = downstreamTls(chain)
  const codec = hcm === undefined ? undefined : createHttpCodec(context, hcm)
  const servers = new Map<string, { readonly server: TlsServer; readonly material: string }>()
  const carry = (socket: Duplex, connection: DownstreamConnection, carried: { readonly http2: boolean; readonly session: TcpSession | undefined }) => {
    if (codec !== undefined) acceptHttp(codec, socket, connection, carried.http2)
    else if (carried.session !== undefined) carried.session.run(socket, connection)
    else socket.destroy()
  }
  /** The TLS server for a client's ALPN offers, made anew when the certificates changed; undefined without a usable certificate. */
  const serverFor = (downstream: JsonObject, offered: readonly string[]): TlsServer | undefined => {
    const material = tlsMaterial(objectOf(downstream.common_tls_context), context.secrets)
    if (material.certificates.length === 0) return undefined
    const common = material.protocols.filter((protocol) => offered.includes(protocol))
    const text = JSON.stringify(material)
    const known = servers.get(common.join(','))
    if (known?.material === text) return known.server
    try {
      const server = tlsServer(material, { clientCertificate: requiresClientCertificate(downstream), asks: validationOf(downstream) !== 'unasked', protocols: common })
      servers.set(common.join(','), { server, material: text })
      return server
    } catch (error) {
      context.log.write('warning', 'connection', 'source/common/tls/context_impl.cc:1', `Failed to load certificate chain: ${String(error)}`)
      return undefined
    }
  }
  return {
    terminatesTls: tls !== undefined,
    isHttp: codec !== undefined,
    drain: () => codec?.drain(),
    accept: (socket, connection, first) => {
      const session = codec === undefined && proxy !== undefined ? openTcp(context, { proxy, filters: listOf(chain.filters) }, connection) : undefined
      if (tls === undefined || session?.unreachable === true) return carry(socket, connection, { http2: first.preface, session })
      if (session !== undefined) socket.once('close', session.log)
      const server = first.offered === undefined ? undefined : serverFor(tls, first.offered)
      if (server === undefined) {
        socket.destroy()
        return
      }
      handshake(server, socket, (secured) => {
        const names = peerNames(secured)
        const validation = validationOf(tls)
        const refused = names === undefined ? requiresClientCertificate(tls) : validation === 'checked' && !secured.authorized
        if (refused) {
          secured.destroy()
          return
        }
        const shown = names !== undefined && validation !== 'unasked'
        carry(secured, { ...connection, tls: true, clientCertificate: shown, certificateValidated: shown && secured.authorized, clientNames: shown ? names : [] }, { http2: secured.alpnProtocol === 'h2', session })
      })
    },
  }
}

function acceptHttp(codec: HttpCodec, socket: Duplex, connection: DownstreamConnection, http2: boolean): void {
  codec.accept(socket, connection, http2 ? 'http2' : 'http1')
}

function tlsServer(material: TlsMaterial, wanted: { readonly clientCertificate: boolean; readonly asks: boolean; readonly protocols: readonly string[] }): TlsServer {
  return createTlsServer({
    cert: material.certificates.map((certificate) => certificate.chain),
    key: material.certificates.map((certificate) => certificate.key),
    minVersion: material.minimumVersion,
    maxVersion: material.maximumVersion,
    ...(material.trustedCa === undefined ? {} : { ca: material.trustedCa }),
    requestCert: wanted.clientCertificate || wanted.asks,
    rejectUnauthorized: false,
    ...(wanted.protocols.length === 0 ? {} : { ALPNProtocols: [...wanted.protocols] }),
  })
}

/** One handshake on a server that does not listen; the socket's own events tell its end. */
function handshake(server: TlsServer, socket: Duplex, secured: (socket: TLSSocket) => void): void {
  const onSecure = (candidate: TLSSocket) => {
    if (sockets.get(candidate) !== undefined) return
    sockets.set(candidate, true)
    secured(candidate)
  }
  if (!prepared.has(server)) {
    prepared.set(server, new Map())
    server.on('secureConnection', (candidate) => prepared.get(server)?.get(portOf(candidate))?.(candidate))
    server.on('tlsClientError', (_error, candidate) => candidate.destroy())
  }
  const waiting = prepared.get(server)
  const key = portOf(socket)
  waiting?.set(key, onSecure)
  socket.once('close', () => waiting?.delete(key))
  server.emit('connection', socket)
}

const prepared = new WeakMap<TlsServer, Map<number, (socket: TLSSocket) => void>>()
const sockets = new WeakMap<TLSSocket, true>()

function portOf(socket: Duplex): number {
  return 'remotePort' in socket && typeof socket.remotePort === 'number' ? socket.remotePort : -1
}

/** URI SANs, DNS SANs and the subject of the client's certificate; undefined when it sent none. */
function peerNames(socket: TLSSocket): readonly string[] | undefined {
  const certificate = socket.getPeerCertificate()
  if (Object.keys(certificate).length === 0) return undefined
  const names = (certificate.subjectaltname ?? '').split(', ')
  const of = (kind: string) => names.filter((name) => name.startsWith(kind)).map((name) => name.slice(kind.length))
  const subject = Object.entries(certificate.subject ?? {}).map(([key, value]) => `${key}=${String(value)}`).join(',')
  return [...of('URI:'), ...of('DNS:'), subject]
}
