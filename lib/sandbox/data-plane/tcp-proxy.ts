import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { evaluateRbac, rbacDetails } from '@/lib/mesh/simulate/rbac'
import { listOf, numberOf, objectOf, stringOf } from '@/lib/mesh/simulate/read'
import { typeIs } from '@/lib/mesh/simulate/listener-match'
import type { RequestFacts } from '@/lib/mesh/simulate/request-facts'
import type { JsonObject } from '@/lib/std/json'
import { writeAccessLogs } from './access-log'
import type { DownstreamConnection, PlaneContext } from './context'
import type { StreamInfo } from './stream-info'
import { startStream } from './stream-info'
import { tlsOptions } from './upstream-call'
import type { UpstreamHost } from './upstream-host'
import { hostKey } from './upstream-host'
import type { UpstreamCluster } from './upstreams'
import { statName } from './upstreams'

/** A chain's tcp_proxy with the network filters before it. */
export interface TcpChain {
  readonly proxy: JsonObject
  readonly filters: readonly unknown[]
}

/** A connection that tcp_proxy has a cluster for, before TLS and before its first byte. */
export interface TcpSession {
  /** Whether the connection ends at once, for want of a cluster or of an endpoint. */
  readonly unreachable: boolean
  /** Runs it through network RBAC and on to the upstream. */
  run(socket: Duplex, connection: DownstreamConnection): void
  /** Writes its log line, if that was not done. */
  log(): void
}

/** tcp_proxy looks for its cluster when a connection comes: before a handshake, and before network RBAC sees the first bytes. */
export function openTcp(context: PlaneContext, chain: TcpChain, accepted: DownstreamConnection): TcpSession {
  const { random, now, onLogLine } = context.options
  const stream = startStream(now(), accepted)
  context.stats.add(`tcp.${stringOf(chain.proxy.stat_prefix) ?? ''}.downstream_cx_total`)
  const log = once(() => writeAccessLogs(chain.proxy.access_log, stream, { now: now(), onLine: onLogLine }))
  const upstream = context.upstreams.get(wantedCluster(chain, accepted, random))
  const host = upstream?.pick({ random, hashKey: accepted.remoteIp, avoid: new Set() })
  if (upstream !== undefined) stream.upstreamCluster = upstream.cluster.name
  return {
    unreachable: host === undefined,
    log,
    run: (socket, connection) => {
      socket.on('error', () => socket.destroy())
      if (upstream === undefined || host === undefined) {
        stream.flags.add(upstream === undefined ? 'NC' : 'UH')
        socket.destroy()
        log()
        return
      }
      const forwarding = { socket, stream, log, upstream, host }
      const rbac = chain.filters.filter((filter) => typeIs(filter, 'RBAC'))
      if (rbac.length === 0) return forward(context, forwarding)
      socket.once('close', log)
      socket.once('data', (first: Buffer) => {
        const denied = rbac.map((filter) => evaluateRbac(objectOf(objectOf(filter).typed_config).rules, tcpFacts(connection))).find((verdict) => !verdict.allowed)
        if (denied !== undefined) {
          stream.terminationDetails = rbacDetails(denied.policy)
          stream.bytesReceived = first.length
          socket.destroy()
          return
        }
        socket.pause()
        socket.unshift(first)
        socket.removeListener('close', log)
        forward(context, forwarding)
      })
      socket.resume()
    },
  }
}

function tcpFacts(connection: DownstreamConnection): RequestFacts {
  return {
    headers: new Map(), path: '', metadata: new Map(), chance: () => false,
    connection: {
      tls: connection.tls, sni: connection.serverName, directRemoteAddress: connection.directRemoteIp, connectionAddress: connection.remoteIp, remoteAddress: connection.remoteIp, localAddress: connection.localIp,
      localPort: connection.localPort, clientCertificate: connection.clientCertificate, clientNames: connection.clientNames,
    },
  }
}

interface Forwarding {
  readonly socket: Duplex
  readonly stream: StreamInfo
  readonly log: () => void
  readonly upstream: UpstreamCluster
  readonly host: UpstreamHost
}

/** The cluster that tcp_proxy chooses; the server name instead where sni_cluster is before it. */
function wantedCluster(chain: TcpChain, connection: DownstreamConnection, random: () => number): string {
  const bySni = chain.filters.some((filter) => stringOf(objectOf(filter).name) === 'envoy.filters.network.sni_cluster')
  return bySni && connection.serverName !== '' ? connection.serverName : clusterName(chain.proxy, random)
}

function forward(context: PlaneContext, f: Forwarding): void {
  const { upstream, host, stream } = f
  stream.upstreamHost = hostKey(host)
  const place = context.options.resolveAddress(host.address, host.port)
  context.stats.add(`cluster.${statName(upstream)}.upstream_cx_total`)
  host.stats.cx_total++
  const failed = () => {
    host.stats.cx_connect_fail++
    context.stats.add(`cluster.${statName(upstream)}.upstream_cx_connect_fail`)
    stream.transportFailure = 'delayed_connect_error:_Connection_refused'
    stream.flags.add('UF').add('URX')
    f.socket.destroy()
    f.log()
  }
  if (place === undefined) return failed()
  join(context, f, { remote: dial(upstream, host, place), failed })
}

function dial(upstream: UpstreamCluster, host: UpstreamHost, place: { readonly host: string; readonly port: number }): Socket {
  const tls = upstream.tls(host)
  if (tls === undefined) return connect(place.port, place.host)
  return connectTls({ port: place.port, host: place.host, servername: tls.sni, rejectUnauthorized: tls.verify, ...tlsOptions(tls) })
}

function join(context: PlaneContext, f: Forwarding, target: { readonly remote: Socket; readonly failed: () => void }): void {
  const { remote } = target
  const { socket, stream, host } = f
  let connected = false
  const end = once(() => {
    host.stats.cx_active -= connected ? 1 : 0
    socket.destroy()
    remote.destroy()
    f.log()
  })
  remote.once('connect', () => {
    connected = true
    host.stats.cx_active++
    stream.upstreamLocalAddress = `${context.options.podAddress}:${String(remote.localPort ?? 0)}`
    socket.on('data', (chunk: Buffer) => {
      stream.bytesReceived += chunk.length
    })
    remote.on('data', (chunk: Buffer) => {
      stream.bytesSent += chunk.length
    })
    socket.pipe(remote)
    remote.pipe(socket)
  })
  remote.on('error', () => (connected ? end() : target.failed()))
  remote.on('close', end)
  socket.on('close', end)
}

/** The cluster of a tcp_proxy: its own, or one of the weighted by a draw. */
function clusterName(proxy: JsonObject, random: () => number): string {
  const name = stringOf(proxy.cluster)
  if (name !== undefined) return name
  const clusters = listOf(objectOf(proxy.weighted_clusters).clusters).map(objectOf)
  let draw = Math.floor(random() * clusters.reduce((sum, cluster) => sum + (numberOf(cluster.weight) ?? 0), 0))
  return stringOf(clusters.find((cluster) => (draw -= numberOf(cluster.weight) ?? 0) < 0)?.name) ?? ''
}

function once(act: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    act()
  }
}
