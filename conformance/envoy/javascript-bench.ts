import { createServer } from 'node:http'
import type { Cluster, ClusterLoadAssignment } from '@/lib/mesh/envoy/cluster'
import type { Listener } from '@/lib/mesh/envoy/listener'
import { createDataPlane } from '@/lib/sandbox/data-plane/create-data-plane'
import type { JsonObject } from '@/lib/std/json'
import { createAsker } from './ask'
import type { EnvoyBench } from './bench'
import { prepareCase, type EnvoyConfiguration } from './prepare'

/** The sandbox's data plane with a list of configurations, in the form of {@link EnvoyBench}: each in a plane of its own. */
export async function startJavascriptBench(configurations: readonly EnvoyConfiguration[]): Promise<EnvoyBench> {
  const upstream = createServer((_incoming, reply) => { reply.writeHead(200, { 'content-length': 0 }).end() })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const address = upstream.address()
  const upstreamPort = typeof address === 'object' && address !== null ? address.port : 0
  const lines: string[] = []
  const rejected: { at: number; reason: string }[] = []
  const planes = await Promise.all(configurations.map(async (configuration, at) => {
    const prepared = prepareCase(configuration, { prefix: `c${at}~`, upstreamPort, logFile: '/dev/stdout', portFor: (port) => port })
    const plane = createDataPlane({
      resolveAddress: (host, port) => ({ host, port }), bindPort: () => 0, readFile: () => undefined, onLogLine: (line) => lines.push(line), podAddress: '127.0.0.1', random: Math.random, now: Date.now,
    })
    const applied = await plane.apply({ version: '1', listeners: prepared.listeners.map(asListener), routeConfigurations: [], clusters: prepared.clusters.map(asCluster), endpoints: prepared.clusters.flatMap(assignment), secrets: [] })
    for (const { details } of applied.rejected) rejected.push({ at, reason: details })
    return plane
  }))
  const portOf = (at: number, port: number) => planes[at]?.boundPorts().get(port)
  return {
    rejected,
    listens: (at, port) => portOf(at, port) !== undefined,
    ask: createAsker(portOf, () => lines.join('\n')),
    async close() {
      await Promise.all(planes.map((plane) => plane.close()))
      upstream.close()
      upstream.closeAllConnections()
    },
  }
}

/** What Pilot sends is a Listener of Envoy's; its JSON is taken as one. */
function asListener(value: JsonObject): Listener {
  const listener: unknown = value
  if (isResource(listener)) return listener
  throw new Error('a listener has a name')
}

/** What Pilot sends is a Cluster of Envoy's; its JSON is taken as one. */
function asCluster(value: JsonObject): Cluster {
  const cluster: unknown = value
  if (isResource(cluster)) return cluster
  throw new Error('a cluster has a name')
}

function assignment(cluster: JsonObject): ClusterLoadAssignment[] {
  const found = asCluster(cluster).load_assignment
  return found === undefined ? [] : [found]
}

function isResource(value: unknown): value is Listener & Cluster {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
}
