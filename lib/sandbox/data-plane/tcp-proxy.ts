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

/** Runs a connection through network RBAC and tcp_proxy. */
export function proxyTcp(context: PlaneContext, chain: TcpChain, socket: Duplex, connection: DownstreamConnection): void {
  const stream = startStream(context.options.now(), connection)
  const prefix = `tcp.${stringOf(chain.proxy.stat_prefix) ?? ''}.`
  context.stats.add(`${prefix}downstream_cx_total`)
  const log = once(() => writeAccessLogs(chain.proxy.access_log, stream, { now: context.options.now(), onLine: context.options.onLogLine }))
  socket.on('error', () => socket.destroy())
  const rbac = chain.filters.filter((filter) => typeIs(filter, 'RBAC'))
  if (rbac.length === 0) {
    forward(context, { chain, socket, connection, stream, log })
    return
  }
  const name = wantedCluster(chain, connection, context.options.random)
  const upstream = context.upstreams.get(name)
  const reachable = upstream?.pick({ random: context.options.random, hashKey: connection.remoteIp, avoid: new Set() }) !== undefined
  if (upstream === undefined || !reachable) return forward(context, { chain, socket, connection, stream, log })
  stream.upstreamCluster = upstream.cluster.name
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
    forward(context, { chain, socket, connection, stream, log })
  })
  socket.resume()
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
  readonly chain: TcpChain
  readonly socket: Duplex
  readonly connection: DownstreamConnection
  readonly stream: StreamInfo
  readonly log: () => void
}

/** The cluster that tcp_proxy chooses; the server name instead where sni_cluster is before it. */
function wantedCluster(chain: TcpChain, connection: DownstreamConnection, random: () => number): string {
  const bySni = chain.filters.some((filter) => stringOf(objectOf(filter).name) === 'envoy.filters.network.sni_cluster')
  return bySni && connection.serverName !== '' ? connection.serverName : clusterName(chain.proxy, random)
}

function forward(context: PlaneContext, f: Forwarding): void {
  const name = wantedCluster(f.chain, f.connection, context.options.random)
  const upstream = context.upstreams.get(name)
  const refuse = (flags: readonly string[]) => {
    for (const flag of flags) f.stream.flags.add(flag)
    f.socket.destroy()
    f.log()
  }
  if (upstream === undefined) return refuse(['NC'])
  f.stream.upstreamCluster = upstream.cluster.name
  const host = upstream.pick({ random: context.options.random, hashKey: f.connection.remoteIp, avoid: new Set() })
  if (host === undefined) return refuse(['UH'])
  f.stream.upstreamHost = hostKey(host)
  const place = context.options.resolveAddress(host.address, host.port)
  context.stats.add(`cluster.${statName(upstream)}.upstream_cx_total`)
  host.stats.cx_total++
  const failed = () => {
    host.stats.cx_connect_fail++
    context.stats.add(`cluster.${statName(upstream)}.upstream_cx_connect_fail`)
    f.stream.transportFailure = 'delayed_connect_error:_Connection_refused'
    refuse(['UF', 'URX'])
  }
  if (place === undefined) return failed()
  join(context, f, { upstream, host, remote: dial(upstream, host, place), failed })
}

function dial(upstream: UpstreamCluster, host: UpstreamHost, place: { readonly host: string; readonly port: number }): Socket {
  const tls = upstream.tls(host)
  if (tls === undefined) return connect(place.port, place.host)
  return connectTls({ port: place.port, host: place.host, servername: tls.sni, rejectUnauthorized: tls.verify, ...tlsOptions(tls) })
}

function join(context: PlaneContext, f: Forwarding, target: { readonly upstream: UpstreamCluster; readonly host: UpstreamHost; readonly remote: Socket; readonly failed: () => void }): void {
  const { remote, host } = target
  const { socket, stream } = f
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
