import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import type { Listener } from '@/lib/mesh/envoy/listener'
import { matchFilterChains } from '@/lib/mesh/simulate/filter-chain-match'
import { hasTlsInspector, listenerAddress, readsProxyProtocol } from '@/lib/mesh/simulate/listener-match'
import { listOf, objectOf, optionalObject } from '@/lib/mesh/simulate/read'
import { writeAccessLogs } from './access-log'
import type { ChainRuntime } from './chain-runtime'
import { createChain } from './chain-runtime'
import { readClientHello } from './client-hello'
import type { DownstreamConnection, PlaneContext } from './context'
import type { ProxiedEnds } from './proxy-protocol'
import { readProxyHeader } from './proxy-protocol'
import { startStream } from './stream-info'

/** A listener that listens. */
export interface ListenerRuntime {
  readonly listener: Listener
  readonly port: number
  readonly boundPort: number
  /** Takes a new form of the listener; open connections keep the old one. */
  update(listener: Listener): void
  /** Stops accepting; connections end with their next answer, and after the grace whatever they do. */
  stop(graceMilliseconds: number): Promise<void>
}

/** The configuration that new connections get. */
interface Form {
  readonly listener: Listener
  readonly inspects: boolean
  readonly proxied: boolean
  readonly chains: readonly ChainRuntime[]
  readonly fallback: ChainRuntime | undefined
}

/** Binds a listener on 127.0.0.1. Rejects when the port is taken. */
export async function startListener(context: PlaneContext, listener: Listener): Promise<ListenerRuntime> {
  const { port } = listenerAddress(listener)
  const open = new Set<Socket>()
  const state = { form: makeForm(context, listener), draining: false }
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) => {
    open.add(socket)
    context.stats.add(`listener.${listener.name}.downstream_cx_total`)
    context.stats.gauge(`listener.${listener.name}.downstream_cx_active`, 1)
    socket.once('close', () => {
      open.delete(socket)
      context.stats.gauge(`listener.${listener.name}.downstream_cx_active`, -1)
      context.stats.add(`listener.${listener.name}.downstream_cx_destroy`)
    })
    accept(context, state.form, { socket, port, draining: () => state.draining })
  })
  context.stats.declare('counter', ['downstream_cx_destroy', 'downstream_cx_total', 'no_filter_chain_match', 'ssl.connection_error', 'ssl.handshake'].map((name) => `listener.${listener.name}.${name}`))
  context.stats.declare('gauge', [`listener.${listener.name}.downstream_cx_active`])
  const boundPort = await listen(server, context.options.bindPort(port))
  return {
    get listener() {
      return state.form.listener
    },
    port,
    boundPort,
    update: (next) => {
      const old = state.form
      state.form = makeForm(context, next)
      for (const chain of old.chains) chain.drain()
    },
    stop: (grace) => {
      state.draining = true
      for (const chain of state.form.chains) chain.drain()
      return new Promise((resolve) => {
        const timer = setTimeout(() => open.forEach((socket) => socket.destroy()), grace)
        server.close(() => {
          clearTimeout(timer)
          resolve()
        })
        if (open.size === 0) clearTimeout(timer)
      })
    },
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject)
      server.on('error', () => undefined)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function makeForm(context: PlaneContext, listener: Listener): Form {
  const fallback = optionalObject(listener.default_filter_chain)
  return {
    listener,
    inspects: hasTlsInspector(listener),
    proxied: readsProxyProtocol(listener),
    chains: listOf(listener.filter_chains).map((chain) => createChain(context, objectOf(chain))),
    fallback: fallback === undefined ? undefined : createChain(context, fallback),
  }
}

interface Accepted {
  readonly socket: Socket
  readonly port: number
  readonly draining: () => boolean
}

/** Most time a client may take for its first bytes where the listener waits for them. */
const FIRST_BYTES_TIMEOUT = 15_000

/** Reads as much as the choice of a chain needs, chooses it, puts the bytes back and hands the connection over. */
function accept(context: PlaneContext, form: Form, accepted: Accepted): void {
  const { socket } = accepted
  socket.on('error', () => socket.destroy())
  const waits = form.inspects || form.chains.some((chain) => chain.terminatesTls || chain.isHttp)
  if (!waits && !form.proxied) {
    hand(context, form, { ...accepted, proxied: undefined }, { kind: 'not-tls' }, Buffer.alloc(0))
    return
  }
  let bytes = Buffer.alloc(0)
  let proxied: ProxiedEnds | undefined
  const timer = setTimeout(() => socket.destroy(), FIRST_BYTES_TIMEOUT)
  const done = (hello: ReturnType<typeof readClientHello>) => {
    clearTimeout(timer)
    socket.removeListener('data', read)
    socket.removeListener('end', ended)
    socket.pause()
    hand(context, form, { ...accepted, proxied }, hello, bytes)
  }
  const read = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    if (form.proxied && proxied === undefined) {
      const header = readProxyHeader(bytes)
      if (header.kind === 'more') return
      if (header.kind === 'bad') {
        context.stats.add(`listener.${form.listener.name}.downstream_proxy_protocol_error`)
        socket.destroy()
        return
      }
      bytes = Buffer.from(bytes.subarray(header.length))
      proxied = header.ends ?? {}
      if (!waits) return done({ kind: 'not-tls' })
    }
    if (bytes.length === 0) return
    const hello = readClientHello(bytes)
    if (hello.kind === 'more' || (hello.kind === 'not-tls' && bytes.length < PREFACE.length && PREFACE.startsWith(bytes.toString('latin1')))) return
    done(hello)
  }
  const ended = () => (bytes.length === 0 ? socket.destroy() : done({ kind: 'not-tls' }))
  socket.on('data', read)
  socket.once('end', ended)
  socket.once('close', () => clearTimeout(timer))
  socket.resume()
}

const PREFACE = 'PRI * HTTP/2.0'

/** An accepted connection with the ends that a PROXY protocol header names. */
interface Announced extends Accepted {
  readonly proxied: ProxiedEnds | undefined
}

function hand(context: PlaneContext, form: Form, accepted: Announced, hello: ReturnType<typeof readClientHello>, bytes: Buffer): void {
  const { socket } = accepted
  if (socket.destroyed) return
  const isTls = hello.kind === 'client-hello'
  const offered = isTls ? hello.protocols : []
  const connection = describe(context, accepted, form.inspects && isTls ? hello.serverName : '')
  const { winners } = matchFilterChains(listOf(form.listener.filter_chains), {
    localAddress: connection.localIp, localPort: connection.localPort, remoteAddress: connection.remoteIp, directAddress: connection.directRemoteIp, remotePort: connection.remotePort, sni: connection.serverName,
    transportProtocol: form.inspects && isTls ? 'tls' : 'raw_buffer', applicationProtocols: form.inspects ? offered : [],
  })
  const chain = form.chains[winners[0] ?? -1] ?? form.fallback
  if (chain === undefined) {
    refuse(context, form, socket, connection)
    return
  }
  if (chain.terminatesTls && !isTls) context.stats.add(`listener.${form.listener.name}.ssl.connection_error`)
  if (bytes.length > 0) socket.unshift(bytes)
  chain.accept(socket, connection, { offered: isTls ? offered : undefined, preface: bytes.toString('latin1', 0, PREFACE.length) === PREFACE })
}

/** No chain fits: the connection is closed, and the listener's own access log tells it. */
function refuse(context: PlaneContext, form: Form, socket: Socket, connection: DownstreamConnection): void {
  const stream = startStream(context.options.now(), connection)
  stream.flags.add('NR')
  stream.details = 'filter_chain_not_found'
  context.stats.add(`listener.${form.listener.name}.no_filter_chain_match`)
  socket.destroy()
  writeAccessLogs(form.listener.access_log, stream, { now: context.options.now(), onLine: context.options.onLogLine })
}

function describe(context: PlaneContext, accepted: Announced, serverName: string): DownstreamConnection {
  const { socket, proxied } = accepted
  const directRemoteIp = socket.remoteAddress ?? '127.0.0.1'
  const remoteIp = proxied?.sourceAddress ?? directRemoteIp
  const remotePort = proxied?.sourcePort ?? socket.remotePort ?? 0
  const localIp = proxied?.destinationAddress ?? context.options.podAddress
  const localPort = proxied?.destinationPort ?? accepted.port
  const place = (ip: string, port: number) => ip.includes(':') ? `[${ip}]:${String(port)}` : `${ip}:${String(port)}`
  return {
    localIp, localPort, localAddress: place(localIp, localPort), remoteIp, remotePort, remoteAddress: place(remoteIp, remotePort), directRemoteIp, directRemoteAddress: place(directRemoteIp, socket.remotePort ?? 0),
    serverName, tls: false, clientCertificate: false, certificateValidated: false, clientNames: [], draining: accepted.draining,
  }
}
